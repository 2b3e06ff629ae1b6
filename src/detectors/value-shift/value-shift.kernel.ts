import * as lookPenaltyModule from '../calibration/look-penalty.ts'
import * as asinhModule from './asinh.kernel.ts'
import * as layout from './layout.ts'

/**
 * Sustained changes of a value: its level, its tails, or that it stopped changing.
 *
 * x = asinh(value / scale) is near the logarithm for durations and near linear for gauges around zero; `scale` is a
 * tenth of the mean magnitude of the first values, then fixed. z = (x - mean) / sd with a slowly learned, clipped mean
 * and deviation.
 *
 *   shift   S <- max(0, S + d (z' - d/2))   z' = z cut at 3, for designs d up and down; its worth after n values in a
 *           window w is S / (1 + n tau^2(w)), tau^2(w) being how far means over w wander by themselves
 *   tail    four categories beyond 3.2 and 4.5 sd on either side with learned frequencies P; the alternative doubles
 *           them, or makes them 3% and 5% if that is more
 *   frozen  a value equal to its predecessor, usual frequency P against 0.9
 *
 * All three are penalised by lookPenalty of the time since their change point.
 *
 * Sources: Page (1954) for the CUSUM; Finch, "Incremental calculation of weighted mean and variance" (2009); Huber
 * (1964) for the clipping; Searle, Casella & McCulloch, Variance Components (1992) for tau.
 */
// V8 folds a local constant into hot code; an exported or imported one is loaded and checked at every use.
const { CHECKED_NATS, lookPenalty } = lookPenaltyModule
const { asinh } = asinhModule
const {
  BANK,
  BIN_Z,
  COUNT,
  DESIGN,
  EQUAL,
  EQUAL_VALUES,
  FIRST_MS,
  FROZEN,
  FROZEN_ONSET,
  FROZEN_S,
  GAIN,
  LAST,
  MEAN,
  MEMBERS,
  NEWEST,
  NEWEST_MS,
  P,
  PER_BIN,
  P_VALUES,
  RECENT,
  REPEATS,
  SCALE,
  SCALES,
  SD,
  SEEN,
  SHIFT,
  SHIFT_COUNT,
  SHIFT_ONSET,
  SHIFT_S,
  SUMS,
  TAIL,
  TAIL_ONSET,
  TAIL_S,
  TAU,
  TOP,
  WORDS,
  given,
  scores,
} = layout

export * from './layout.ts'

const WARM_VALUES = 150
const SCALE_VALUES = 20
const MEMORY_VALUES = 6000
const MEMORY_BINS = 360
const TAIL_DECAY = 1 - 1 / 8000
const EQUAL_DECAY = 1 - 1 / 2000
const CAP = 100
const TAIL_CAP = 40
const RECENT_GAIN = 1 / 20
const TAIL_FROM = 3.2
/** A few wild values are no level. */
const LOCAL_MAX = 2
const NOT_TAIL = Math.log(0.92)
const SCALE_BINS = [6, 30, 120, 360] as const
const SCALE_DECAY = [1 - 1 / 240, 1 - 1 / 100, 1 - 1 / 72, 1 - 1 / 48] as const
const LOG_SCALE_MS = SCALE_BINS.map((bins) => Math.log(bins * 10_000))
/** Before it is known how far a series wanders: this far, as if seen this many times. */
const PRIOR_TAU = [0.3, 0.15, 0.08, 0.05] as const
const PRIOR_BLOCKS = [120, 30, 12, 6] as const

export function reset(f: Float64Array, base: number): void {
  f.fill(0, base, base + WORDS)
  f[base + SD] = 0.5
  f[base + LAST] = Number.NaN
  f[base + P] = 2
  f[base + P + 1] = 0.5
  f[base + P + 2] = 2
  f[base + P + 3] = 0.5
  f[base + P_VALUES] = 600
  f[base + GAIN] = 1 / MEMORY_VALUES
}

/** Value whose standardised form is `zValue`; for evidence. */
export function valueAt(f: Float64Array, base: number, zValue: number): number {
  const scale = f[base + SCALE]!
  return scale > 0 ? Math.sinh(f[base + MEAN]! + zValue * f[base + SD]!) * scale : Number.NaN
}

