import { WORDS as TAIL_WORDS } from './calibration/tail.kernel.ts'
import { DETECTORS } from './detector-table.ts'
import { WORDS as BURST_WORDS } from './ewma-cusum/ewma-cusum.kernel.ts'
import { WORDS as BASELINE_WORDS, RING_WORDS } from './holt-winters/baseline.kernel.ts'
import { WORDS as ERRORS_WORDS } from './mix/errors.kernel.ts'

/**
 * A series in the core arena, Float64 words. What every event touches comes first.
 *
 *   | head | burst (inter-arrival) | baseline | limits | errors | calibration | ring of counts (Float32) |
 *
 * Value and subject state lie in arenas of their own, taken when the first value or subject arrives.
 */
const line = (words: number): number => Math.ceil(words / 8) * 8

// Head
export const PROFILE = 0 // index of the profile
export const BORN_MS = 1
export const EVENTS = 2
export const VALUE_SLOT = 3 // slot in the value arena plus 1, 0 for none
export const SUBJECT_SLOT = 4
export const OPEN = 5 // index of the open finding plus 1, 0 for none
export const DELAY_MS = 6 // how far behind the watermark its rows arrive
export const TIMER_NEXT = 7 // next slot in the same bucket of the timer wheel, plus 1
export const TIMER_MS = 8
export const SPOILT = 9 // families with an open finding in the running calibration block
export const HAS = 10 // families that ever had a row
export const LAST_EVENT_MS = 11
export const HEAD_WORDS = 16

export const BURST = HEAD_WORDS
export const BASELINE = BURST + line(BURST_WORDS)
/** DETECTORS thresholds in force, Infinity while not ready. */
export const LIMIT = BASELINE + line(BASELINE_WORDS)
/** DETECTORS highest scores of the running calibration block. */
export const PEAK = LIMIT + line(DETECTORS)
export const ERRORS_AT = PEAK + line(DETECTORS)
export const CALIBRATION = ERRORS_AT + line(ERRORS_WORDS)
export const RING_AT = CALIBRATION + line(DETECTORS * TAIL_WORDS)
export const CORE_WORDS = RING_AT + line(RING_WORDS)

/** First word of a detector's calibration. */
export const tailAt = (base: number, detector: number): number => base + CALIBRATION + detector * TAIL_WORDS
