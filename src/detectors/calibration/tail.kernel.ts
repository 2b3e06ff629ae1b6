/**
 * Threshold of one detector of one series, learned online from its own scores.
 *
 * Scores are cut into five-minute blocks. The maximum of a block has an exponential tail above a high quantile u
 * (peaks over threshold with shape 0, as befits a log-likelihood ratio), so the score that is passed once in T is
 *
 *   h = u + e * ln(n * (1 - q) * T / block)       e: mean excess over u, n: detectors that share the budget
 *
 * with an upper confidence bound on e while few excesses were seen. A block in which a finding was open, or before the
 * detector was warm, is skipped, and an excess counts at most up to the threshold: a dirty hour or a real anomaly can
 * neither blind nor deafen it.
 *
 * Sources: Pickands (1975) and Davison & Smith (1990) for peaks over threshold; Siffer et al., "Anomaly detection in
 * streams with extreme value theory", KDD 2017; Robbins & Monro (1951) for the running quantile.
 */
export const U = 0 // running QUANTILE of the block maximum, nats
export const EXCESS = 1 // decayed sum of excesses over U
export const N = 2 // decayed number of excesses
export const PEAK = 3 // maximum of the running block
export const BLOCKS = 4 // blocks taken in
export const THRESHOLD = 5
export const WORDS = 6

export const QUANTILE = 0.8
export const BLOCK_MS = 300_000
const PRIOR_U = 2.5
const PRIOR_N = 6
const PRIOR_MEAN = 1.2
const MEAN_MIN = 0.9
const MEAN_MAX = 4
/** One-sided 95% bound, in standard errors of the mean excess. */
const CONFIDENCE = 1.64
const DECAY = 0.99
/** No detector speaks below this many nats. */
export const THRESHOLD_MIN = 9

export function reset(f: Float64Array, base: number, logBlocks: number): void {
  f[base + U] = PRIOR_U
  f[base + N] = PRIOR_N
  f[base + EXCESS] = PRIOR_N * PRIOR_MEAN
  f[base + PEAK] = 0
  f[base + BLOCKS] = 0
  setThreshold(f, base, logBlocks)
}

/** @param logBlocks ln(n * (1 - q) * T / block) */
export function setThreshold(f: Float64Array, base: number, logBlocks: number): void {
  const n = f[base + N]!
  let mean = f[base + EXCESS]! / n
  mean = mean < MEAN_MIN ? MEAN_MIN : Math.min(mean, MEAN_MAX)
  const h = f[base + U]! + mean * (1 + CONFIDENCE / Math.sqrt(n)) * logBlocks
  f[base + THRESHOLD] = Math.max(h, THRESHOLD_MIN)
}

/** Closes a block. @param counts false to throw it away */
export function closeBlock(f: Float64Array, base: number, counts: boolean, logBlocks: number): void {
  const threshold = f[base + THRESHOLD]!
  let peak = f[base + PEAK]!
  f[base + PEAK] = 0
  if (!counts) return
  if (!(peak < threshold)) peak = threshold
  const blocks = f[base + BLOCKS]! + 1
  f[base + BLOCKS] = blocks
  const mean = f[base + EXCESS]! / f[base + N]!
  const gain = Math.max(0.02, 1 / (1 + 0.3 * blocks)) * mean
  let u = f[base + U]! + gain * (peak > f[base + U]! ? QUANTILE : QUANTILE - 1)
  if (u < 0) u = 0
  f[base + U] = u
  if (peak > u) {
    f[base + EXCESS] = f[base + EXCESS]! * DECAY + (peak - u)
    f[base + N] = f[base + N]! * DECAY + 1
  }
  setThreshold(f, base, logBlocks)
}
