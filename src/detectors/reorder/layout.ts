/** Words of a slot of the buckets, see reorder.kernel.ts. */

export const REACH = 0 // ms that a row may come behind the newest one
export const WIDTH = 1 // of a bucket, ms
export const HEAD = 2 // index of the oldest open bucket: event time / WIDTH
export const ROWS = 3 // decayed number of rows
export const OVER = 4 // decayed number of those later than REACH
export const LATEST = 5 // how late the latest row of the running bin was, ms
export const QUIET = 6 // bins without a late row
export const RING_AT = 8
export const RING = 64
export const WORDS = RING_AT + RING / 2

/** Event time of the last {@link take}, ms since epoch. */
export const times = new Float64Array(1)