/** Standardised form of a value, without taking it in; 0 while too little is known. */
export function standardised(f: Float64Array, base: number, value: number): number {
  const scale = f[base + SCALE]!
  return scale > 0 && f[base + SEEN]! >= WARM_VALUES
    ? (asinh(value / scale) - f[base + MEAN]!) / f[base + SD]!
    : 0
}

/**
 * One finite value. Leaves {@link scores}.
 * @param learn false while a finding about the value is open
 */
export function observe(f: Float64Array, base: number, value: number, timeMs: number, learn: boolean): void {
  take(f, base, value, value === f[base + LAST]!, timeMs, learn)
  scores[SHIFT] = scores[SHIFT]! > CHECKED_NATS ? shiftScore(f, base, timeMs) : 0
}

/** Leaves the shift as a raw score. @param equal whether the value equals the one before it */
function take(
  f: Float64Array,
  base: number,
  value: number,
  equal: boolean,
  timeMs: number,
  learn: boolean,
): void {
  f[base + LAST] = value
  f[base + REPEATS] = equal ? f[base + REPEATS]! + 1 : 0
  observeRepeat(f, base, equal, timeMs, learn)
  scores[SHIFT] = 0
  scores[TAIL] = 0
  let scale = f[base + SCALE]!
  const seen = f[base + SEEN]!
  if (!(scale > 0)) {
    // the first values only set the scale
    scale -= Math.abs(value)
    f[base + SEEN] = seen + 1
    f[base + SCALE] = scale
    if (seen + 1 < SCALE_VALUES) return
    f[base + SCALE] = scale < 0 ? -scale / SCALE_VALUES / 10 : 1
    f[base + SEEN] = 0
    return
  }
  const x = asinh(value / scale)
  if (seen === 0) f[base + MEAN] = x
  const sd = f[base + SD]!
  const d = x - f[base + MEAN]!
  const z = d / sd
  if (seen >= WARM_VALUES) {
    const zc = z > 3 ? 3 : z < -3 ? -3 : z
    scores[SHIFT] = stepShift(f, base, zc, 1, timeMs)
    scoreTails(f, base, z, timeMs, learn)
    f[base + RECENT] = f[base + RECENT]! + RECENT_GAIN * (z - f[base + RECENT]!)
  }
  if (learn) learnMoments(f, base, d, sd, seen + 1)
}

/**
 * Several finite values at once: mean and deviation are those before the first, the shift CUSUMs take them in one step.
 * Leaves {@link scores} after the last, the shift as a raw one: above {@link CHECKED_NATS} worth asking for
 * {@link shiftScore}.
 * @param values at values[from + i], rounded to Float32; the last of them unrounded and the times of the first and the
 *   last in {@link given}
 * @param repeats bit i: value i equals the one before it
 */
export function observeMany(
  f: Float64Array,
  base: number,
  values: Float32Array,
  from: number,
  n: number,
  repeats: number,
  learn: boolean,
): void {
  const newest = given[NEWEST]!
  const newestMs = given[NEWEST_MS]!
  const scale = f[base + SCALE]!
  if (n === 1 || !(scale > 0) || f[base + SEEN]! < WARM_VALUES) {
    for (let i = 0; i < n; i++) {
      const value = i === n - 1 ? newest : values[from + i]!
      take(f, base, value, ((repeats >>> i) & 1) === 1, newestMs, learn)
    }
    return
  }
  scores[TAIL] = 0
  scores[FROZEN] = 0
  f[base + LAST] = newest
  if (repeats === 0 && f[base + FROZEN_S] === 0) {
    f[base + REPEATS] = 0
    if (learn) passRepeats(f, base, n)
  } else takeRepeats(f, base, repeats, n, newestMs, learn)
  const mean = f[base + MEAN]!
  const sd = f[base + SD]!
  const each = 1 / sd
  const unit = 1 / scale
  let inTail = f[base + TAIL_S]! > 0 || f[base + TAIL_S + 1]! > 0
  let ordinary = 0
  let sum = 0
  let sumCut = 0
  let sumHuber = 0
  let squares = 0
  for (let i = 0; i < n; i++) {
    const z = (asinh(values[from + i]! * unit) - mean) * each
    sum += z
    const cut = z > 3 ? 3 : z < -3 ? -3 : z
    sumCut += cut
    squares += cut * cut
    sumHuber += z > 2.5 ? 2.5 : z < -2.5 ? -2.5 : z
    if (inTail || z > TAIL_FROM || z < -TAIL_FROM) {
      scoreTails(f, base, z, newestMs, learn)
      inTail = f[base + TAIL_S]! > 0 || f[base + TAIL_S + 1]! > 0
    } else ordinary++
  }
  const keep = RECENT_KEEP[n]!
  f[base + RECENT] = f[base + RECENT]! * keep + (1 - keep) * (sum / n)
  scores[SHIFT] = stepShift(f, base, sumCut, n, given[FIRST_MS]!)
  if (!learn) return
  if (ordinary > 0) {
    f[base + P_VALUES] = f[base + P_VALUES]! + ordinary
    if (f[base + P_VALUES]! > 8000) fadeTails(f, base)
  }
  const seen = f[base + SEEN]! + n
  const gain = Math.max(1 / seen, f[base + GAIN]!)
  f[base + SEEN] = seen
  f[base + MEAN] = mean + gain * sd * sumHuber
  const variance = sd * sd * (1 + gain * (1.01 * squares - n))
  f[base + SD] = Math.sqrt(variance > 1e-6 ? variance : 1e-6)
}

