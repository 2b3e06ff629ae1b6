import * as layout from './tail-layout.ts'

/**
 * Threshold of one detector of one series, learned online from its own scores.
 *
 * Scores are cut into five-minute blocks. The maximum of a block has an exponential tail above a high quantile u
 * (peaks over threshold with shape 0, as befits a log-likelihood ratio), so the score that is passed once in T is
 *
 *   h = u + e * ln(n * (1 - q) * T / block)       e: mean excess over u, n: detectors that share the budget
 *
 * (beyond NEAR with the slope a log-likelihood ratio has in theory, one nat for each factor of e, or what is left of e),
 * with an upper confidence bound on e while few excesses were seen.
 * A block in which a finding was open, or before the detector was warm, is skipped, and an excess counts at most up to
 * the threshold: a dirty hour or a real anomaly can neither blind nor deafen it. Skipped blocks alone would bend the fit,
 * which would never see its own tail. So the alarm itself counts, as an excess of which only is known that it was at
 * least so large: the sum of excesses grows by that, their number does not, which is the maximum-likelihood mean of a
 * censored exponential. One alarm says little after a day; alarms again and again raise the limit until they come as
 * often as they may.
 *
 * Sources: Pickands (1975) and Davison & Smith (1990) for peaks over threshold; Siffer et al., "Anomaly detection in
 * streams with extreme value theory", KDD 2017; Robbins & Monro (1951) for the running quantile; Epstein & Sobel, "Life
 * testing", JASA 48 (1953), for the censored mean.
 */
// V8 folds a local constant into hot code; an exported or imported one is loaded and checked at every use.
const { BLOCKS, EXCESS, N, QUANTILE, SHARE, THRESHOLD, THRESHOLD_MIN, U } = layout

export * from './tail-layout.ts'

const PRIOR_U = 2.5
const PRIOR_N = 6
const PRIOR_MEAN = 1.2
const MEAN_MIN = 0.9
/** Bursts of a busy series differ by tens of nats. */
const MEAN_MAX = 32
/** One-sided 56% bound, in standard errors of the mean excess. */
const CONFIDENCE = 0.15
const DECAY = 0.99
const SHARE_GAIN = 0.01
const SHARE_MIN = 0.25
/** ln of how far beyond the quantile the fitted mean is trusted; further out log-likelihood ratios fall by e a nat. */
const NEAR = 3
const FAR_DISCOUNT = 0.15
/** Least gain of the running quantile. */
const GAIN_MIN = 0.02

export function reset(f: Float64Array, base: number, logBlocks: number): void {
  f[base + U] = PRIOR_U
  f[base + N] = PRIOR_N
  f[base + EXCESS] = PRIOR_N * PRIOR_MEAN
  f[base + BLOCKS] = 0
  f[base + SHARE] = 1 - QUANTILE
  setThreshold(f, base, logBlocks)
}

/** @param logBlocks ln(n * (1 - q) * T / block) */
export function setThreshold(f: Float64Array, base: number, logBlocks: number): void {
  const n = f[base + N]!
  const bound = (f[base + EXCESS]! / n) * (1 + CONFIDENCE / Math.sqrt(n))
  const mean = Math.max(MEAN_MIN, Math.min(MEAN_MAX, bound))
  // of a detector that is mostly silent, fewer than 1 - q of the blocks are above u = 0
  const quiet = f[base + U]! < 0.1 ? Math.log(Math.max(SHARE_MIN, activity(f, base))) : 0
  const log = logBlocks + quiet
  const near = Math.max(0, Math.min(log, NEAR))
  const far = Math.max(0, log - NEAR)
  const h = f[base + U]! + mean * near + Math.max(MEAN_MIN, mean - FAR_DISCOUNT) * far
  f[base + THRESHOLD] = Math.max(h, THRESHOLD_MIN)
}

/** How much of its share of the budget the detector can use: 1, or less when it is mostly silent. */
export function activity(f: Float64Array, base: number): number {
  return Math.min(1, f[base + SHARE]! / (1 - QUANTILE))
}

/**
 * A finding is over: the block's highest score was at least `nats`.
 * @param weight 1, or less where the series is too young to tell how it is
 */
export function alarm(f: Float64Array, base: number, nats: number, weight: number, logBlocks: number): void {
  const u = moveQuantile(f, base, weight * QUANTILE)
  if (nats > u) f[base + EXCESS] = f[base + EXCESS]! + weight * (nats - u)
  setThreshold(f, base, logBlocks)
}

/** Closes a block. @param blockPeak its highest score, nats @param counts false to throw it away */
export function closeBlock(
  f: Float64Array,
  base: number,
  blockPeak: number,
  counts: boolean,
  logBlocks: number,
): void {
  if (!counts) return
  take(f, base, Math.min(blockPeak, f[base + THRESHOLD]!))
  setThreshold(f, base, logBlocks)
}

function take(f: Float64Array, base: number, peak: number): void {
  f[base + BLOCKS] = f[base + BLOCKS]! + 1
  const u = moveQuantile(f, base, peak > f[base + U]! ? QUANTILE : QUANTILE - 1)
  const isAbove = peak > u
  f[base + SHARE] = f[base + SHARE]! + SHARE_GAIN * ((isAbove ? 1 : 0) - f[base + SHARE]!)
  if (!isAbove) return
  f[base + EXCESS] = f[base + EXCESS]! * DECAY + (peak - u)
  f[base + N] = f[base + N]! * DECAY + 1
}

/** @param by steps up @returns the running quantile */
function moveQuantile(f: Float64Array, base: number, by: number): number {
  const gain = Math.max(GAIN_MIN, 1 / (1 + 0.3 * f[base + BLOCKS]!))
  const u = Math.max(0, f[base + U]! + (by * gain * f[base + EXCESS]!) / f[base + N]!)
  f[base + U] = u
  return u
}
