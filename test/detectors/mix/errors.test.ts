import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as errors from '../../../src/detectors/mix/errors.kernel.ts'
import { detectorKit } from '../../support/detector-kit.ts'

const P = 0.02

detectorKit({
  name: 'errors',
  words: errors.WORDS,
  tolerance: 1e-9,
  reset: (memory, base) => errors.reset(memory.f64, base),
  step: (memory, base, event) => [errors.observe(memory.f64, base, event.error, event.timeMs)],
  /** The largest sum of log-likelihood ratios over all suffixes, for each member, penalised by its length. */
  oracle() {
    const seen: { error: number; timeMs: number }[] = []
    const members = [
      [2.5, 0.03, 0.8],
      [6, 0.06, 0.9],
      [20, 0.25, 0.97],
    ] as const
    return {
      step(event) {
        seen.push(event)
        let best = 0
        for (const [multiple, floor, ceiling] of members) {
          const p1 = Math.min(ceiling, Math.max(floor, multiple * P))
          let sum = 0
          let s = 0
          let onset = event.timeMs
          // the earliest suffix with the largest sum that never fell to 0 is found by going forward and capping
          for (const { error, timeMs } of seen) {
            if (s === 0) onset = timeMs
            sum = error === 1 ? Math.log(p1 / P) : Math.log((1 - p1) / (1 - P))
            s = Math.max(0, Math.min(40, s + sum))
          }
          const w = Math.max(1, event.timeMs - onset)
          if (s > 3) best = Math.max(best, s - (w < 300_000 ? Math.log(300_000 / w) : 0))
        }
        return [best]
      },
    }
  },
})

test('events taken together say no more than one by one, and the same when each comes alone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 32 }), { maxLength: 12 }),
      (groups) => {
        const [one, alone, many] = [0, 0, 0].map(() => {
          const f = new Float64Array(errors.WORDS)
          errors.reset(f, 0)
          return f
        }) as [Float64Array, Float64Array, Float64Array]
        const times = new Float64Array(1)
        for (const group of groups) {
          times[0]!++
          let bits = 0
          for (const [i, error] of group.entries()) {
            bits |= error << i
            errors.observe(one, 0, error, times[0]!)
            errors.observeMany(alone, 0, error, 1, times, 0)
          }
          errors.observeMany(many, 0, bits, group.length, times, 0)
          for (let i = 0; i < errors.WORDS; i++) assert.ok(Math.abs(one[i]! - alone[i]!) < 1e-9, `word ${i}`)
          // past 40 one by one is cut in between as well
          for (let i = errors.S; i < errors.S + errors.BANK; i++)
            assert.ok(many[i]! >= 0 && (many[i]! < one[i]! + 1e-9 || many[i]! > 30), `member ${i}`)
        }
      },
    ),
  )
})
