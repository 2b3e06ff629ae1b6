import * as lookPenaltyModule from '../calibration/look-penalty.ts'
import * as layout from './novelty-layout.ts'

/**
 * Messages of a kind that is new: a CUSUM on the share of rows whose template has been known for less than YOUNG_S,
 * against the usual share q.
 *
 *   S <- max(0, S + ln(q1 / q))                the row's template is young        q1 = max(0.3, 10 q), at most 0.95
 *   S <- max(0, S + ln((1 - q1) / (1 - q)))    it is not
 *
 * A single message of a new kind is not news, some of them within minutes are. During its first WARM_MS a series has
 * only new kinds and says nothing.
 *
 * Sources: Page (1954); Reynolds & Stoumbos, "A CUSUM chart for monitoring a proportion" (1999).
 */
// V8 folds a local constant into hot code; an exported or imported one is loaded and checked at every use.
const { CHECKED_NATS, lookPenalty } = lookPenaltyModule
const { ONSET_MS, RECENT, ROWS, S, SINCE_MS, WORDS, YOUNG, YOUNG_S } = layout

export * from './novelty-layout.ts'

const WARM_MS = 1_800_000
const MEMORY = 1000
const CAP = 40
const RECENT_GAIN = 0.1

export function reset(f: Float64Array, base: number, timeMs: number): void {
  f.fill(0, base, base + WORDS)
  f[base + SINCE_MS] = timeMs
}

/** Usual share of rows of young templates; never quite 0. */
export function usual(f: Float64Array, base: number): number {
  return Math.min(0.9, (f[base + YOUNG]! + 0.5) / (f[base + ROWS]! + 50))
}

/**
 * One row that has a template. @param ageS how long it has been known @param learn false while such a finding is open
 * @returns score in nats
 */
export function observe(f: Float64Array, base: number, ageS: number, timeMs: number, learn: boolean): number {
  if (timeMs - f[base + SINCE_MS]! < WARM_MS) return 0
  const young = ageS < YOUNG_S ? 1 : 0
  const q = usual(f, base)
  const q1 = Math.min(0.95, Math.max(0.3, 10 * q))
  f[base + RECENT] = f[base + RECENT]! + RECENT_GAIN * (young - f[base + RECENT]!)
  let s = f[base + S]!
  if (s > 0 || young === 1) {
    if (s === 0) f[base + ONSET_MS] = timeMs
    s += q1 > q * 1.1 ? Math.log(young === 1 ? q1 / q : (1 - q1) / (1 - q)) : 0
    s = s < 0 ? 0 : Math.min(s, CAP)
    f[base + S] = s
  }
  if (learn) {
    f[base + YOUNG] = f[base + YOUNG]! * (1 - 1 / MEMORY) + young
    f[base + ROWS] = f[base + ROWS]! * (1 - 1 / MEMORY) + 1
  }
  return score(f, base, timeMs)
}

/** Score in nats, penalised by lookPenalty of the time since the change point. */
export function score(f: Float64Array, base: number, timeMs: number): number {
  const s = f[base + S]!
  return s > CHECKED_NATS ? s - lookPenalty(timeMs - f[base + ONSET_MS]!) : 0
}

/** Forgets all evidence. */
export function clear(f: Float64Array, base: number): void {
  f[base + S] = 0
}
