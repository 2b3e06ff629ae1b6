import * as layout from './season-layout.ts'

/**
 * Daily and weekly season of a rate, in half hours (UTC).
 *
 *   | head | day: 48 learned, 48 last rates | week: 336 learned, 336 last rates |     Float32, events per ms
 *
 * A half hour moves to the median of what was learned, the rate last time and the rate this time: what happens once, an
 * outage or a surge, leaves no trace, and what happens again at the same time is learned, alarm or not.
 *
 * The level of the baseline is divided by the profile's value where it was learned and multiplied by its value now
 * (Holt-Winters with multiplicative season). Which profile is used, or none, is decided by what it has been worth:
 * each predicts a half hour from the one before it,
 *
 *   none   x[i-1]         day   x[i-1] day[i] / day[i-1]         week   x[i-1] week[i] / week[i-1]
 *
 * and the one with the least mean squared error of the logarithm over two weeks wins, if by a margin; so a series without
 * season loses nothing.
 *
 * Sources: Holt (1957), Winters (1960); Makridakis & Hibon, "The M3-competition" (2000), for comparison by the error of
 * one step ahead; Taylor, "Short-term electricity demand forecasting using double seasonal exponential smoothing" (2003).
 */
// V8 folds a local constant into hot code; an exported or imported one is loaded and checked at every use.
const {
  BEFORE,
  BINS,
  BY_DAY,
  BY_WEEK,
  DAY,
  DAY_AT,
  ERROR,
  EVENTS,
  HALF_HOUR_MS,
  HALVES,
  MEAN,
  MODEL,
  MODELS,
  NONE,
  WEEK,
  WEEK_AT,
  WORDS,
} = layout

export * from './season-layout.ts'

const BINS_MIN = 90
const GAIN = 0.5
/** Errors are means over this many half hours. */
const MEMORY = 2 * WEEK
/** Half hours a profile must have predicted before it is used. */
const PROVEN = DAY
/** A profile must be better than what is simpler by this. */
const MARGIN = [1, 0.9, 0.95] as const
/** A factor is never less than this part of the mean rate, so that a quiet night does not make a level of its own. */
const FLOOR = 0.1
/** Steps of the profile beyond this ratio are steps; smaller ones are slopes. */
const STEP = 1.5

export function reset(f: Float64Array, f32: Float32Array, base: number): void {
  f.fill(0, base, base + WORDS)
  f[base + BEFORE] = Number.NaN
  f32.fill(Number.NaN, 2 * (base + DAY_AT), 2 * (base + WORDS))
}

/** A ten-second bin of `events` that somebody could have seen. */
export function addBin(f: Float64Array, base: number, events: number): void {
  f[base + EVENTS] = f[base + EVENTS]! + events
  f[base + BINS] = f[base + BINS]! + 1
}

/** Closes the half hour that ends at `endMs`. @returns what the level must be multiplied by, 1 unless the model changed */
export function closeHalf(f: Float64Array, f32: Float32Array, base: number, endMs: number): number {
  const bins = f[base + BINS]!
  const rate = bins < BINS_MIN ? Number.NaN : (f[base + EVENTS]! + 0.5) / (bins * 10_000)
  f[base + EVENTS] = 0
  f[base + BINS] = 0
  const i = Math.floor(endMs / HALF_HOUR_MS) - 1
  const before = f[base + BEFORE]!
  f[base + BEFORE] = rate
  if (Number.isNaN(rate)) return 1
  if (before > 0) {
    const grown = Math.log(rate / before)
    learnError(f, base, NONE, grown)
    learnError(f, base, BY_DAY, grown - growth(f32, 2 * (base + DAY_AT), DAY, i))
    learnError(f, base, BY_WEEK, grown - growth(f32, 2 * (base + WEEK_AT), WEEK, i))
  }
  const halves = f[base + HALVES]! + 1
  f[base + HALVES] = halves
  f[base + MEAN] = f[base + MEAN]! + (rate - f[base + MEAN]!) / Math.min(halves, WEEK)
  learnRate(f32, 2 * (base + DAY_AT) + (i % DAY), DAY, rate)
  learnRate(f32, 2 * (base + WEEK_AT) + (i % WEEK), WEEK, rate)
  const old = factorAt(f, f32, base, endMs)
  f[base + MODEL] = best(f, base)
  return old / factorAt(f, f32, base, endMs)
}

/** ln of how much the profile grows into half hour i; NaN while unknown. */
function growth(f32: Float32Array, at: number, length: number, i: number): number {
  return Math.log(f32[at + (i % length)]! / f32[at + ((i + length - 1) % length)]!)
}

function learnRate(f32: Float32Array, at: number, length: number, rate: number): void {
  const learned = f32[at]!
  const last = f32[at + length]!
  f32[at + length] = rate
  if (Number.isNaN(learned)) f32[at] = rate
  else {
    const low = Math.min(last, rate)
    const high = Math.max(last, rate)
    f32[at] = learned + GAIN * (Math.min(high, Math.max(low, learned)) - learned)
  }
}

function learnError(f: Float64Array, base: number, model: number, error: number): void {
  if (Number.isNaN(error)) return
  const at = base + ERROR + model
  const n = Math.min(MEMORY, f[at + MODELS]! + 1)
  f[at + MODELS] = n
  // one wild half hour is no season
  f[at] = f[at]! + (Math.min(error * error, 1) - f[at]!) / n
}

function best(f: Float64Array, base: number): number {
  let model = NONE
  for (let m = BY_DAY; m <= BY_WEEK; m++) {
    if (f[base + ERROR + MODELS + m]! < PROVEN) continue
    if (f[base + ERROR + m]! < MARGIN[m]! * f[base + ERROR + model]!) model = m
  }
  return model
}

/** Profile in use at a time, events per ms; 1 without one. */
export function factorAt(f: Float64Array, f32: Float32Array, base: number, timeMs: number): number {
  const model = f[base + MODEL]!
  if (model === NONE) return 1
  const length = model === BY_DAY ? DAY : WEEK
  const at = 2 * (base + (model === BY_DAY ? DAY_AT : WEEK_AT))
  const floor = FLOOR * f[base + MEAN]! + 1e-9
  const place = timeMs / HALF_HOUR_MS
  const i = Math.floor(place)
  const here = rateOf(f, f32, base, at, length, i, floor)
  const part = place - i - 0.5
  const next = rateOf(f, f32, base, at, length, part < 0 ? i - 1 : i + 1, floor)
  return next > here * STEP || here > next * STEP ? here : here + (next - here) * Math.abs(part)
}

function rateOf(
  f: Float64Array,
  f32: Float32Array,
  base: number,
  at: number,
  length: number,
  i: number,
  floor: number,
): number {
  const rate = f32[at + ((i + length) % length)]!
  // a half hour of the week that was not seen yet is like that of any day
  const known = Number.isNaN(rate) ? f32[2 * (base + DAY_AT) + ((i + DAY) % DAY)]! : rate
  return known > floor ? known : Number.isNaN(known) ? f[base + MEAN]! : floor
}
