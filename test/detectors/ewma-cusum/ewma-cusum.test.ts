import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as burst from '../../../src/detectors/ewma-cusum/ewma-cusum.kernel.ts'
import { detectorKit, type KitEvent, type Memory } from '../../support/detector-kit.ts'

const PER_MS = 0.002
const CAP = 100

function step(memory: Memory, base: number, event: KitEvent): number[] {
  const f = memory.f64
  const gap = event.timeMs - f[base + burst.LAST_MS]!
  burst.elapse(f, base, event.timeMs)
  const down = burst.scores[burst.DOWN]!
  burst.arrive(f, base, gap > 0 ? gap : 0)
  return [burst.scores[burst.UP]!, down]
}

detectorKit({
  name: 'ewma-cusum',
  words: burst.WORDS,
  tolerance: 1e-9,
  reset(memory, base, timeMs) {
    burst.reset(memory.f64, base, timeMs)
    memory.f64[base + burst.LAMBDA] = PER_MS
  },
  step,
  /** By Page's other form: the largest log-likelihood ratio over all change points. */
  oracle(startMs) {
    const times: number[] = []
    return {
      step(event) {
        const now = Math.max(event.timeMs, times.at(-1) ?? startMs)
        let up = 0
        let down = 0
        for (let i = 0; i < burst.BANK; i++) {
          const r = burst.RATIOS[i]!
          const slope = (1 - r) * PER_MS
          if (i < burst.UPS) {
            // from an event k on, that event included
            up = Math.max(up, Math.log(r))
            for (let k = times.length - 1; k >= 0; k--)
              up = Math.max(up, (times.length - k + 1) * Math.log(r) + slope * (now - times[k]!))
          } else {
            // right after an event k, or since the start, this event not yet there
            for (let k = times.length - 1; k >= -1; k--) {
              const from = k < 0 ? startMs : times[k]!
              down = Math.max(down, (times.length - 1 - k) * Math.log(r) + slope * (now - from))
            }
          }
        }
        times.push(now)
        return [Math.min(up, CAP), Math.min(down, CAP)]
      },
    }
  },
})

test('many events at once leave what one by one leaves', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 8 }), { maxLength: 12 }),
      (groups) => {
        const one = new Float64Array(burst.WORDS)
        const many = new Float64Array(burst.WORDS)
        for (const f of [one, many]) {
          burst.reset(f, 0, 1000)
          f[burst.LAMBDA] = PER_MS
        }
        let t = 1000
        for (const group of groups) {
          const times = Float64Array.from(group, (gap) => {
            t += gap
            return t
          })
          for (const time of times) {
            const gap = time - one[burst.LAST_MS]!
            burst.elapse(one, 0, time)
            burst.arrive(one, 0, gap)
          }
          burst.arriveMany(many, 0, times, 0, 1, times.length)
          for (let i = 0; i < burst.WORDS; i++) {
            if (i !== burst.GAP_MS) assert.ok(Math.abs(one[i]! - many[i]!) < 1e-6, `word ${i}`)
          }
        }
      },
    ),
  )
})
