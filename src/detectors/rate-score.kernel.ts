import * as lookPenaltyModule from './calibration/look-penalty.ts'
import * as ewmaCusumModule from './ewma-cusum/ewma-cusum.kernel.ts'
import * as baselineModule from './holt-winters/baseline.kernel.ts'

// V8 folds a local constant into hot code; what is imported is loaded and checked at every use.
const { CHECKED_NATS, lookPenalty } = lookPenaltyModule
const { BANK, COUNT, LAMBDA, LAST_MS, LOG_RATIOS, ONSET_COUNT, ONSET_MS, RATIOS, S, UPS } = ewmaCusumModule
const { ownVariance, varianceAt } = baselineModule

/**
 * Scores of the rate: for each member of the inter-arrival bank, n events since its change point where m were
 * expected, as the likelihood ratio of negative-binomial counts with variance m + m^2 V,
 *
 *   n ln r + (n + k) ln((k + m) / (k + r m))      k = 1 / V(window)
 *
 * which is the Poisson CUSUM for V = 0 and saturates when the rate is known to wander on that time scale. From it
 * lookPenalty of the window is taken.
 *
 * Source: the negative-binomial likelihood; Höhle & Paul, "Count data regression charts for the monitoring of
 * surveillance time series", Computational Statistics & Data Analysis 52 (2008), for its CUSUM.
 */

/** Member that gave the last {@link upScore} or {@link downScore}. */
export let member = 0

/** Window of that member, ms. */
export const windowMs = (): number => window[0]!
const window = new Float64Array(1)

/** @param burst, baseline bases of the two kernels' words @returns nats */
export function upScore(f: Float64Array, burst: number, baseline: number): number {
  return best(f, burst, baseline, 0, UPS)
}

export function downScore(f: Float64Array, burst: number, baseline: number): number {
  return best(f, burst, baseline, UPS, BANK)
}

function best(f: Float64Array, burst: number, baseline: number, from: number, to: number): number {
  const lambda = f[burst + LAMBDA]!
  const own = ownVariance(f, baseline)
  const now = f[burst + LAST_MS]!
  const count = f[burst + COUNT]!
  let top = 0
  window[0] = 0
  let w = -1
  let v = 0
  let penalty = 0
  for (let i = from; i < to; i++) {
    const poisson = f[burst + S + i]!
    if (poisson < CHECKED_NATS || poisson <= top) continue
    const since = now - f[burst + ONSET_MS + i]!
    if (since !== w) {
      w = since
      v = own + varianceAt(f, baseline, w / 1000)
      penalty = lookPenalty(w)
    }
    const n = count - f[burst + ONSET_COUNT + i]!
    const m = lambda * w
    let s = poisson
    if (m * v > 1e-4) {
      const k = 1 / v
      s = n * LOG_RATIOS[i]! + (n + k) * Math.log((k + m) / (k + RATIOS[i]! * m))
    }
    s -= penalty
    if (s > top) {
      top = s
      member = i
      window[0] = w
    }
  }
  return top
}
