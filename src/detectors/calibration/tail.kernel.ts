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
 * with an upper confidence bound on e while few excesses were seen. A block in which a finding was open, or before the
 * detector was warm, is skipped, and an excess counts at most up to the threshold: a dirty hour or a real anomaly can
 * neither blind nor deafen it. A detector that opened more than HABIT findings within about a day on one series is
 * not seeing anomalies but how the series is: from then on its blocks count as they are.
 *
 * Sources: Pickands (1975) and Davison & Smith (1990) for peaks over threshold; Siffer et al., "Anomaly detection in
 * streams with extreme value theory", KDD 2017; Robbins & Monro (1951) for the running quantile.
 */
// V8 folds a local constant into hot code; an exported or imported one is loaded and checked at every use.
const { ALARMS, BLOCKS, BLOCK_MS, EXCESS, N, QUANTILE, SHARE, THRESHOLD, THRESHOLD_MIN, U } = layout

export * from './tail-layout.ts'

const PRIOR_U = 2.5
const PRIOR_N = 6
const PRIOR_MEAN = 1.2
const MEAN_MIN = 0.9
const MEAN_MAX = 8
/** Where alarms are habit, as with jobs every ten minutes, scores differ by tens of nats. */
const HABIT_MEAN_MAX = 16
/** One-sided 73% bound, in standard errors of the mean excess: what few excesses say is trusted nearly as it is. */
const CONFIDENCE = 0.6
const DECAY = 0.99
const SHARE_GAIN = 0.01
const SHARE_MIN = 0.25
/** ln of how far beyond the quantile the fitted mean is trusted; further out log-likelihood ratios fall by e a nat. */
const NEAR = 3
const FAR_DISCOUNT = 0.15
/** More alarms than this within about a day are habit. */
const HABIT = 6
const HABIT_STAYS = 12
const ALARM_DECAY = 0.5 ** (BLOCK_MS / 86_400_000)
const HABIT_GAIN = 0.25

export function reset(f: Float64Array, base: number, logBlocks: number): void {
  f[base + U] = PRIOR_U
  f[base + N] = PRIOR_N
  f[base + EXCESS] = PRIOR_N * PRIOR_MEAN
  f[base + BLOCKS] = 0
  f[base + ALARMS] = 0
  f[base + SHARE] = 1 - QUANTILE
  setThreshold(f, base, logBlocks)
}

/** @param logBlocks ln(n * (1 - q) * T / block) */
export function setThreshold(f: Float64Array, base: number, logBlocks: number): void {
  const n = f[base + N]!
  const raw = (f[base + EXCESS]! / n) * (1 + CONFIDENCE / Math.sqrt(n))
  const mean = raw < MEAN_MIN ? MEAN_MIN : Math.min(raw, isHabit(f, base) ? HABIT_MEAN_MAX : MEAN_MAX)
  // of a detector that is mostly silent, fewer than 1 - q of the blocks are above u = 0
  const quiet = f[base + U]! < 0.1 ? Math.log(Math.max(SHARE_MIN, activity(f, base))) : 0
  const log = logBlocks + quiet
  const near = Math.max(0, Math.min(log, NEAR))
  const far = Math.max(0, log - NEAR)
  const h = f[base + U]! + mean * near + Math.max(1, mean - FAR_DISCOUNT) * far
  f[base + THRESHOLD] = Math.max(h, THRESHOLD_MIN)
}

/** How much of its share of the budget the detector can use: 1, or less when it is mostly silent. */
export function activity(f: Float64Array, base: number): number {
  return Math.min(1, f[base + SHARE]! / (1 - QUANTILE))
}

/** A finding was opened. A habit stays one for a day and a half, or alarms would come just often enough to keep it. */
export function alarm(f: Float64Array, base: number): void {
  const before = f[base + ALARMS]!
  const after = before + 1
  f[base + ALARMS] = before <= HABIT && after > HABIT ? after + HABIT_STAYS : after
}

/** True when alarms of this detector are how the series is. */
export function isHabit(f: Float64Array, base: number): boolean {
  return f[base + ALARMS]! > HABIT
}

/** Closes a block. @param blockPeak its highest score, nats @param counts false to throw it away */
export function closeBlock(
  f: Float64Array,
  base: number,
  blockPeak: number,
  counts: boolean,
  logBlocks: number,
): void {
  const habit = isHabit(f, base)
  f[base + ALARMS] = f[base + ALARMS]! * ALARM_DECAY
  if (!counts && !habit) return
  const peak = habit ? blockPeak : Math.min(blockPeak, f[base + THRESHOLD]!)
  const blocks = f[base + BLOCKS]! + 1
  f[base + BLOCKS] = blocks
  const distance = habit ? HABIT_GAIN * Math.abs(peak - f[base + U]!) : 0
  const step = Math.max(distance, (Math.max(0.02, 1 / (1 + 0.3 * blocks)) * f[base + EXCESS]!) / f[base + N]!)
  const u = Math.max(0, f[base + U]! + step * (peak > f[base + U]! ? QUANTILE : QUANTILE - 1))
  f[base + U] = u
  f[base + SHARE] = f[base + SHARE]! + SHARE_GAIN * ((peak > u ? 1 : 0) - f[base + SHARE]!)
  if (peak > u) {
    f[base + EXCESS] = f[base + EXCESS]! * DECAY + (peak - u)
    f[base + N] = f[base + N]! * DECAY + 1
  }
  setThreshold(f, base, logBlocks)
}
