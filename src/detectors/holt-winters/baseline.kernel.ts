import * as layout from './baseline-layout.ts'

/**
 * Expected rate and its dispersion, from counts in ten-second bins.
 *
 *   ring | bin n-63 ... bin n-30 | 30 bins not yet believed (five minutes) | bin n |
 *                          `-> level
 *
 * The level is an exponentially weighted mean of bins that lie five minutes back, so that an anomaly is noticed before
 * it is learned; bins under an open finding, or in doubt, are stored as -1 - count and never learned. The mean is over at least
 * MEMORY_BINS bins and at least MEMORY_EVENTS events, so rare series remember longer.
 *
 * Dispersion: V(w) = (E (count - expected)^2 - expected) / expected^2 is kept for windows of 1 s to 20 min. It is
 * 0 for Poisson traffic, 1/k for negative-binomial counts, and holds every error of the baseline itself.
 *
 * Sources: Holt (1957), Winters (1960) for level, trend and season; Cox & Lewis, The Statistical Analysis of Series of
 * Events (1966), ch. 4 for the variance-time curve; Lawless, "Negative binomial and mixed Poisson regression" (1987).
 */
// V8 folds a local constant into hot code; an exported or imported one is loaded and checked at every use.
const {
  BINS,
  BIN_COUNT,
  BIN_END_MS,
  BIN_MS,
  LAG_BINS,
  LAMBDA,
  LEARNED,
  LEVEL,
  MEMORY,
  RING,
  SCALES,
  SEASON,
  SEASON_BACK,
  SECOND_COUNT,
  SECOND_END_MS,
  SECOND_SQUARES,
  SUMS,
  V,
  WORDS,
} = layout

export * from './baseline-layout.ts'

const MEMORY_BINS = 120
const MEMORY_EVENTS = 40
const MEMORY_BINS_MAX = 8640

const SCALE_BINS = [0.1, 1, 6, 30, 120] as const
const SCALE_DECAY = [1 - 1 / 1000, 1 - 1 / 1000, 1 - 1 / 240, 1 - 1 / 100, 1 - 1 / 72] as const
const LOG_SCALE_S = [0, Math.log(10), Math.log(60), Math.log(300), Math.log(1200)] as const
/** Real traffic has rarer and larger bursts than a gamma mixture of the same variance. */
const HEAVY = [2, 2, 1.3, 1, 1] as const // by scale; measured on bursty streams, nothing for Poisson where V is 0
const CLIP = 4
const PRIOR_V = 0.05
const PRIOR_BLOCKS = 8

export function reset(f: Float64Array, base: number, timeMs: number): void {
  f.fill(0, base, base + WORDS)
  f[base + BIN_END_MS] = (Math.floor(timeMs / BIN_MS) + 1) * BIN_MS
  f[base + SECOND_END_MS] = (Math.floor(timeMs / 1000) + 1) * 1000
  f[base + SEASON] = 1
  f[base + SEASON_BACK] = 1
}

/** The series is new but the stream is not: it was silent for `silentMs`. */
export function backfill(f: Float64Array, base: number, silentMs: number): void {
  const bins = Math.floor(silentMs / BIN_MS)
  f[base + BINS] = bins
  f[base + LEARNED] = bins
  f[base + MEMORY] = Math.min(bins, MEMORY_BINS)
  f[base + LEVEL] = 0
  refresh(f, base)
}

/** `n` events in the running bin and in one second, the first at times[at]. */
export function count(f: Float64Array, base: number, times: Float64Array, at: number, n: number): void {
  const timeMs = times[at]!
  if (timeMs >= f[base + SECOND_END_MS]!) {
    closeSecond(f, base)
    f[base + SECOND_END_MS] = (Math.floor(timeMs / 1000) + 1) * 1000
  }
  f[base + SECOND_COUNT] = f[base + SECOND_COUNT]! + n
  f[base + BIN_COUNT] = f[base + BIN_COUNT]! + n
}

function closeSecond(f: Float64Array, base: number): void {
  const n = f[base + SECOND_COUNT]!
  if (n === 0) return
  f[base + SECOND_COUNT] = 0
  const m = f[base + LAMBDA]! * 1000
  f[base + SECOND_SQUARES] = f[base + SECOND_SQUARES]! + clipped(f, base, 0, n, m) - m * m
}

