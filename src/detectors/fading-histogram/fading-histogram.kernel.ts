import { addValue } from './bins.kernel.ts'
import {
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
  SEEN,
  SIGNALS,
  TOTAL,
  WEIGHT,
  WORDS,
} from './layout.ts'

/**
 * How surprising a value is, given what this series did before: -ln of the probability of its bin in a fading
 * histogram, for three signals (the value; less its time-of-week profile; less its EWMA), the rarest counts.
 * A series that often surprises is taken less seriously (habituation), and within one episode only ever more
 * surprising values speak (escalation).
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
/** The two differences must be rarer by this to lead: 0.6 in log10. */
const DIFFERENCE_HANDICAP = 10 ** 0.6
/** Nats taken off per unit of ln(1 + habit). */
const HABITUATION = 1.5
/** Surprises above this (1 in 1000) are what a series habituates to. */
const HABIT_FROM = 3 * Math.LN10
/** The escalation peak fades this many times faster than the histograms. */
const PEAK_FADES = 10
/** Weights are divided through before they leave the exact range of a Float32 sum. */
const WEIGHT_MAX = 1e12

/** Which signal led the last score: 0 the value, 1 less its time-of-week profile, 2 less its EWMA. */
export let signal = 0
/** What was expected when the last value came: the EWMA or the time-of-week profile. Unit of the value. */
export let expected = 0

export { WORDS }

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
  const head = base + HISTOGRAMS_AT
  const first = 2 * (base + BINS_AT)
  const plain = addValue(f, head, bins, first, v, weight)
  const seasonal =
    DIFFERENCE_HANDICAP * addValue(f, head + HISTOGRAM_STRIDE, bins, first + BINS, v - profile, weight)
  const moving =
    DIFFERENCE_HANDICAP * addValue(f, head + 2 * HISTOGRAM_STRIDE, bins, first + 2 * BINS, v - mean, weight)
  f[base + WEIGHT] = weight * (1 + fade)
  if (weight > WEIGHT_MAX) scaleDown(f, bins, base)

  const habit = f[base + HABIT]! * (1 - fade)
  const peak = f[base + PEAK]! * (1 - PEAK_FADES * fade)
  f[base + HABIT] = habit
  f[base + PEAK] = peak
  if (seen + 1 < WARM_VALUES) return 0

  signal = 0
  expected = mean
  let probability = plain
  if (seasonal < probability) {
    probability = seasonal
    signal = 1
    expected = profile
  }
  if (moving < probability) {
    probability = moving
    signal = 2
    expected = mean
  }
  const surprise = -Math.log(probability)
  if (surprise <= peak) return 0
  const left = surprise - HABITUATION * Math.log(1 + habit)
  if (left <= peak) return 0
  f[base + PEAK] = left
  if (surprise > HABIT_FROM) f[base + HABIT] = habit + 1
  return left
}

/** Half hour of the week, UTC, counted from Thursday 00:00 as the epoch is; in [0, PROFILE_BINS). */
function timeOfWeek(timeMs: number): number {
  const halfHour = Math.floor(timeMs / HALF_HOUR_MS) % PROFILE_BINS
  return halfHour < 0 ? halfHour + PROFILE_BINS : halfHour
}

/** Smooths the time between values, so that bursts and equal timestamps do not jerk the gains. @returns ms */
function keepPace(f: Float64Array, base: number, timeMs: number): number {
  const gap = timeMs - f[base + LAST_MS]!
  if (gap > 0) f[base + LAST_MS] = timeMs
  if (f[base + SEEN] === 1) return f[base + PACE_MS]!
  const step = gap > 0 ? Math.min(gap, GAP_MAX_MS) : 0
  const pace = f[base + PACE_MS]!
  const next = pace + (step - pace) * PACE_GAIN
  f[base + PACE_MS] = next
  return next
}

/** Divides every weight of the slot by the current one: nothing observable changes. */
function scaleDown(f: Float64Array, bins: Float32Array, base: number): void {
  const by = 1 / f[base + WEIGHT]!
  const first = 2 * (base + BINS_AT)
  for (let i = first; i < first + SIGNALS * BINS; i++) bins[i] = bins[i]! * by
  for (let s = 0; s < SIGNALS; s++) {
    const at = base + HISTOGRAMS_AT + s * HISTOGRAM_STRIDE + TOTAL
    f[at] = f[at]! * by
  }
  f[base + WEIGHT] = 1
}
