/** Words of a slot of the value's shift, tails and repeats, and what goes in and out of the kernel; see value-shift.kernel.ts. */

export const SCALE = 0 // unit of the value; negative sum of magnitudes while being learned
export const SEEN = 1
export const MEAN = 2 // of x
export const SD = 3
export const LAST = 4 // last value
export const GAIN = 5 // of mean and variance
export const COUNT = 6 // values scored
export const RECENT = 7 // z over the last tens of values, for evidence
export const REPEATS = 8 // values in a row equal to their predecessor
export const BIN_Z = 9 // sum of clipped z in the bin, and how many
export const P_VALUES = 11
export const EQUAL = 12 // decayed count of repeated values
export const EQUAL_VALUES = 13
export const FROZEN_S = 14
export const FROZEN_ONSET = 15
export const MEMBERS = 4
export const SHIFT_S = 16 // two designs up, two down
export const TAIL_S = SHIFT_S + MEMBERS // high, low
export const SHIFT_COUNT = TAIL_S + 4 // values before the change point
export const SHIFT_ONSET = SHIFT_COUNT + MEMBERS // ms
export const TAIL_ONSET = SHIFT_ONSET + MEMBERS
export const P = TAIL_ONSET + 2 // decayed counts of the four tails: high, very high, low, very low
export const PER_BIN = P + 4 // values a bin, smoothed
export const SCALES = 4
export const SUMS = PER_BIN + 1 // of the running window of each scale: sum of z, values
export const TAU = SUMS + 2 * SCALES // SCALES numerators, then weights
export const TOP = TAU + 2 * SCALES // up, down: 1 + boldest member past the limit while a finding is open
export const WORDS = TOP + 2

export const DESIGN = Float64Array.of(0.45, 1.5)
/** Members of the bank in each direction. */
export const BANK: number = DESIGN.length

/** Scores of the last call, nats. */
export const scores = new Float64Array(3)
export const SHIFT = 0
export const TAIL = 1
export const FROZEN = 2

/** Doubles for {@link observeMany}: arguments of a call that V8 does not inline become objects. */
export const given = new Float64Array(3)
export const NEWEST = 0
export const FIRST_MS = 1
export const NEWEST_MS = 2
