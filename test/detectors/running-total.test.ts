import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  FLAG_CUMULATIVE,
  FLAG_MONOTONIC,
  FLAGS,
  METRIC_SUM,
  SIGNAL_METRICS,
  STATUS,
} from '../../src/columns/record-batch.ts'
import { seededRandom } from '../../src/core/clock.ts'
import { since } from '../../src/detectors/running-total.kernel.ts'
import { HEAD_WORDS } from '../../src/detectors/series-layout.ts'
import type { BuiltRow } from '../support/row-builder.ts'
import { Bench, normal, START_MS } from '../support/traffic.ts'

test('the increases of a counter over its resets are those of the process, less one point a reset', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ by: fc.nat(1000), reset: fc.boolean() }), { maxLength: 100 }),
      (steps) => {
        const f = new Float64Array(HEAD_WORDS)
        let total = 0
        let second = 1000
        since(f, 0, total, second)
        for (const { by, reset } of steps) {
          second += 10
          const before = total
          total = reset ? by : total + by
          const rate = since(f, 0, total, second)
          if (total < before) assert.ok(Number.isNaN(rate))
          else assert.ok(Math.abs(rate - (total - before) / 10) < 1e-9)
        }
      },
    ),
  )
})

test('what is no number, repeats or goes back gives none and does not throw', () => {
  const f = new Float64Array(HEAD_WORDS)
  for (const [total, of] of [
    [1, Number.NaN],
    [Number.NaN, 1],
    [Infinity, 2],
    [5, 10],
    [6, 10],
    [7, 9],
  ] as const)
    assert.ok(Number.isNaN(since(f, 0, total, of)))
})

/** A cumulative counter every ten seconds; its rate triples after eleven hours, and the process restarts now and then. */
function counter(surge: number): BuiltRow[] {
  const random = seededRandom(7)
  let total = 0
  return Array.from({ length: 4320 }, (_, i) => {
    if (i % 700 === 699) total = 0
    total += 100 * (i > 3960 ? surge : 1) * Math.exp(0.1 * normal(random))
    return {
      timeMs: START_MS + i * 10_000,
      text: 'http.server.request.count',
      value: total,
      attrs: { 'service.name': 'shop' },
      words: { [STATUS]: METRIC_SUM, [FLAGS]: FLAG_CUMULATIVE | FLAG_MONOTONIC },
    }
  })
}

test('a counter that grows three times as fast is found, one that restarts is not', () => {
  const quiet = new Bench()
  quiet.send(counter(1), 500, SIGNAL_METRICS)
  assert.deepEqual(quiet.opened(), [])
  const loud = new Bench()
  loud.send(counter(3), 500, SIGNAL_METRICS)
  const [found] = loud.opened()
  assert.ok(found !== undefined && found.detectedMs >= START_MS + 3960 * 10_000)
  assert.ok(found.detectedMs < START_MS + 3990 * 10_000)
})
