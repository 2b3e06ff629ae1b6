/** Words of a slot of the error ratio, see errors.kernel.ts. */

export const BANK = 3
// one cache line that every event touches
export const S = 0 // BANK scores, nats
export const WINDOW_ERRORS = S + BANK // errors and events of the running bin, then of the running minute
export const RECENT = WINDOW_ERRORS + 4 // ratio over the last tens of events, for evidence
export const ONSET_MS = 8
export const HIT = ONSET_MS + BANK // steps on an error
export const MISS = HIT + BANK // and on anything else
export const ERRORS = MISS + BANK // decayed number of errors
export const EVENTS = ERRORS + 1 // decayed number of events
export const SPREAD = EVENTS + 1 // decayed sum of squared residuals of minutes
export const SPREAD_EXPECTED = SPREAD + 1 // decayed sum of their binomial variance
export const TOP = SPREAD_EXPECTED + 1 // 1 + boldest member of the bank past the limit while a finding is open
export const WORDS = TOP + 1
