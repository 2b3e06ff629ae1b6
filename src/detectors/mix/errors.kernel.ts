import * as lookPenaltyModule from '../calibration/look-penalty.ts'
import * as layout from './layout.ts'

/**
 * Error ratio: a bank of CUSUMs on a Bernoulli trial per event, against a slowly learned ratio p.
 *
 *   S <- max(0, S + ln(p1 / p) / D)               the event is an error
 *   S <- max(0, S + ln((1 - p1) / (1 - p)) / D)   it is not
 *
 * p1 is a multiple of p with a floor: one more error in a hundred is news, one in ten thousand is not. Errors that come
 * in clusters are beta-binomial; D = 1 + (n - 1) rho, the variance of one-minute counts over the binomial one, tempers
 * the ratio accordingly. Scores are penalised by lookPenalty of the time since the change point.
 *
 * Sources: Reynolds & Stoumbos, "A CUSUM chart for monitoring a proportion", J. Quality Technology 31 (1999);
 * Williams, "Extra-binomial variation in logistic linear models", Applied Statistics 31 (1982), for D.
 */
// V8 folds a local constant into hot code; an exported or imported one is loaded and checked at every use.
const { CHECKED_NATS, lookPenalty } = lookPenaltyModule
const {
  BANK,
  ERRORS,
  EVENTS,
  HIT,
  MISS,
  ONSET_MS,
  RECENT,
  S,
  SPREAD,
  SPREAD_EXPECTED,
  TOP,
  WINDOW_ERRORS,
  WORDS,
} = layout

export * from './layout.ts'

const MULTIPLE = [2.5, 6, 20] as const
const FLOOR = [0.03, 0.06, 0.25] as const
const CEILING = [0.8, 0.9, 0.97] as const
const MEMORY_EVENTS = 10_000
const DECAY = 1 - 1 / MEMORY_EVENTS
const CAP = 40
const RECENT_GAIN = 1 / 30
const MINUTE_BINS = 6
/** (1 - RECENT_GAIN)^n */
const PASS = Float64Array.from({ length: 65 }, (_, n) => (1 - RECENT_GAIN) ** n)

export function reset(f: Float64Array, base: number): void {
  f.fill(0, base, base + WORDS)
  f[base + ERRORS] = 1
  f[base + EVENTS] = 50
  f[base + SPREAD] = 4
  f[base + SPREAD_EXPECTED] = 4
  prepare(f, base)
}

/** Usual ratio. */
export function usual(f: Float64Array, base: number): number {
  const p = f[base + ERRORS]! / f[base + EVENTS]!
  return p < 1e-5 ? 1e-5 : Math.min(p, 0.95)
}

/** Steps of the CUSUMs from the usual ratio and dispersion. */
function prepare(f: Float64Array, base: number): void {
  const p = usual(f, base)
  const d = Math.max(1, f[base + SPREAD]! / f[base + SPREAD_EXPECTED]!)
  for (let i = 0; i < BANK; i++) {
    const p1 = Math.min(CEILING[i]!, Math.max(FLOOR[i]!, MULTIPLE[i]! * p))
    const room = p1 > p * 1.1
    f[base + HIT + i] = room ? Math.log(p1 / p) / d : 0
    f[base + MISS + i] = room ? Math.log((1 - p1) / (1 - p)) / d : 0
  }
}

/**
 * One event. @param error 1 or 0
 * @returns score in nats
 */
export function observe(f: Float64Array, base: number, error: number, timeMs: number): number {
  f[base + WINDOW_ERRORS] = f[base + WINDOW_ERRORS]! + error
  f[base + WINDOW_ERRORS + 1] = f[base + WINDOW_ERRORS + 1]! + 1
  f[base + RECENT] = f[base + RECENT]! + RECENT_GAIN * (error - f[base + RECENT]!)
  const step = base + (error === 1 ? HIT : MISS)
  let raw = 0
  for (let i = 0; i < BANK; i++) {
    let s = f[base + S + i]!
    if (s === 0) {
      if (error === 0) continue
      f[base + ONSET_MS + i] = timeMs
    }
    s += f[step + i]!
    s = s < 0 ? 0 : Math.min(s, CAP)
    f[base + S + i] = s
    if (s > raw) raw = s
  }
  return raw > CHECKED_NATS ? score(f, base, timeMs) : 0
}

