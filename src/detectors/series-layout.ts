import { WORDS as TAIL_WORDS } from './calibration/tail.kernel.ts'
import { DETECTORS } from './detector-table.ts'
import { WORDS as BURST_WORDS } from './ewma-cusum/ewma-cusum.kernel.ts'
import { WORDS as BASELINE_WORDS, RING_WORDS } from './holt-winters/baseline.kernel.ts'
import { WORDS as ERRORS_WORDS } from './mix/errors.kernel.ts'

/**
 * A series has a slot of the same number in two arenas, Float64 words.
 *
 *   intake | head line | queue of 32 values (Float32) |              all that a waiting row touches: 192 bytes
 *   core   | head | burst (inter-arrival) | baseline | limits | errors | calibration | ring of counts (Float32) |
 *
 * Rows of a busy series wait in the intake and are taken together, so that the lines of its state come from memory once
 * for many rows and what is done once a queue is paid once; a series with less than two rows a second never waits. Of the
 * times of waiting rows only the first, the newest and the one before it are kept: the others lie in the half second
 * between. Value and subject state lie in arenas of their own, taken when the first value or subject arrives; subjects
 * wait there.
 */
const line = (words: number): number => Math.ceil(words / 8) * 8

// Intake: Float64 words
export const LAST_EVENT_MS = 0 // newest row
export const FIRST_MS = 1 // oldest waiting row
export const BEFORE_MS = 2 // the row before the newest
export const UNTIL_MS = 3 // a row from here on empties the queue
export const LAST_VALUE = 4 // newest finite value, NaN before the first
/** Int32 words, counted from twice the slot's base. */
export const STATE = 10 // what waits, see below
export const ERROR_BITS = 11 // bit i: the waiting row i is an error
export const REPEAT_BITS = 12 // bit i: the waiting value i equals the one before it
export const REORDER = 13 // slot in the reorder arena plus 1; without one, less 0, how late a row may be, ms
export const SUBJECT = 14 // slot in the subject arena plus 1, 0 for none
/** Float32 word. */
export const DELAY_MS = 15 // how far behind the watermark its rows arrive
/** Float32 words. */
export const QUEUE = 16
/** Rows that wait at most. */
export const QUEUE_MAX = 32
export const INTAKE_WORDS = 8 + QUEUE_MAX / 2

/**
 * STATE in bytes: rows waiting, values among them, subjects among them, and how many rows may wait. The last follows
 * the rate: twice the rows of the half second before, and half as many again each time they were not enough, so that a
 * burst of a quiet series is looked at soon.
 */
export const ONE_ROW = 1
export const ONE_VALUE = 1 << 8
export const ONE_SUBJECT = 1 << 16
export const CAP_SHIFT = 24
export const CAP_MIN = 4
/** Flags in the top bits: errors are not watched; it is full and about to be emptied (the sign). */
export const NOT_WATCHED = 1 << 30
export const DUE = 1 << 31

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
export const SEASON_SLOT = 11 // slot in the season arena plus 1, 0 for none
export const TEMPLATE_SLOT = 12 // slot in the template arena plus 1, 0 for none
export const COUNTER = 13 // newest point of a running total, see running-total.kernel.ts
export const COUNTER_OF = 14 // its time in s or its count, 0 before the first
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
