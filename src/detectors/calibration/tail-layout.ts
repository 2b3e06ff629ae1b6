/** Words of a detector's calibration, see tail.kernel.ts. */

export const U = 0 // running QUANTILE of the block maximum, nats
export const EXCESS = 1 // decayed sum of excesses over U, of alarms up to the limit
export const N = 2 // decayed number of excesses, alarms not among them
export const BLOCKS = 3 // blocks taken in
export const THRESHOLD = 4
export const SHARE = 5 // smoothed share of blocks whose maximum is above U
export const WORDS = 6

export const QUANTILE = 0.8
export const BLOCK_MS = 300_000

/** No detector speaks below this many nats. */
export const THRESHOLD_MIN = 7
