import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../src/core/clock.ts'
import { detectorsConfig } from '../../../src/detectors/config.ts'
import type { BuiltRow } from '../../support/row-builder.ts'
import { Bench, poisson, START_MS } from '../../support/traffic.ts'

const HOUR = 3_600_000
const KINDS = [
  'slow query took %ms',
  'retry %d of upstream call',
  'cache miss for key %k',
  'client % went away',
]

/** A service with a few kinds of warnings; in the last half hour also what `odd` makes. */
function service(seed: number, odd: (timeMs: number) => Partial<BuiltRow> | null): BuiltRow[] {
  const random = seededRandom(seed)
  return poisson(random, {
    fromMs: START_MS,
    untilMs: START_MS + 4 * HOUR,
    perS: () => 1,
    maxPerS: 1,
    row: (timeMs) => {
      const kind = KINDS[Math.floor(random() * KINDS.length)]!
      const usual: BuiltRow = {
        timeMs,
        severity: random() < 0.1 ? 13 : 9,
        text: kind.replace('%', String(Math.floor(random() * 1e6))),
        attrs: { 'service.name': 'shop', region: random() < 0.5 ? 'north' : 'south' },
      }
      const other = random() < 0.1 ? odd(timeMs - START_MS) : null
      return other === null ? usual : { ...usual, ...other }
    },
  })
}

test('warnings of a new kind open a finding that names the detector; the usual ones do not', () => {
  const quiet = new Bench()
  quiet.send(service(1, () => null))
  assert.deepEqual(
    quiet.opened().map((f) => f.summary),
    [],
  )
  const loud = new Bench()
  loud.send(
    service(1, (ms) =>
      ms > 3.5 * HOUR && ms < 3.6 * HOUR
        ? { severity: 13, text: `certificate of peer ${Math.floor(ms)} expired` }
        : null,
    ),
  )
  const [found] = loud.opened()
  assert.equal(found?.detectors[0]?.name, 'templates')
  assert.ok(found.detectedMs > START_MS + 3.5 * HOUR && found.detectedMs < START_MS + 3.6 * HOUR)
  assert.match(found.summary, /of a kind never seen before/)
  assert.equal(loud.findings.at(-1)?.state, 'resolved')
})

test('values never seen of a watched attribute open a finding', () => {
  const profiles = detectorsConfig.parse({ profiles: [{ name: 'regions', rare: ['region'] }] }).profiles
  const bench = new Bench({ profiles })
  bench.send(
    service(2, (ms) =>
      ms > 3.5 * HOUR && ms < 3.55 * HOUR ? { attrs: { 'service.name': 'shop', region: 'nowhere' } } : null,
    ),
  )
  assert.equal(bench.opened()[0]?.detectors[0]?.name, 'templates')
})
