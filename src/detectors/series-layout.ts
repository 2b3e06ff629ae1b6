import { WORDS as TAIL_WORDS } from './calibration/tail.kernel.ts'
import { DETECTORS } from './detector-table.ts'
import { WORDS as BURST_WORDS } from './ewma-cusum/ewma-cusum.kernel.ts'
import { WORDS as BASELINE_WORDS, RING_WORDS } from './holt-winters/baseline.kernel.ts'
import { WORDS as ERRORS_WORDS } from './mix/errors.kernel.ts'

/**
 * A series has a slot of the same number in two arenas, Float64 words.
 *
 *   intake | head line | queue of eight rows |              all that a queued row touches: 256 bytes
 *   core   | head | burst (inter-arrival) | baseline | limits | errors | calibration | ring of counts (Float32) |
 *
 * Rows of a busy series wait in the queue and are taken eight at a time, so that the lines of its state come from memory
 * once for eight rows; a series with less than five rows a second never waits. Value and subject state lie in arenas of
 * their own, taken when the first value or subject arrives.
 */
const line = (words: number): number => Math.ceil(words / 8) * 8

// Intake
export const QUEUED = 0 // rows waiting
export const LAST_EVENT_MS = 1 // newest row
export const FLUSHED_MS = 2 // newest row when the queue was last emptied
export const DELAY_MS = 3 // how far behind the watermark its rows arrive
export const ERROR_BITS = 4 // bit i: the waiting row i is an error; NOT_WATCHED: errors are not watched
export const LATE = 5 // rows waiting that are older than the one before them
export const QUEUE = 8
/** A row in the queue: time, value, the two halves of the subject's hash as Int32. */
export const ENTRY_WORDS = 3
export const QUEUE_MAX = 8
export const NOT_WATCHED = 1 << QUEUE_MAX
export const INTAKE_WORDS = QUEUE + QUEUE_MAX * ENTRY_WORDS

// Core: head
export const PROFILE = 0 // index of the profile
export const BORN_MS = 1
export const EVENTS = 2
export const VALUE_SLOT = 3 // slot in the value arena plus 1, 0 for none
export const SUBJECT_SLOT = 4
export const OPEN = 5 // index of the open finding plus 1, 0 for none
export const SPOILT = 6 // families with an open finding in the running calibration block
export const HAS = 7 // families that ever had a row
export const TIMER_NEXT = 8 // next slot in the same bucket of the timer wheel, plus 1
export const TIMER_MS = 9
export const NEXT_RATE_MS = 10 // the rate is not scored again before this
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