/**
 * Several events at once, in two steps: those before the first error, and the rest. For one event what {@link observe}
 * does; for more it leaves out that a CUSUM may touch 0 between errors.
 * @param bits bit i: event i is an error @param times time of the first event at times[at]
 * @returns the highest raw score, nats: above {@link CHECKED_NATS} worth asking for {@link score}
 */
export function observeMany(
  f: Float64Array,
  base: number,
  bits: number,
  n: number,
  times: Float64Array,
  at: number,
): number {
  const errors = bitsSet(bits)
  // misses before the first error
  const lead = bits === 0 ? n : 31 - Math.clz32(bits & -bits)
  const rest = n - lead - errors
  f[base + WINDOW_ERRORS] = f[base + WINDOW_ERRORS]! + errors
  f[base + WINDOW_ERRORS + 1] = f[base + WINDOW_ERRORS + 1]! + n
  const keep = PASS[n]!
  f[base + RECENT] = f[base + RECENT]! * keep + (1 - keep) * (errors / n)
  let raw = 0
  for (let i = 0; i < BANK; i++) {
    const miss = f[base + MISS + i]!
    let s = f[base + S + i]! + lead * miss
    if (s <= 0) {
      s = 0
      if (errors > 0) f[base + ONSET_MS + i] = times[at]!
    }
    if (errors > 0) {
      s += errors * f[base + HIT + i]! + rest * miss
      s = s < 0 ? 0 : s > CAP ? CAP : s
    }
    f[base + S + i] = s
    if (s > raw) raw = s
  }
  return raw
}

function bitsSet(bits: number): number {
  let x = bits - ((bits >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** True when no member has evidence, so that events without error only count. */
export function isIdle(f: Float64Array, base: number): boolean {
  return f[base + S] === 0 && f[base + S + 1] === 0 && f[base + S + 2] === 0
}

/** `n` events without error while idle. */
export function pass(f: Float64Array, base: number, n: number): void {
  f[base + WINDOW_ERRORS + 1] = f[base + WINDOW_ERRORS + 1]! + n
  f[base + RECENT] = f[base + RECENT]! * PASS[n]!
}

/** The best member's penalised score, nats. */
export function score(f: Float64Array, base: number, timeMs: number): number {
  let best = 0
  for (let i = 0; i < BANK; i++) best = Math.max(best, memberScore(f, base, i, timeMs))
  return best
}

/** @param i boldest last */
export function memberScore(f: Float64Array, base: number, i: number, timeMs: number): number {
  const s = f[base + S + i]!
  return s > CHECKED_NATS ? s - lookPenalty(timeMs - f[base + ONSET_MS + i]!) : 0
}

/** Closes a ten-second bin; learns unless a finding about errors is open. @param bins bins closed so far */
export function closeBin(f: Float64Array, base: number, learn: boolean, bins: number): void {
  const at = base + WINDOW_ERRORS
  const errors = f[at]!
  const n = f[at + 1]!
  if (n > 0) {
    f[at] = 0
    f[at + 1] = 0
    if (learn) {
      f[at + 2] = f[at + 2]! + errors
      f[at + 3] = f[at + 3]! + n
      const keep = DECAY ** n
      f[base + ERRORS] = Math.max(0.5, f[base + ERRORS]! * keep) + errors
      f[base + EVENTS] = f[base + EVENTS]! * keep + n
    }
  }
  if (bins % MINUTE_BINS !== 0) return
  const total = f[at + 3]!
  if (total > 0) {
    const p = usual(f, base)
    const variance = total * p * (1 - p)
    const residual = (f[at + 2]! - total * p) * (f[at + 2]! - total * p)
    const weight = 1 / (1 + variance)
    f[base + SPREAD] = f[base + SPREAD]! * 0.995 + Math.min(residual, 16 * variance + 4) * weight
    f[base + SPREAD_EXPECTED] = f[base + SPREAD_EXPECTED]! * 0.995 + variance * weight
    f[at + 2] = 0
    f[at + 3] = 0
  }
  prepare(f, base)
}

/** Forgets all evidence. */
export function clear(f: Float64Array, base: number): void {
  f.fill(0, base + S, base + S + BANK)
  f[base + TOP] = 0
}
