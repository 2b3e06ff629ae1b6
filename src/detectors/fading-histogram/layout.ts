/**
 * One slot of the value-distribution detector: a header and three histograms and a time-of-week profile.
 *
 *   Float64 words  0..15           16..111                      112..279
 *                | header        | 3 x 64 Float32 bins        | 336 Float32 half hours of the week |
 *
 * The bins and the profile are Float32 over the same buffer; a slot at word `base` has its bins at Float32 index
 * `2 * (base + BINS_AT)`. Weights and times stay Float64.
 */

// Header words
export const SEEN = 0 // values folded in
export const LAST_MS = 1 // time of the value before, ms since epoch
export const PACE_MS = 2 // smoothed time between values, ms
export const WEIGHT = 3 // weight of the next value; grows instead of letting every bin decay
export const MEAN = 4 // EWMA, unit of the value
export const HABIT = 5 // surprises emitted lately
export const PEAK = 6 // highest surprise emitted lately, nats
export const TOTAL = 7 // weight in each of the three histograms
export const QUIET_ABOVE = 14 // a probability above this cannot clear the peak: exp(-PEAK / AGREEMENT_MAX), or more
export const HISTOGRAMS_AT = 8 // three times LOW, SCALE
export const LOW = 0 // lower edge of bin 0, unit of the signal
export const SCALE = 1 // bins per unit; 0 while empty
export const HISTOGRAM_STRIDE = 2

export const BINS = 64
export const SIGNALS = 3
export const BINS_AT = 16
export const PROFILE_AT = BINS_AT + (SIGNALS * BINS) / 2
/** Half hours of a week. */
export const PROFILE_BINS = 336

/** Float64 words a slot: 2,240 bytes. */
export const WORDS = PROFILE_AT + PROFILE_BINS / 2

/** In: the finite values of the signals, then the weight of one value. Out: the weight found in each one's bin. */
export const signals = new Float64Array(SIGNALS + 1)
export const SIGNAL_WEIGHT = SIGNALS