/** (1 - RECENT_GAIN)^n */
const RECENT_KEEP = Float64Array.from({ length: 65 }, (_, n) => (1 - RECENT_GAIN) ** n)

/**
 * One step of the CUSUM bank by `n` values. @param sum of their z, each cut at 3 @param firstMs time of the first
 * @returns highest raw score, nats
 */
function stepShift(f: Float64Array, base: number, sum: number, n: number, firstMs: number): number {
  f[base + BIN_Z] = f[base + BIN_Z]! + sum
  f[base + BIN_Z + 1] = f[base + BIN_Z + 1]! + n
  const count = f[base + COUNT]!
  f[base + COUNT] = count + n
  let raw = 0
  for (let i = 0; i < MEMBERS; i++) {
    const design = DESIGN[i < BANK ? i : i - BANK]!
    let s = f[base + SHIFT_S + i]!
    if (s <= 0) {
      s = 0
      f[base + SHIFT_ONSET + i] = firstMs
      f[base + SHIFT_COUNT + i] = count
    }
    s += design * ((i < BANK ? sum : -sum) - (n * design) / 2)
    if (s > CAP) s = CAP
    f[base + SHIFT_S + i] = s
    if (s > raw) raw = s
  }
  return raw
}

function takeRepeats(
  f: Float64Array,
  base: number,
  repeats: number,
  n: number,
  timeMs: number,
  learn: boolean,
): void {
  for (let i = 0; i < n; i++) {
    const equal = ((repeats >>> i) & 1) === 1
    f[base + REPEATS] = equal ? f[base + REPEATS]! + 1 : 0
    observeRepeat(f, base, equal, timeMs, learn)
  }
}

/** Values that differ from their predecessors, while nothing is frozen. */
function passRepeats(f: Float64Array, base: number, n: number): void {
  const keep = EQUAL_KEEP[n]!
  f[base + EQUAL] = f[base + EQUAL]! * keep
  f[base + EQUAL_VALUES] = f[base + EQUAL_VALUES]! * keep + (1 - keep) / (1 - EQUAL_DECAY)
}

/** EQUAL_DECAY^n */
const EQUAL_KEEP = Float64Array.from({ length: 65 }, (_, n) => EQUAL_DECAY ** n)

function observeRepeat(f: Float64Array, base: number, equal: boolean, timeMs: number, learn: boolean): void {
  let s = f[base + FROZEN_S]!
  if (equal || s > 0) {
    const p = Math.max(1e-3, (f[base + EQUAL]! + 0.5) / (f[base + EQUAL_VALUES]! + 100))
    if (s === 0) f[base + FROZEN_ONSET] = timeMs
    s = p < 0.5 ? Math.max(0, Math.min(TAIL_CAP, s + Math.log(equal ? 0.9 / p : 0.1 / (1 - p)))) : 0
    f[base + FROZEN_S] = s
  }
  scores[FROZEN] = s > CHECKED_NATS ? s - lookPenalty(timeMs - f[base + FROZEN_ONSET]!) : 0
  if (learn && s < 8) {
    f[base + EQUAL] = f[base + EQUAL]! * EQUAL_DECAY + (equal ? 1 : 0)
    f[base + EQUAL_VALUES] = f[base + EQUAL_VALUES]! * EQUAL_DECAY + 1
  }
}

