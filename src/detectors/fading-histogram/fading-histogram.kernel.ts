import * as binsModule from './bins.kernel.ts'
import * as layoutModule from './layout.ts'

// V8 folds a local constant into hot code; what is imported is loaded and checked at every use.
const { addSignals, narrow } = binsModule
const {
  BINS,
  BINS_AT,
  HABIT,
  HISTOGRAM_STRIDE,
  HISTOGRAMS_AT,
  LAST_MS,
  MEAN,
  PACE_MS,
  PEAK,
  PROFILE_AT,
  PROFILE_BINS,
  QUIET_ABOVE,
  SEEN,
  SIGNAL_WEIGHT,
  SIGNALS,
  signals,
  TOTAL,
  WEIGHT,
  WORDS,
} = layoutModule

/**
 * How surprising a value is, given what this series did before: -ln of the probability of its bin in a fading
 * histogram, for three signals: the cube root of the value; the value less its time-of-week profile; the cube root of
 * the value less its EWMA. The rarest leads, and the others add a little. The cube root makes skewed positive numbers
 * (durations, counts) nearly symmetric, so that a long tail does not make every high value rare.
 * A series that often surprises is taken less seriously (habituation), and within one episode only ever more
 * surprising values speak (escalation).
 * Source of the cube root: E. Wilson, M. Hilferty, "The distribution of chi-square" (PNAS 1931).
 *
 * Everything fades by events on a slow series and by time on a fast one: 2,000 values or HORIZON_MS, whichever is
 * longer. Formula, blind spots and how the numbers were found: docs/detection/fading-histogram.md.
 */

const HALF_HOUR_MS = 1_800_000
/** Values are held within this, so that Float32 differences of them stay finite. */
const VALUE_LIMIT = 1e30
/** Silent for this many values. */
const WARM_VALUES = 60
/** Part forgotten per value at most: decay 0.9995. */
const FADE = 1 / 2000
/** Memory of a fast series. */
const HORIZON_MS = 6 * 3_600_000
/** A gap counts as at most this for the pace. */
const GAP_MAX_MS = 3_600_000
const PACE_GAIN = 1 / 32
const FIRST_PACE_MS = 300_000
/** Gains per value on a slow series, and the time constants that replace them on a fast one. */
const PROFILE_GAIN = 0.3
const PROFILE_TAU_MS = 14 * 60_000
const MEAN_GAIN = 1 / 8
const MEAN_TAU_MS = 40 * 60_000
/** The two differences must be rarer by this many nats to lead: there are more ways to be odd against a prediction. */
const PROFILE_HANDICAP = 1.3
const MEAN_HANDICAP = 1
/** Share of the other signals' surprise that is added to the leading one's. */
const AGREEMENT = 0.12
/** The most the three together can say of the leading one. */
const AGREEMENT_MAX = 1 + (SIGNALS - 1) * AGREEMENT
/** Nats taken off per unit of ln(1 + habit). */
const HABITUATION = 1.3
/** Habit fades this much slower than the histograms: 7,000 values. */
const HABIT_FADES = 2 / 7
/** Surprises above this, 1 in 1000, are what a series habituates to. */
const HABIT_FROM = 3 * Math.LN10
/** The escalation peak fades this many times faster than the histograms. */
const PEAK_FADES = 10
/** A range doubles at most once for a value, so that a wild one does not coarsen it: at the edge it is odd enough. */
const DOUBLINGS_MAX = 1
/** While warm-up lasts it grows as it must: 2^200 covers everything within VALUE_LIMIT. */
const WARM_DOUBLINGS_MAX = 200
/** Ranges are looked at again after this many values; a power of two. */
const NARROW_EVERY = 256
/** Weights are divided through before they leave the exact range of a Float32 sum. */
const WEIGHT_MAX = 1e12

/** Which signal led the last score above 0: 0 the value, 1 less its time-of-week profile, 2 less its EWMA. */
export let signal = 0
/** What was expected where it scored above 0: the EWMA or the time-of-week profile. Unit of the value. */
export let expected = 0

export { WORDS } from './layout.ts'

/** Makes the slot new. @param f, bins views over the same chunk of the arena @param base its first Float64 word */
export function reset(f: Float64Array, bins: Float32Array, base: number): void {
  f.fill(0, base, base + WORDS)
  bins.fill(Number.NaN, 2 * (base + PROFILE_AT), 2 * (base + WORDS))
}

/**
 * @param f, bins Float64 and Float32 views over the same chunk of the arena
 * @param base first Float64 word of the slot
 * @param value unit of the series; NaN and infinities are no observation and change nothing
 * @param timeMs event time, ms since epoch; may go back
 * @returns nats, 0 when there is nothing to say
 */