/** Squared residual, cut at CLIP standard deviations, so that one spike does not pass for dispersion. */
function clipped(f: Float64Array, base: number, scale: number, n: number, m: number): number {
  const weight = f[base + V + SCALES + scale]!
  const v = weight > 0 ? Math.max(0, f[base + V + scale]! / weight) : PRIOR_V
  const square = (n - m) * (n - m)
  const limit = CLIP * CLIP * (m + m * m * v + 1)
  return Math.min(square, limit)
}

/**
 * Closes the running bin and expects the next one.
 * @param frozen true while a finding about the rate is open, or it is in doubt
 * @param spreads true where the dispersion is learned, also of what is in doubt
 */
export function closeBin(
  f: Float64Array,
  f32: Float32Array,
  base: number,
  ring: number,
  frozen: boolean,
  spreads: boolean,
): void {
  closeSecond(f, base)
  const n = f[base + BIN_COUNT]!
  const bins = f[base + BINS]!
  f32[ring + (bins & (RING - 1))] = frozen ? -1 - n : n
  f[base + BINS] = bins + 1
  const lambda = f[base + LAMBDA]!
  if (spreads && lambda > 0) learnDispersion(f, base, n, lambda, bins + 1)
  f[base + BIN_COUNT] = 0
  f[base + SECOND_SQUARES] = 0
  f[base + BIN_END_MS] = f[base + BIN_END_MS]! + BIN_MS
  learnLevel(f, f32, base, ring, bins + 1)
  refresh(f, base)
}

/** The bins of the last `windowMs` that are not learned yet never will be. */
export function doubt(
  f: Float64Array,
  f32: Float32Array,
  base: number,
  ring: number,
  windowMs: number,
): void {
  const bins = f[base + BINS]!
  const back = Math.min(bins, LAG_BINS, Math.floor(windowMs / BIN_MS))
  for (let i = 1; i <= back; i++) {
    const at = ring + ((bins - i) & (RING - 1))
    const n = f32[at]!
    if (n >= 0) f32[at] = -1 - n
  }
}

function learnDispersion(f: Float64Array, base: number, n: number, lambda: number, bins: number): void {
  const m = lambda * BIN_MS
  const second = lambda * 1000
  addResidual(f, base, 0, second, f[base + SECOND_SQUARES]! + 10 * second * second - n, 10)
  addResidual(f, base, 1, m, clipped(f, base, 1, n, m) - Math.min(n, 2 * m + 3), 1)
  for (let scale = 2; scale < SCALES; scale++) {
    const at = base + SUMS + 3 * scale
    f[at] = f[at]! + n
    f[at + 1] = f[at + 1]! + m
    f[at + 2] = f[at + 2]! + 1
    if (bins % SCALE_BINS[scale]! !== 0) continue
    const sum = f[at]!
    const expected = f[at + 1]!
    const used = f[at + 2]!
    f.fill(0, at, at + 3)
    if (used * 2 <= SCALE_BINS[scale]!) continue
    addResidual(
      f,
      base,
      scale,
      expected,
      clipped(f, base, scale, sum, expected) - Math.min(sum, 2 * expected + 3),
      1,
    )
  }
}

/** Folds `blocks` residuals in, weighted by how much a block of this size tells about V. */
function addResidual(
  f: Float64Array,
  base: number,
  scale: number,
  m: number,
  excess: number,
  blocks: number,
): void {
  let num = f[base + V + scale]!
  let den = f[base + V + SCALES + scale]!
  const v = den > 0 ? Math.max(0, num / den) : PRIOR_V
  const weight = (m * m) / ((1 + m * v) * (1 + m * v))
  if (den === 0) {
    den = weight * PRIOR_BLOCKS
    num = PRIOR_V * den
  }
  const decay = SCALE_DECAY[scale]!
  f[base + V + scale] = num * decay + (weight * excess) / (m * m)
  f[base + V + SCALES + scale] = den * decay + weight * blocks
}