/** The best member's score with wander and looks taken into account, nats. */
export function shiftScore(f: Float64Array, base: number, timeMs: number): number {
  let best = 0
  for (let i = 0; i < MEMBERS; i++) {
    const s = memberScore(f, base, i, timeMs)
    if (s > best) best = s
  }
  return best
}

/** @param i up, then down; boldest last */
export function memberScore(f: Float64Array, base: number, i: number, timeMs: number): number {
  const raw = f[base + SHIFT_S + i]!
  if (raw <= CHECKED_NATS) return 0
  const w = timeMs - f[base + SHIFT_ONSET + i]!
  const n = f[base + COUNT]! - f[base + SHIFT_COUNT + i]!
  return raw / (1 + n * tauAt(f, base, w)) - lookPenalty(w)
}

/** tau^2 of means over a window, in units of the variance. */
function tauAt(f: Float64Array, base: number, windowMs: number): number {
  const x = windowMs > 1 ? Math.log(windowMs) : 0
  let scale = 0
  while (scale < SCALES - 2 && x > LOG_SCALE_MS[scale + 1]!) scale++
  const low = LOG_SCALE_MS[scale]!
  const part = Math.max(0, Math.min(1, (x - low) / (LOG_SCALE_MS[scale + 1]! - low)))
  const t = tauOf(f, base, scale)
  return t + (tauOf(f, base, scale + 1) - t) * part
}

function tauOf(f: Float64Array, base: number, scale: number): number {
  const weight = f[base + TAU + SCALES + scale]!
  return weight > 0 ? Math.max(1e-4, f[base + TAU + scale]! / weight) : PRIOR_TAU[scale]!
}

/**
 * How much of a z is the wander of the level: the best guess of the mean right now, from the last tens of values and from
 * how far a minute's mean wanders. A tail is counted from there, as a level that moved is the shift's to judge; that
 * matters while it is not known yet how far the values wander, and is next to nothing later.
 * Source: Kalman, "A new approach to linear filtering and prediction problems" (1960), for the gain.
 */
function localMean(f: Float64Array, base: number, z: number): number {
  const tau = tauOf(f, base, 0)
  const local = (f[base + RECENT]! * tau) / (tau + RECENT_GAIN / 2)
  return z > 0 ? Math.max(0, Math.min(local, z, LOCAL_MAX)) : Math.min(0, Math.max(local, z, -LOCAL_MAX))
}

function scoreTails(f: Float64Array, base: number, z: number, timeMs: number, learn: boolean): void {
  const values = f[base + P_VALUES]!
  const far = z - localMean(f, base, z)
  const category = far > 4.5 ? 1 : far > TAIL_FROM ? 0 : far < -4.5 ? 3 : far < -TAIL_FROM ? 2 : -1
  let high = NOT_TAIL
  let low = NOT_TAIL
  if (category >= 0) {
    const p = f[base + P + category]! / values
    const alternative = Math.max((category & 1) === 1 ? 0.05 : 0.03, 2 * p)
    const step = Math.log(alternative / p)
    if (category < 2) high = step
    else low = step
  }
  const above = tailStep(f, base, 0, high, timeMs)
  const below = tailStep(f, base, 1, low, timeMs)
  scores[TAIL] = above > below ? above : below
  if (!learn) return
  if (category >= 0) f[base + P + category] = f[base + P + category]! + 1
  f[base + P_VALUES] = values + 1
  if (values > 8000) fadeTails(f, base)
}

/** Every thousand values rather than at each. */
function fadeTails(f: Float64Array, base: number): void {
  const keep = TAIL_DECAY ** 1000
  for (let i = 0; i < 4; i++) f[base + P + i] = Math.max(0.3, f[base + P + i]! * keep)
  f[base + P_VALUES] = f[base + P_VALUES]! * keep
}

