/** Words of a slot of the season, see season.kernel.ts. */

export const HALF_HOUR_MS = 1_800_000
export const DAY = 48
export const WEEK = 336
export const MODELS = 3
export const NONE = 0
export const BY_DAY = 1
export const BY_WEEK = 2

export const MODEL = 0 // profile in use
export const EVENTS = 1 // in the running half hour
export const BINS = 2 // ten-second bins of it
export const BEFORE = 3 // rate of the half hour before; NaN when it is not known
export const MEAN = 4 // mean rate, over a week
export const HALVES = 5 // half hours taken in
export const ERROR = 6 // MODELS mean squared errors, then how many each is of
export const HEAD = ERROR + 2 * MODELS
export const DAY_AT = HEAD
export const WEEK_AT = DAY_AT + DAY
export const WORDS: number = WEEK_AT + WEEK
