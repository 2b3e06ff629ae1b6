import { WORDS as TAIL_WORDS } from './calibration/tail.kernel.ts'
import { DETECTORS } from './detector-table.ts'
import { WORDS as BURST_WORDS } from './ewma-cusum/ewma-cusum.kernel.ts'
import { WORDS as BASELINE_WORDS, RING_WORDS } from './holt-winters/baseline.kernel.ts'
import { WORDS as ERRORS_WORDS } from './mix/errors.kernel.ts'

/**
 * A series in the core arena, Float64 words. What every event touches comes first.
 *
 *   | head | queue | burst (inter-arrival) | baseline | limits | errors | calibration | ring of counts (Float32) |
 *
 * Rows of a busy series wait in the queue and are taken eight at a time, so that the lines of its state come from memory
 * once for eight rows; a series with less than five rows a second never waits.
 *
 * Value and subject state lie in arenas of their own, taken when the first value or subject arrives.
 */
const line = (words: number): number => Math.ceil(words / 8) * 8

// Head: the first line is all that a queued event touches besides its entry
export const PROFILE = 0 // index of the profile
export const QUEUED = 1 // rows waiting in the queue
export const LAST_EVENT_MS = 2 // newest row
export const FLUSHED_MS = 3 // newest row when the queue was last emptied
export const DELAY_MS = 4 // how far behind the watermark its rows arrive
export const VALUE_SLOT = 5 // slot in the value arena plus 1, 0 for none
export const SUBJECT_SLOT = 6
export const OPEN = 7 // index of the open finding plus 1, 0 for none
export const BORN_MS = 8
export const EVENTS = 9
export const TIMER_NEXT = 10 // next slot in the same bucket of the timer wheel, plus 1
export const TIMER_MS = 11
export const SPOILT = 12 // families with an open finding in the running calibration block
export const HAS = 13 // families that ever had a row
export const HEAD_WORDS = 16

/** Rows that wait at most; each is time, value, error, and two halves of the subject's hash as Int32. */
export const QUEUE_MAX = 8
export const ENTRY_WORDS = 4
export const QUEUE = HEAD_WORDS
export const BURST = QUEUE + QUEUE_MAX * ENTRY_WORDS
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