export function observeValue(
  f: Float64Array,
  bins: Float32Array,
  base: number,
  value: number,
  timeMs: number,
): number {
  if (!Number.isFinite(value) || !Number.isFinite(timeMs)) return 0
  const v = Math.max(-VALUE_LIMIT, Math.min(VALUE_LIMIT, value))
  const seen = f[base + SEEN]!
  if (seen === 0) {
    f[base + LAST_MS] = timeMs
    f[base + PACE_MS] = FIRST_PACE_MS
    f[base + WEIGHT] = 1
    f[base + MEAN] = v
    f[base + QUIET_ABOVE] = 1
  }
  f[base + SEEN] = seen + 1
  const pace = keepPace(f, base, timeMs)
  const fade = Math.min(FADE, pace / HORIZON_MS)

  const slot = 2 * (base + PROFILE_AT) + timeOfWeek(timeMs)
  const usual = bins[slot]!
  const profile = Number.isNaN(usual) ? v : usual // NaN until the first value of this half hour
  const mean = f[base + MEAN]!
  bins[slot] = profile + (v - profile) * Math.min(PROFILE_GAIN, pace / PROFILE_TAU_MS)
  f[base + MEAN] = mean + (v - mean) * Math.min(MEAN_GAIN, pace / MEAN_TAU_MS)

  const weight = f[base + WEIGHT]!
  signals[0] = Math.cbrt(v)
  signals[1] = v - profile
  signals[2] = Math.cbrt(v - mean)
  signals[SIGNAL_WEIGHT] = weight
  addSignals(
    f,
    base + HISTOGRAMS_AT,
    bins,
    2 * (base + BINS_AT),
    seen < WARM_VALUES ? WARM_DOUBLINGS_MAX : DOUBLINGS_MAX,
  )
  const plain = signals[0]
  const seasonal = signals[1]
  const moving = signals[2]
  const total = f[base + TOTAL]! + weight
  f[base + TOTAL] = total
  f[base + WEIGHT] = weight * (1 + fade)
  if (weight > WEIGHT_MAX) scaleDown(f, bins, base)
  if ((seen & (NARROW_EVERY - 1)) === NARROW_EVERY - 1) narrowAll(f, bins, base)

  const habit = f[base + HABIT]! * (1 - HABIT_FADES * fade)
  const peak = f[base + PEAK]! * (1 - PEAK_FADES * fade)
  f[base + HABIT] = habit
  // follows exp(-peak / AGREEMENT_MAX) from above, since exp(x) <= 1 + x + x^2: most values need no logarithm
  const growth = (PEAK_FADES * fade * f[base + PEAK]!) / AGREEMENT_MAX
  const quietAbove = Math.min(1, f[base + QUIET_ABOVE]! * (1 + growth + growth * growth))
  f[base + PEAK] = peak
  f[base + QUIET_ABOVE] = quietAbove
  if (seen + 1 < WARM_VALUES) return 0
  const share = 1 / total
  if (share * Math.min(plain, seasonal, moving) >= quietAbove) return 0

  const byValue = -Math.log(plain * share)
  const byProfile = -Math.log(seasonal * share) - PROFILE_HANDICAP
  const byMean = -Math.log(moving * share) - MEAN_HANDICAP
  const lead = Math.max(byValue, byProfile, byMean)
  const all = Math.max(0, byValue) + Math.max(0, byProfile) + Math.max(0, byMean)
  const surprise = lead + AGREEMENT * (all - lead)
  if (lead <= 0 || surprise <= peak) return 0
  const left = surprise - HABITUATION * Math.log(1 + habit)
  if (left <= peak) return 0
  f[base + PEAK] = left
  f[base + QUIET_ABOVE] = Math.exp(-left / AGREEMENT_MAX)
  if (surprise > HABIT_FROM) f[base + HABIT] = habit + 1
  signal = byValue >= byProfile ? (byValue >= byMean ? 0 : 2) : byProfile >= byMean ? 1 : 2
  expected = signal === 1 ? profile : mean
  return left
}

/** Half hour of the week, UTC, counted from Thursday 00:00 as the epoch is; in [0, PROFILE_BINS). */
function timeOfWeek(timeMs: number): number {
  const halfHour = Math.floor(timeMs / HALF_HOUR_MS) % PROFILE_BINS
  return halfHour < 0 ? halfHour + PROFILE_BINS : halfHour
}

/**
 * Smooths the time between values, so that bursts and equal timestamps do not jerk the gains. A time that goes back
 * counts as no gap and a long gap as GAP_MAX_MS, so that one wrong time is soon forgotten. @returns ms
 */
function keepPace(f: Float64Array, base: number, timeMs: number): number {
  const gap = timeMs - f[base + LAST_MS]!
  f[base + LAST_MS] = timeMs
  const pace = f[base + PACE_MS]!
  if (f[base + SEEN] === 1) return pace
  const step = gap > 0 ? Math.min(gap, GAP_MAX_MS) : 0
  const next = pace + (step - pace) * PACE_GAIN
  f[base + PACE_MS] = next
  return next
}

function narrowAll(f: Float64Array, bins: Float32Array, base: number): void {
  for (let s = 0; s < SIGNALS; s++) {
    const head = base + HISTOGRAMS_AT + s * HISTOGRAM_STRIDE
    narrow(f, head, bins, 2 * (base + BINS_AT) + s * BINS, f[base + WEIGHT]!)
  }
}

/** Divides every weight of the slot by the current one: nothing observable changes. */
function scaleDown(f: Float64Array, bins: Float32Array, base: number): void {
  const by = 1 / f[base + WEIGHT]!
  const first = 2 * (base + BINS_AT)
  for (let i = first; i < first + SIGNALS * BINS; i++) bins[i] = bins[i]! * by
  f[base + TOTAL] = f[base + TOTAL]! * by
  f[base + WEIGHT] = 1
}
