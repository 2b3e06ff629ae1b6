import { WORDS as HISTOGRAM_WORDS } from './fading-histogram/fading-histogram.kernel.ts'
import { RING } from './holt-winters/baseline.kernel.ts'
import { WORDS as SHIFT_WORDS } from './value-shift/value-shift.kernel.ts'

/** Value state of a series in the value arena, Float64 words: shift, bin sums, ring of bin means, histogram. */
export const SHIFT_AT = 0
export const BIN_SUM = SHIFT_WORDS
export const BIN_VALUES = BIN_SUM + 1
export const VALUE_RING_AT = BIN_VALUES + 1
export const HISTOGRAM_AT = VALUE_RING_AT + RING / 2
export const VALUE_WORDS = HISTOGRAM_AT + HISTOGRAM_WORDS
