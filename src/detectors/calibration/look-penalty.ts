/**
 * How much less a score over a window of `windowMs` is worth than one over SPAN_MS, nats: ln(SPAN_MS / window). A
 * change-point statistic looks at SPAN / window disjoint windows of that length in a span, and chance may strike in
 * each; without the penalty the threshold of a slow change would be that of the fastest.
 * Source: Dümbgen & Spokoiny, "Multiscale testing of qualitative hypotheses", Annals of Statistics 29 (2001).
 */
export function lookPenalty(windowMs: number): number {
  if (windowMs >= SPAN_MS) return 0
  return Math.log(SPAN_MS / Math.max(windowMs, WINDOW_MIN_MS))
}

/** The calibration block. */
const SPAN_MS = 300_000
const WINDOW_MIN_MS = 1

/** Raw scores under this many nats are not worth the exact one. */
export const CHECKED_NATS = 3