function tailStep(f: Float64Array, base: number, side: number, step: number, timeMs: number): number {
  let s = f[base + TAIL_S + side]!
  if (s === 0) {
    if (step < 0) return 0
    f[base + TAIL_ONSET + side] = timeMs
  }
  s += step
  s = s < 0 ? 0 : Math.min(s, TAIL_CAP)
  f[base + TAIL_S + side] = s
  return s > CHECKED_NATS ? s - lookPenalty(timeMs - f[base + TAIL_ONSET + side]!) : 0
}

function learnMoments(f: Float64Array, base: number, d: number, sd: number, seen: number): void {
  f[base + SEEN] = seen
  const gain = Math.max(1 / seen, f[base + GAIN]!)
  const limit = 2.5 * sd
  const step = seen < 30 ? d : d > limit ? limit : Math.max(d, -limit)
  f[base + MEAN] = f[base + MEAN]! + gain * step
  const square = Math.min(d * d, 9 * sd * sd) * 1.01
  const variance = sd * sd + gain * (square - sd * sd)
  f[base + SD] = Math.sqrt(Math.max(variance, 1e-6))
}

/** Closes a ten-second bin: learns how far means wander. @param bins bins closed so far */
export function closeBin(f: Float64Array, base: number, learn: boolean, bins: number): void {
  const n = f[base + BIN_Z + 1]!
  const sum = f[base + BIN_Z]!
  f[base + BIN_Z] = 0
  f[base + BIN_Z + 1] = 0
  f[base + PER_BIN] = f[base + PER_BIN]! + (n - f[base + PER_BIN]!) / 60
  f[base + GAIN] = 1 / Math.max(MEMORY_VALUES, f[base + PER_BIN]! * MEMORY_BINS)
  for (let scale = 0; scale < SCALES; scale++) {
    const at = base + SUMS + 2 * scale
    if (learn) {
      f[at] = f[at]! + sum
      f[at + 1] = f[at + 1]! + n
    }
    if (bins % SCALE_BINS[scale]! !== 0) continue
    if (f[at + 1]! > 0) learnTau(f, base, scale, f[at]!, f[at + 1]!)
    f[at] = 0
    f[at + 1] = 0
  }
}

/** tau^2 from a window: squared mean less 1/n, weighted by how much n values tell, cut at three deviations. */
function learnTau(f: Float64Array, base: number, scale: number, sum: number, n: number): void {
  const num = base + TAU + scale
  const den = num + SCALES
  const tau = tauOf(f, base, scale)
  const mean = sum / n
  const weight = 1 / (1 / n + tau) ** 2
  if (f[den] === 0) {
    f[den] = weight * PRIOR_BLOCKS[scale]!
    f[num] = f[den]! * PRIOR_TAU[scale]!
  }
  const square = Math.min(mean * mean, 9 * (1 / n + tau))
  f[num] = f[num]! * SCALE_DECAY[scale]! + weight * (square - 1 / n)
  f[den] = f[den]! * SCALE_DECAY[scale]! + weight
}

/** Forgets all evidence. */
export function clear(f: Float64Array, base: number): void {
  f.fill(0, base + SHIFT_S, base + SHIFT_S + MEMBERS)
  f.fill(0, base + TAIL_S, base + TAIL_S + 2)
  f[base + FROZEN_S] = 0
  f.fill(0, base + TOP, base + TOP + 2)
}

/** Learns level and spread anew, after a change that stayed. */
export function relearn(f: Float64Array, base: number): void {
  clear(f, base)
  f[base + SEEN] = 0
  f[base + SD] = 0.5
}

/**
 * While a finding is open: when the boldest member that was past the limit is back down, the anomaly is over, and the
 * timid members, which would take long to sink, forget it too.
 */
export function settle(f: Float64Array, base: number, timeMs: number, limit: number, fraction: number): void {
  for (let side = 0; side < 2; side++) {
    const top = base + TOP + side
    const first = side * BANK
    for (let i = BANK; i > f[top]!; i--) if (memberScore(f, base, first + i - 1, timeMs) > limit) f[top] = i
    const boldest = f[top]!
    if (boldest === 0 || memberScore(f, base, first + boldest - 1, timeMs) > fraction * limit) continue
    f.fill(0, base + SHIFT_S + first, base + SHIFT_S + first + BANK)
    f[top] = 0
  }
}
