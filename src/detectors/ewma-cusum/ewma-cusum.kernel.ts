import * as layout from './layout.ts'

/**
 * Bursts and gaps on inter-arrival time: an EWMA of the gap and a bank of CUSUMs, updated at every event.
 *
 * For events at rate lambda the log-likelihood ratio of "the rate is now r * lambda" grows by ln r at an event and by
 * (1 - r) * lambda * gap between events, so a CUSUM of it needs no bins and no logarithm:
 *
 *   up (r > 1):   S <- max(0, S + (1 - r) lambda gap) + ln r
 *   down (r < 1): peak = S + (1 - r) lambda gap;  S <- max(0, peak + ln r)
 *
 * Each member remembers when its S last was 0: the maximum-likelihood change point. How many events came since then,
 * against how many were expected, is scored by rate-score.kernel.ts with what is known about the dispersion; for Poisson
 * traffic that score is S itself. A gap raises the down scores all by itself: that is the silence timer.
 *
 * Sources: Page, "Continuous inspection schemes", Biometrika 41 (1954); Lorden, Ann. Math. Stat. 42 (1971) for its
 * optimality; Mei, Han & Tsui, "Early detection of a change in Poisson rate", Statistica Sinica 21 (2011); Roberts,
 * "Control chart tests based on geometric moving averages", Technometrics 1 (1959), for the EWMA.
 */
// V8 folds a local constant into hot code; an exported or imported one is loaded and checked at every use.
const {
  BANK,
  COUNT,
  DOWN,
  GAP_MS,
  LAMBDA,
  LAST_MS,
  LOG_RATIOS,
  ONSET_COUNT,
  ONSET_MS,
  S,
  SLOPES,
  UP,
  UPS,
  WORDS,
  scores,
} = layout

export * from './layout.ts'

/** Weight of the newest gap in the EWMA. */
const GAIN = 0.1
/** Scores stop here, so that recovery is quick. */
const CAP = 100

export function reset(f: Float64Array, base: number, timeMs: number): void {
  f.fill(0, base, base + WORDS)
  f[base + LAST_MS] = timeMs
  f.fill(timeMs, base + ONSET_MS, base + ONSET_MS + BANK)
}

/** Forgets all evidence. */
export function clear(f: Float64Array, base: number): void {
  f.fill(0, base + S, base + S + BANK)
  f.fill(f[base + LAST_MS]!, base + ONSET_MS, base + ONSET_MS + BANK)
  f.fill(f[base + COUNT]!, base + ONSET_COUNT, base + ONSET_COUNT + BANK)
}

/**
 * Time passes up to `timeMs`, without an event; going back counts as no time. Leaves {@link scores}.
 * Call {@link arrive} next when there is an event.
 */
export function elapse(f: Float64Array, base: number, timeMs: number): void {
  let gap = timeMs - f[base + LAST_MS]!
  if (gap > 0) f[base + LAST_MS] = timeMs
  else gap = 0
  const expected = f[base + LAMBDA]! * gap
  for (let i = 0; i < UPS; i++) f[base + S + i] = f[base + S + i]! + SLOPES[i]! * expected
  let best = 0
  for (let i = UPS; i < BANK; i++) {
    let s = f[base + S + i]! + SLOPES[i]! * expected
    if (s > CAP) s = CAP
    if (s > best) best = s
    f[base + S + i] = s
  }
  scores[DOWN] = best
}

/**
 * Time in [fromMs, toMs) that counts for nothing: gaps do not grow in it, and windows that began before it begin that
 * much later.
 */
export function skip(f: Float64Array, base: number, fromMs: number, toMs: number): void {
  const last = f[base + LAST_MS]!
  if (last < fromMs) elapse(f, base, fromMs)
  const by = toMs - f[base + LAST_MS]!
  if (!(by > 0)) return
  f[base + LAST_MS] = toMs
  for (let i = 0; i < BANK; i++) f[base + ONSET_MS + i] = f[base + ONSET_MS + i]! + by
}

