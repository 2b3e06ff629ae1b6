import {
  BANK,
  COUNT,
  LAMBDA,
  LAST_MS,
  LOG_RATIOS,
  ONSET_COUNT,
  ONSET_MS,
  RATIOS,
  S,
  UPS,
} from './ewma-cusum/ewma-cusum.kernel.ts'
import { ownVariance, varianceAt } from './holt-winters/baseline.kernel.ts'

/**
 * Scores of the rate: for each member of the inter-arrival bank, n events since its change point where m were
 * expected, as the likelihood ratio of negative-binomial counts with variance m + m^2 V,
 *
 *   n ln r + (n + k) ln((k + m) / (k + r m))      k = 1 / V(window)
 *
 * which is the Poisson CUSUM for V = 0 and saturates when the rate is known to wander on that time scale. From it
 * ln(SPAN_MS / window) is taken: there are that many more short windows in which chance may strike, and without the
 * penalty the threshold of all would be that of the shortest.
 *
 * Source: the negative-binomial likelihood; Höhle & Paul, "Count data regression charts for the monitoring of
 * surveillance time series", Computational Statistics & Data Analysis 52 (2008), for its CUSUM; Dümbgen & Spokoiny,
 * "Multiscale testing of qualitative hypotheses", Annals of Statistics 29 (2001), for the penalty.
 */

/** Member that gave the last {@link upScore} or {@link downScore}. */
export let member = 0

/** Members under this many nats are not looked at. */
const CHECKED_NATS = 2
/** Windows as long as this or longer are not penalised: the calibration block. */
const SPAN_MS = 300_000
const WINDOW_MIN_MS = 1

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
  let windowMs = -1
  let v = 0
  let penalty = 0
  for (let i = from; i < to; i++) {
    const poisson = f[burst + S + i]!
    if (poisson < CHECKED_NATS || poisson <= top) continue
    const w = now - f[burst + ONSET_MS + i]!
    if (w !== windowMs) {
      windowMs = w
      v = own + varianceAt(f, baseline, w / 1000)
      penalty = w < SPAN_MS ? Math.log(SPAN_MS / Math.max(w, WINDOW_MIN_MS)) : 0
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
    }
  }
  return top
}
