/** Words of a slot of the share of new kinds, see novelty.kernel.ts. */

export const S = 0 // nats
export const ONSET_MS = 1
export const YOUNG = 2 // decayed number of rows of young templates
export const ROWS = 3 // decayed number of rows
export const SINCE_MS = 4 // first row
export const RECENT = 5 // share of young ones over the last rows, for evidence
export const WORDS = 8

export const YOUNG_S = 600
