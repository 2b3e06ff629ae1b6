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

test('events taken together say no more than one by one, and the same when each comes alone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 32 }), {
        maxLength: 12,
      }),
      (groups) => {
        const one = new Float64Array(burst.WORDS)
        const alone = new Float64Array(burst.WORDS)
        const many = new Float64Array(burst.WORDS)
        for (const f of [one, alone, many]) {
          burst.reset(f, 0, 1000)
          f[burst.LAMBDA] = PER_MS
        }
        let t = 1000
        for (const group of groups) {
          const times = Float64Array.from(group, (gap) => {
            t += gap
            return t
          })
          for (const [i, time] of times.entries()) {
            const gap = time - one[burst.LAST_MS]!
            burst.elapse(one, 0, time)
            burst.arrive(one, 0, gap)
            burst.arriveMany(alone, 0, times, i, 1)
          }
          burst.arriveMany(many, 0, times, times.length - 1, times.length)
          for (let i = 0; i < burst.WORDS; i++) assert.ok(Math.abs(one[i]! - alone[i]!) < 1e-6, `word ${i}`)
          for (let i = burst.S; i < burst.S + burst.BANK; i++)
            assert.ok(many[i]! >= 0 && many[i]! < one[i]! + 1e-6, `member ${i}`)
          assert.deepEqual([many[burst.COUNT], many[burst.LAST_MS]], [one[burst.COUNT], one[burst.LAST_MS]])
        }
      },
    ),
  )
})
