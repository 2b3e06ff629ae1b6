/**
 * Sustained changes of a value: its level, its tails, or that it stopped changing.
 *
 * x = asinh(value / scale) is near the logarithm for durations and near linear for gauges around zero; `scale` is a
 * tenth of the mean magnitude of the first values, then fixed. z = (x - mean) / sd with a slowly learned, clipped mean and deviation.
 *
 *   shift   S <- max(0, S + d (z' - d/2) / D)   z' = z cut at 3, for designs d = 0.3 and 1.2 up and down
 *   tail    four categories beyond 3.2 and 4.5 sd on either side with learned frequencies P; the alternative doubles
 *           them, or makes them 3% and 5% if that is more
 *   frozen  a value equal to its predecessor, usual frequency P against 0.9
 *
 * D is the variance of the mean of ten-second bins over the variance it would have if values were independent, as
 * learned, so that slow wandering is not evidence.
 *
 * Sources: Page (1954); Finch, "Incremental calculation of weighted mean and variance" (2009); Huber (1964) for the
 * clipping.
 */
export const SCALE = 0 // unit of the value; negative sum of magnitudes while being learned
export const SEEN = 1
export const MEAN = 2 // of x
export const SD = 3
export const LAST = 4 // last value
export const UP = 5 // two scores
export const DOWN = 7
export const TAIL_HIGH = 9
export const TAIL_LOW = 10
export const FROZEN = 11
export const P = 12 // decayed counts of the four tails: high, very high, low, very low
export const P_EVENTS = 16
export const EQUAL = 17 // decayed count of repeated values
export const EQUAL_EVENTS = 18
export const BIN_Z = 19 // sum of clipped z in the bin
export const BIN_EVENTS = 20
export const SPREAD = 21
export const SPREAD_EXPECTED = 22
export const TEMPER = 23 // 1 / D for d = 0.3, then for d = 1.2
export const RECENT = 25 // z over the last tens of events, for evidence
export const WIDE = 26 // the same of minutes: sum of z, events, spread, expected
export const TOP = 30 // for UP and DOWN: 1 + highest member past the limit while a finding is open
export const REPEATS = 32 // values in a row equal to their predecessor
export const WORDS = 33

const WARM_EVENTS = 150
const SCALE_EVENTS = 20
/** Members of the bank in each direction. */
export const BANK = 2
const DESIGN = [0.3, 1.2] as const
const MEMORY_EVENTS = 6000
const TAIL_DECAY = 1 - 1 / 8000
const EQUAL_DECAY = 1 - 1 / 2000
/** Scores go this far past their limit and no further, so that recovery is quick. */
const HEADROOM = 4
const CAP_MAX = 40
const RECENT_GAIN = 1 / 20
const NOT_TAIL = Math.log(0.92)

/** Scores of the last call, nats. */
export let shift = 0
export let tail = 0
export let frozen = 0
/** Standardised value of the last call. */
export let z = 0

export function reset(f: Float64Array, base: number): void {
  f.fill(0, base, base + WORDS)
  f[base + SD] = 0.5
  f[base + LAST] = NaN
  f[base + P] = 2
  f[base + P + 1] = 0.5
  f[base + P + 2] = 2
  f[base + P + 3] = 0.5
  f[base + P_EVENTS] = 600
  f[base + SPREAD] = 20
  f[base + SPREAD_EXPECTED] = 10
  f[base + TEMPER] = 0.5
  f[base + TEMPER + 1] = 0.5
  f[base + WIDE + 2] = 12
  f[base + WIDE + 3] = 3
}

let cap = 40
const cut = (s: number): number => (s < 0 ? 0 : Math.min(s, cap))

/** Value whose standardised form is `zValue`; for evidence. */
export function valueAt(f: Float64Array, base: number, zValue: number): number {
  const scale = f[base + SCALE]!
  return scale > 0 ? Math.sinh(f[base + MEAN]! + zValue * f[base + SD]!) * scale : NaN
}

/**
 * One finite value. Leaves {@link shift}, {@link tail}, {@link frozen} and {@link z}.
 * @param learn false while a finding about the value is open
 * @param limit highest of the limits in force, nats
 */
export function observe(f: Float64Array, base: number, value: number, learn: boolean, limit: number): void {
  cap = limit < CAP_MAX ? limit + HEADROOM : CAP_MAX
  const equal = value === f[base + LAST]!
  f[base + LAST] = value
  f[base + REPEATS] = equal ? f[base + REPEATS]! + 1 : 0
  observeRepeat(f, base, equal, learn)
  shift = 0
  tail = 0
  z = 0
  let scale = f[base + SCALE]!
  const seen = f[base + SEEN]!
  if (!(scale > 0)) {
    // the first values only set the scale
    scale -= Math.abs(value)
    f[base + SEEN] = seen + 1
    f[base + SCALE] = scale
    if (seen + 1 < SCALE_EVENTS) return
    f[base + SCALE] = scale < 0 ? -scale / SCALE_EVENTS / 10 : 1
    f[base + SEEN] = 0
    return
  }
  const y = value / scale
  const a = Math.abs(y)
  const x = (y < 0 ? -1 : 1) * Math.log(a + Math.sqrt(a * a + 1))
  if (seen === 0) f[base + MEAN] = x
  const sd = f[base + SD]!
  const d = x - f[base + MEAN]!
  z = d / sd
  if (seen >= WARM_EVENTS) score(f, base, learn)
  if (learn) learnMoments(f, base, d, sd, seen + 1)
}