function learnLevel(f: Float64Array, f32: Float32Array, base: number, ring: number, bins: number): void {
  const lag = Math.min(LAG_BINS, bins >> 1)
  const c = f32[ring + ((bins - 1 - lag) & (RING - 1))]!
  if (bins <= LAG_BINS * 2) {
    // young: the plain mean of the older half
    let sum = 0
    let used = 0
    for (let i = 0; i < bins - lag; i++) {
      const older = f32[ring + i]!
      if (older >= 0) {
        sum += older
        used++
      }
    }
    if (used > 0) {
      f[base + LEVEL] = sum / used / BIN_MS / f[base + SEASON_BACK]!
      f[base + MEMORY] = used
      f[base + LEARNED] = used
    }
    return
  }
  if (c < 0) return
  const learned = f[base + LEARNED]! + 1
  f[base + LEARNED] = learned
  const level = f[base + LEVEL]!
  const perBin = f[base + LAMBDA]! * BIN_MS
  let memory = MEMORY_EVENTS / Math.max(perBin, MEMORY_EVENTS / MEMORY_BINS_MAX)
  if (memory < MEMORY_BINS) memory = MEMORY_BINS
  if (memory > learned) memory = learned
  f[base + MEMORY] = memory
  f[base + LEVEL] = level + (c / BIN_MS / f[base + SEASON_BACK]! - level) / memory
}

function refresh(f: Float64Array, base: number): void {
  const bins = f[base + MEMORY]!
  // half an event more than was seen: a rate is never quite 0
  f[base + LAMBDA] =
    bins === 0
      ? 0
      : f[base + LEVEL]! * f[base + SEASON]! + 0.5 / (Math.max(bins, f[base + LEARNED]!) * BIN_MS)
}

/** The season's factors for the bins to come. @param ratio what the level is multiplied by, where the season changed */
export function setSeason(f: Float64Array, base: number, now: number, back: number, ratio: number): void {
  f[base + SEASON] = now
  f[base + SEASON_BACK] = back
  f[base + LEVEL] = f[base + LEVEL]! * ratio
}

/** V at a scale as learned. */
export function variance(f: Float64Array, base: number, scale: number): number {
  const den = f[base + V + SCALES + scale]!
  return den > 0 ? Math.max(0, (HEAVY[scale]! * f[base + V + scale]!) / den) : PRIOR_V
}

/** V that stands for not knowing the level itself. */
export function ownVariance(f: Float64Array, base: number): number {
  const memory = f[base + MEMORY]!
  return 1 / Math.max(1, f[base + LAMBDA]! * BIN_MS * memory * 2) + 0.02 / memory
}

/**
 * V for a window of any length, by interpolation of its logarithm on that of the window: exact where rates of disjoint
 * windows are independent (V falls as 1/w) and where they last (V stays). Below a second the variance-to-mean ratio is
 * held.
 */
export function varianceAt(f: Float64Array, base: number, windowS: number): number {
  if (windowS <= 1) return variance(f, base, 0) / Math.max(windowS, 1e-3)
  const x = Math.log(windowS)
  let scale = 0
  while (scale < SCALES - 2 && x > LOG_SCALE_S[scale + 1]!) scale++
  const low = LOG_SCALE_S[scale]!
  const part = Math.min(1, (x - low) / (LOG_SCALE_S[scale + 1]! - low))
  const v = variance(f, base, scale)
  const next = variance(f, base, scale + 1)
  return v > 0 && next > 0 ? v * (next / v) ** part : v + (next - v) * part
}

/** Events in the last `bins` closed bins, frozen ones included. */
export function recentCount(
  f: Float64Array,
  f32: Float32Array,
  base: number,
  ring: number,
  bins: number,
): number {
  const total = f[base + BINS]!
  const have = Math.min(bins, total, RING)
  let sum = 0
  for (let i = 1; i <= have; i++) {
    const c = f32[ring + ((total - i) & (RING - 1))]!
    sum += c >= 0 ? c : -1 - c
  }
  return sum
}

/** Forgets the level after a change that stayed; starts over from the next bins. */
export function relearn(f: Float64Array, f32: Float32Array, base: number, ring: number): void {
  f[base + BINS] = 0
  f[base + LEVEL] = 0
  f[base + MEMORY] = 0
  f[base + LEARNED] = 0
  f[base + LAMBDA] = 0
  f.fill(0, base + V, base + LEARNED)
  f32.fill(0, ring, ring + RING)
}
