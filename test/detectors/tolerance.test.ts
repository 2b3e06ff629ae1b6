import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/core/clock.ts'
import { Bench, byTime, poisson, START_MS } from '../support/traffic.ts'

const MINUTE = 60_000

/** Two services that rise at the same minute, the same rows each time. */
function rows(times: number) {
  const random = seededRandom(5)
  const surgeMs = START_MS + 20 * MINUTE
  const service = (name: string) =>
    poisson(random, {
      fromMs: START_MS,
      untilMs: START_MS + 23 * MINUTE,
      perS: (t) => (t >= surgeMs ? 3 * times : 3),
      maxPerS: 3 * times,
      row: (timeMs) => ({ timeMs, severity: 9, attrs: { 'service.name': name } }),
    })
  return byTime(service('noisy'), service('other'))
}

test('what people called noise needs more evidence to open, and no other series does', () => {
  const opened = (factor: number, noisy: string | null) => {
    const bench = new Bench({}, { tolerance: (fingerprint) => (fingerprint === noisy ? factor : 1) })
    bench.send(rows(3))
    const first = (name: string) => bench.opened().find((f) => f.series['service.name'] === name)
    return { noisy: first('noisy'), other: first('other') }
  }
  const before = opened(1, null)
  assert.ok(before.noisy !== undefined && before.other !== undefined)
  const after = opened(4, before.noisy.fingerprint)
  assert.ok(
    after.noisy === undefined || after.noisy.detectedMs > before.noisy.detectedMs,
    'the noisy series opens as soon as before',
  )
  assert.equal(after.other?.detectedMs, before.other.detectedMs)
})
