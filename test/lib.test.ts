import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProfiles, TelltaleError } from 'telltale'
import { seededRandom } from '../src/core/clock.ts'
import { appendRow } from './support/row-builder.ts'
import { poisson, START_MS } from './support/traffic.ts'

const MINUTE = 60_000

/** Half an hour at 3/s with a minute at 30/s. */
function rows() {
  const random = seededRandom(21)
  return poisson(random, {
    fromMs: START_MS,
    untilMs: START_MS + 30 * MINUTE,
    perS: (t) => (t > START_MS + 20 * MINUTE && t < START_MS + 21 * MINUTE ? 30 : 3),
    maxPerS: 30,
    row: (timeMs) => ({ timeMs, attrs: { 'service.name': 'checkout' } }),
  })
}

test('a profile lives: create, process, snapshot, restore, free', () => {
  const all = rows()
  const half = all.length >> 1
  const first = createProfiles({ clock: null, seed: 5 })
  const feed = (profiles: typeof first, from: number, to: number) => {
    const batch = profiles.batch('logs')
    for (const row of all.slice(from, to)) appendRow(batch, row)
    return profiles.process(batch)
  }
  const before = feed(first, 0, half)
  const state = first.snapshot()
  first.free()
  assert.throws(() => first.status(), TelltaleError)

  const second = createProfiles({ clock: null, seed: 5, config: { falseAlarms: '1 per series per week' } })
  second.restore(state)
  const found = [...before, ...feed(second, half, all.length)]
  assert.deepEqual(
    found.map((finding) => finding.state),
    ['open', 'resolved'],
  )
  assert.match(found[0]!.summary, /^checkout: rate/)
  assert.equal(second.status().series, 1)
})

test('bytes that are no export request are refused', () => {
  const profiles = createProfiles()
  const batch = profiles.batch('logs')
  batch.append(new Uint8Array([1, 2, 3, 4, 255, 255]))
  assert.throws(() => profiles.processOtlp(batch, 'otlp_proto'), TelltaleError)
})

test('a configuration that is wrong is refused with every problem', () => {
  assert.throws(
    () => createProfiles({ config: { falseAlarms: 'few', maxSeries: 0 } }),
    /falseAlarms[\s\S]*maxSeries/,
  )
})
