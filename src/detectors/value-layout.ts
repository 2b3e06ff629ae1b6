import { WORDS as HISTOGRAM_WORDS } from './fading-histogram/fading-histogram.kernel.ts'
import { RING } from './holt-winters/baseline.kernel.ts'
import { WORDS as SHIFT_WORDS } from './value-shift/value-shift.kernel.ts'

/**
 * Value state of a series in the value arena, Float64 words: bin sums, shift, histogram, ring of bin means (Float32).
 * What every flush touches, the sums and the first words of shift, lies in the first five cache lines; the histogram
 * begins at a line of its own.
 */
export const BIN_SUM = 0
export const BIN_VALUES = 1
export const SHIFT_AT = 2
export const HISTOGRAM_AT = Math.ceil((SHIFT_AT + SHIFT_WORDS) / 8) * 8
export const VALUE_RING_AT = HISTOGRAM_AT + HISTOGRAM_WORDS
export const VALUE_WORDS = VALUE_RING_AT + RING / 2