function observeRepeat(f: Float64Array, base: number, equal: boolean, learn: boolean): void {
  let p = (f[base + EQUAL]! + 0.5) / (f[base + EQUAL_EVENTS]! + 100)
  p = Math.max(p, 1e-3)
  let s = f[base + FROZEN]!
  if (p < 0.5) s = cut(s + Math.log(equal ? 0.9 / p : 0.1 / (1 - p)))
  else s = 0
  f[base + FROZEN] = s
  frozen = s
  if (learn && s < 8) {
    f[base + EQUAL] = f[base + EQUAL]! * EQUAL_DECAY + (equal ? 1 : 0)
    f[base + EQUAL_EVENTS] = f[base + EQUAL_EVENTS]! * EQUAL_DECAY + 1
  }
}

function score(f: Float64Array, base: number, learn: boolean): void {
  const zc = z > 3 ? 3 : Math.max(z, -3)
  f[base + BIN_Z] = f[base + BIN_Z]! + zc
  f[base + BIN_EVENTS] = f[base + BIN_EVENTS]! + 1
  f[base + RECENT] = f[base + RECENT]! + RECENT_GAIN * (z - f[base + RECENT]!)
  let best = 0
  for (let i = 0; i < 2; i++) {
    const design = DESIGN[i]!
    const t = f[base + TEMPER + i]! * design
    const u = cut(f[base + UP + i]! + t * (zc - design / 2))
    const v = cut(f[base + DOWN + i]! + t * (-zc - design / 2))
    f[base + UP + i] = u
    f[base + DOWN + i] = v
    if (u > best) best = u
    if (v > best) best = v
  }
  shift = best
  scoreTails(f, base, learn)
}

function scoreTails(f: Float64Array, base: number, learn: boolean): void {
  const events = f[base + P_EVENTS]!
  const category = z > 4.5 ? 1 : z > 3.2 ? 0 : z < -4.5 ? 3 : z < -3.2 ? 2 : -1
  let high = NOT_TAIL
  let low = NOT_TAIL
  if (category >= 0) {
    const p = f[base + P + category]! / events
    const alternative = Math.max((category & 1) === 1 ? 0.05 : 0.03, 2 * p)
    const step = Math.log(alternative / p)
    if (category < 2) high = step
    else low = step
  }
  high = cut(f[base + TAIL_HIGH]! + high)
  low = cut(f[base + TAIL_LOW]! + low)
  f[base + TAIL_HIGH] = high
  f[base + TAIL_LOW] = low
  tail = Math.max(high, low)
  if (!learn) return
  for (let i = 0; i < 4; i++) {
    const n = f[base + P + i]! * TAIL_DECAY
    f[base + P + i] = Math.max(n, 0.3) + (i === category ? 1 : 0)
  }
  f[base + P_EVENTS] = events * TAIL_DECAY + 1
}

function learnMoments(f: Float64Array, base: number, d: number, sd: number, seen: number): void {
  f[base + SEEN] = seen
  const gain = seen < MEMORY_EVENTS ? 1 / seen : 1 / MEMORY_EVENTS
  const limit = 2.5 * sd
  const step = seen < 30 ? d : d > limit ? limit : Math.max(d, -limit)
  f[base + MEAN] = f[base + MEAN]! + gain * step
  const square = Math.min(d * d, 9 * sd * sd) * 1.01
  const variance = sd * sd + gain * (square - sd * sd)
  f[base + SD] = Math.sqrt(Math.max(variance, 1e-6))
}

/** Closes a bin: learns how much more than independent values the bin means wander. @param minute every sixth bin */
export function closeBin(f: Float64Array, base: number, learn: boolean, minute: boolean): void {
  const n = f[base + BIN_EVENTS]!
  const sum = f[base + BIN_Z]!
  f[base + BIN_EVENTS] = 0
  f[base + BIN_Z] = 0
  f[base + WIDE] = f[base + WIDE]! + sum
  f[base + WIDE + 1] = f[base + WIDE + 1]! + n
  if (learn && n > 0) {
    const limit = 9 * n * Math.max(1, f[base + SPREAD]! / f[base + SPREAD_EXPECTED]!)
    f[base + SPREAD] = f[base + SPREAD]! * 0.998 + Math.min(sum * sum, limit) / n
    f[base + SPREAD_EXPECTED] = f[base + SPREAD_EXPECTED]! * 0.998 + 1
    f[base + TEMPER + 1] = 1 / Math.max(1, f[base + SPREAD]! / f[base + SPREAD_EXPECTED]!)
  }
  if (!minute) return
  const wide = f[base + WIDE]!
  const events = f[base + WIDE + 1]!
  f[base + WIDE] = 0
  f[base + WIDE + 1] = 0
  if (!learn || events === 0) return
  const limit = 9 * events * Math.max(1, f[base + WIDE + 2]! / f[base + WIDE + 3]!)
  f[base + WIDE + 2] = f[base + WIDE + 2]! * 0.99 + Math.min(wide * wide, limit) / events
  f[base + WIDE + 3] = f[base + WIDE + 3]! * 0.99 + 1
  f[base + TEMPER] = 1 / Math.max(1, f[base + WIDE + 2]! / f[base + WIDE + 3]!)
}

/** Forgets all evidence. */
export function clear(f: Float64Array, base: number): void {
  f.fill(0, base + UP, base + FROZEN + 1)
  f.fill(0, base + TOP, base + TOP + 2)
}

/** Learns level and spread anew, after a change that stayed. */
export function relearn(f: Float64Array, base: number): void {
  clear(f, base)
  f[base + SEEN] = 0
  f[base + SD] = 0.5
}
