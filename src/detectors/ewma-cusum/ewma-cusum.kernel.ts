/**
 * Bursts and gaps on inter-arrival time: an EWMA of the gap and a bank of CUSUMs, updated at every event.
 *
 * For events at rate lambda the log-likelihood ratio of "the rate is now r * lambda" grows by ln r at an event and by
 * (1 - r) * lambda * gap between events, so a CUSUM of it needs no bins and no logarithm:
 *
 *   up (r > 1):   S <- max(0, S + b * gap) + a        a = ln r / D,  b = (1 - r) * lambda / D
 *   down (r < 1): peak = S + b * gap;  S <- max(0, peak + a)
 *
 * D >= 1 is the variance-to-mean ratio of counts at the time scale on which r would be noticed (see
 * holt-winters/baseline.kernel.ts): a quasi-likelihood, so that the score keeps an exponential tail of about one nat
 * on overdispersed traffic. A gap raises the down score all by itself, and the moment it will pass a threshold is known
 * in closed form: that is the silence timer.
 *
 * Sources: Page, "Continuous inspection schemes", Biometrika 41 (1954); Lorden, Ann. Math. Stat. 42 (1971) for its
 * optimality; Mei, Han & Tsui, "Early detection of a change in Poisson rate", Statistica Sinica 21 (2011); McCullagh
 * & Nelder, Generalized Linear Models (1989), ch. 9 for quasi-likelihood.
 */

/** Rate ratios looked for; the design ratio of a CUSUM may be off by half without losing much delay. */
export const RATIOS = [1.35, 1.8, 2.7, 5, 14, 0.7, 0.45, 0.2, 0.02] as const
export const UPS = 5
export const BANK: number = RATIOS.length

export const LAST_MS = 0 // time of the last event or gap taken in
export const GAP_MS = 1 // EWMA of the inter-arrival time
export const S = 2 // BANK scores, nats
export const A = S + BANK // BANK increments at an event
export const B = A + BANK // BANK slopes, nats per ms
export const CAP = B + BANK // scores stop here, so that recovery is quick
export const WORDS = CAP + 1

const LOG = RATIOS.map((r) => Math.log(r))
/** Weight of the newest gap in the EWMA. */
const GAIN = 0.1

/** Largest up and down score after the last call, nats. */
export let up = 0
export let down = 0
/** Index in RATIOS of the largest up score. */
export let upIndex = 0

export function reset(f: Float64Array, base: number): void {
  f.fill(0, base, base + WORDS)
  f[base + CAP] = 20
}

/** Sets the slopes for a baseline. @param perMs events per ms @param d variance-to-mean ratio by RATIOS index */
export function prepare(f: Float64Array, base: number, perMs: number, d: Float64Array): void {
  for (let i = 0; i < BANK; i++) {
    f[base + A + i] = LOG[i]! / d[i]!
    f[base + B + i] = ((1 - RATIOS[i]!) * perMs) / d[i]!
  }
}

/** Forgets all evidence. */
export function clear(f: Float64Array, base: number): void {
  f.fill(0, base + S, base + S + BANK)
}

/** One event at `timeMs`; time going back counts as no time. Leaves {@link up} and {@link down}. */
export function observe(f: Float64Array, base: number, timeMs: number): void {
  let gap = timeMs - f[base + LAST_MS]!
  if (gap > 0) f[base + LAST_MS] = timeMs
  else gap = 0
  f[base + GAP_MS] = f[base + GAP_MS]! + GAIN * (gap - f[base + GAP_MS]!)
  const cap = f[base + CAP]!
  let best = 0
  let index = 0
  for (let i = 0; i < UPS; i++) {
    let s = f[base + S + i]! + f[base + B + i]! * gap
    s = Math.max(s, 0) + f[base + A + i]!
    if (s > cap) s = cap
    f[base + S + i] = s
    if (s > best) {
      best = s
      index = i
    }
  }
  up = best
  upIndex = index
  best = 0
  for (let i = UPS; i < BANK; i++) {
    let s = f[base + S + i]! + f[base + B + i]! * gap
    if (s > cap) s = cap
    if (s > best) best = s
    s += f[base + A + i]!
    f[base + S + i] = Math.max(s, 0)
  }
  down = best
}

/** Time passes without an event. Leaves {@link up} and {@link down}. */
export function elapse(f: Float64Array, base: number, timeMs: number): void {
  const gap = timeMs - f[base + LAST_MS]!
  const cap = f[base + CAP]!
  up = 0
  down = 0
  upIndex = 0
  if (gap > 0) f[base + LAST_MS] = timeMs
  for (let i = 0; i < BANK; i++) {
    let s = f[base + S + i]!
    if (gap > 0) {
      s += f[base + B + i]! * gap
      s = s > cap ? cap : Math.max(s, 0)
      f[base + S + i] = s
    }
    if (i < UPS) {
      if (s > up) {
        up = s
        upIndex = i
      }
    } else if (s > down) down = s
  }
}

/** When the down score passes `threshold` if nothing arrives, ms since epoch; Infinity when never. */
export function silenceAtMs(f: Float64Array, base: number, threshold: number): number {
  let soonest = Infinity
  for (let i = UPS; i < BANK; i++) {
    const slope = f[base + B + i]!
    if (slope > 0) {
      const wait = (threshold - f[base + S + i]!) / slope
      if (wait < soonest) soonest = wait
    }
  }
  return f[base + LAST_MS]! + Math.max(soonest, 0)
}