/**
 * The expected rate is about to be `ratio` times what it was: windows become that much shorter, so that they still expect
 * what they did.
 */
export function rescale(f: Float64Array, base: number, ratio: number): void {
  const now = f[base + LAST_MS]!
  for (let i = 0; i < BANK; i++) f[base + ONSET_MS + i] = now - (now - f[base + ONSET_MS + i]!) / ratio
}

/** One event, right after {@link elapse} to its time. Leaves {@link scores}. */
export function arrive(f: Float64Array, base: number, gapMs: number): void {
  f[base + GAP_MS] = f[base + GAP_MS]! + GAIN * (gapMs - f[base + GAP_MS]!)
  const count = f[base + COUNT]!
  const timeMs = f[base + LAST_MS]!
  f[base + COUNT] = count + 1
  let best = 0
  for (let i = 0; i < UPS; i++) {
    let s = f[base + S + i]!
    if (s <= 0) {
      s = 0
      f[base + ONSET_MS + i] = timeMs
      f[base + ONSET_COUNT + i] = count
    }
    s += LOG_RATIOS[i]!
    if (s > CAP) s = CAP
    if (s > best) best = s
    f[base + S + i] = s
  }
  scores[UP] = best
  for (let i = UPS; i < BANK; i++) {
    const s = f[base + S + i]! + LOG_RATIOS[i]!
    if (s > 0) f[base + S + i] = s
    else {
      f[base + S + i] = 0
      f[base + ONSET_MS + i] = timeMs
      f[base + ONSET_COUNT + i] = count + 1
    }
  }
}

/** Highest down score if nothing happens until times[at], nats. Changes nothing. */
export function silence(f: Float64Array, base: number, times: Float64Array, at: number): number {
  const gap = times[at]! - f[base + LAST_MS]!
  const expected = gap > 0 ? f[base + LAMBDA]! * gap : 0
  let best = 0
  for (let i = UPS; i < BANK; i++) {
    const s = f[base + S + i]! + SLOPES[i]! * expected
    if (s > best) best = s
  }
  return best
}

/**
 * `n` events at once, the newest at times[at], the others anywhere since the last: one step of each CUSUM, which for one
 * event is what {@link elapse} and {@link arrive} do, and for more leaves out that it may touch 0 in between. Leaves the
 * up score in {@link scores}.
 */
export function arriveMany(f: Float64Array, base: number, times: Float64Array, at: number, n: number): void {
  const timeMs = times[at]!
  const last = f[base + LAST_MS]!
  const gap = timeMs > last ? timeMs - last : 0
  const now = timeMs > last ? timeMs : last
  const expected = f[base + LAMBDA]! * gap
  const count = f[base + COUNT]!
  const before = count + n - 1
  let best = 0
  for (let i = 0; i < UPS; i++) {
    const step = LOG_RATIOS[i]!
    let s = f[base + S + i]! + SLOPES[i]! * expected + (n - 1) * step
    if (s <= 0) {
      s = 0
      f[base + ONSET_MS + i] = now
      f[base + ONSET_COUNT + i] = before
    }
    s += step
    if (s > CAP) s = CAP
    if (s > best) best = s
    f[base + S + i] = s
  }
  scores[UP] = best
  for (let i = UPS; i < BANK; i++) {
    let s = f[base + S + i]! + SLOPES[i]! * expected
    if (s > CAP) s = CAP
    s += n * LOG_RATIOS[i]!
    if (s <= 0) {
      s = 0
      f[base + ONSET_MS + i] = now
      f[base + ONSET_COUNT + i] = before + 1
    }
    f[base + S + i] = s
  }
  f[base + GAP_MS] = f[base + GAP_MS]! + (1 - KEEP[n < 64 ? n : 64]!) * (gap / n - f[base + GAP_MS]!)
  f[base + LAST_MS] = now
  f[base + COUNT] = before + 1
}

/** (1 - GAIN)^n */
const KEEP = Float64Array.from({ length: 65 }, (_, n) => (1 - GAIN) ** n)
