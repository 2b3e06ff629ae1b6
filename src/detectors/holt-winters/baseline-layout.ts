/** Words of a slot of the baseline, see baseline.kernel.ts. */

export const BIN_MS = 10_000
export const RING = 64
export const LAG_BINS = 30

export const BIN_END_MS = 0 // end of the running bin
export const BIN_COUNT = 1
export const SECOND_END_MS = 2
export const SECOND_COUNT = 3
export const SECOND_SQUARES = 4 // sum over non-empty seconds of (count - m)^2 - m^2
export const LEVEL = 5 // events per ms, over the season's factor
export const MEMORY = 6 // bins the level is a mean of
export const BINS = 7 // bins closed
export const LAMBDA = 8 // expected events per ms, with season
export const V = 9 // SCALES numerators, then SCALES weights
export const SCALES = 5
export const SUMS = V + 2 * SCALES // of the running window of each scale past the second: count, expected, bins
export const LEARNED = SUMS + 3 * SCALES // bins the level has taken in since it began
export const SEASON = LEARNED + 1 // factor of the bin to come, 1 without season
export const SEASON_BACK = SEASON + 1 // and of the bin that the level takes in next
export const WORDS = SEASON_BACK + 1
export const RING_WORDS = RING / 2
