/** Words of a slot of the sketches, see hyperloglog.kernel.ts. */

export const PRECISION_MIN = 10
export const PRECISION_MAX = 14

// Float64 words of the header
export const COUNT = 0 // HIP estimate of distinct subjects in the current sketch
export const MU = 1 // probability that a fresh subject changes the current sketch
export const MU_UNION = 2 // the same of the union with the previous sketch
export const COUNT_PREVIOUS = 3 // HIP estimate of the sketch that rotated out
export const NEW_WEIGHT = 4 // decayed sum of 1/mu over changes of the union: never-seen subjects
export const WEIGHT = 5 // decayed number of events
export const SCORE = 6 // CUSUM, nats
export const HIT = 7 // its step when the union changed
export const MISS = 8 // its step when it did not
export const SINCE_MS = 9 // when the current sketch began
export const EVENTS = 10
export const RECENT_NEW = 11 // the share over the last tens of events, for evidence
export const ONSET_MS = 12 // when SCORE last was 0
export const HEADER_WORDS = 16
