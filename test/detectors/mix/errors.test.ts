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
