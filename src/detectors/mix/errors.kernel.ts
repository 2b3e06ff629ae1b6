/**
 * Error ratio: a bank of CUSUMs on a Bernoulli trial per event, against a slowly learned ratio p.
 *
 *   S <- max(0, S + ln(p1 / p) / D)               the event is an error
 *   S <- max(0, S + ln((1 - p1) / (1 - p)) / D)   it is not
 *
 * p1 is a multiple of p with a floor: one more error in a hundred is news, one in ten thousand is not. Errors that come
 * in clusters are beta-binomial; D = 1 + (n - 1) rho, the variance of ten-second counts over the binomial one, tempers
 * the ratio accordingly.
 *
 * Sources: Reynolds & Stoumbos, "A CUSUM chart for monitoring a proportion", J. Quality Technology 31 (1999);
 * Williams, "Extra-binomial variation in logistic linear models", Applied Statistics 31 (1982), for D.
 */
export const ERRORS = 0 // decayed number of errors
export const EVENTS = 1 // decayed number of events
export const S = 2 // three scores, nats
export const HIT = 5 // their steps on an error
export const MISS = 8 // and on anything else
export const BIN_ERRORS = 11
export const BIN_EVENTS = 12
export const SPREAD = 13 // decayed sum of squared residuals of bins
export const SPREAD_EXPECTED = 14 // decayed sum of their binomial variance
export const RECENT = 15 // ratio over the last tens of events, for evidence
export const TOP = 16 // 1 + highest member of the bank past the limit while a finding is open
export const WORDS = 17

export const BANK = 3
const MULTIPLE = [2.5, 6, 20] as const
const FLOOR = [0.03, 0.06, 0.25] as const
const CEILING = [0.8, 0.9, 0.97] as const
const MEMORY_EVENTS = 10_000
const DECAY = 1 - 1 / MEMORY_EVENTS
/** Scores go this far past their limit and no further, so that recovery is quick. */
const HEADROOM = 4
const CAP_MAX = 40
const RECENT_GAIN = 1 / 30

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
export function prepare(f: Float64Array, base: number): void {
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
 * One event. @param error 1 or 0 @param limit in force, nats
 * @returns score in nats
 */
export function observe(f: Float64Array, base: number, error: number, limit: number): number {
  const cap = limit < CAP_MAX ? limit + HEADROOM : CAP_MAX
  const step = base + (error === 1 ? HIT : MISS)
  let best = 0
  for (let i = 0; i < BANK; i++) {
    let s = f[base + S + i]! + f[step + i]!
    s = s < 0 ? 0 : Math.min(s, cap)
    f[base + S + i] = s
    if (s > best) best = s
  }
  f[base + BIN_ERRORS] = f[base + BIN_ERRORS]! + error
  f[base + BIN_EVENTS] = f[base + BIN_EVENTS]! + 1
  f[base + RECENT] = f[base + RECENT]! + RECENT_GAIN * (error - f[base + RECENT]!)
  return best
}

/** Closes a bin; learns unless a finding about errors is open. */
export function closeBin(f: Float64Array, base: number, learn: boolean): void {
  const n = f[base + BIN_EVENTS]!
  if (n === 0) return
  const errors = f[base + BIN_ERRORS]!
  f[base + BIN_ERRORS] = 0
  f[base + BIN_EVENTS] = 0
  if (!learn) return
  const p = usual(f, base)
  const variance = n * p * (1 - p)
  const residual = (errors - n * p) * (errors - n * p)
  const weight = 1 / (1 + variance)
  f[base + SPREAD] = f[base + SPREAD]! * 0.995 + Math.min(residual, 16 * variance + 4) * weight
  f[base + SPREAD_EXPECTED] = f[base + SPREAD_EXPECTED]! * 0.995 + variance * weight
  const keep = DECAY ** n
  f[base + ERRORS] = Math.max(0.5, f[base + ERRORS]! * keep) + errors
  f[base + EVENTS] = f[base + EVENTS]! * keep + n
  prepare(f, base)
}

/** Forgets all evidence. */
export function clear(f: Float64Array, base: number): void {
  f.fill(0, base + S, base + S + BANK)
  f[base + TOP] = 0
}
