/** Words of a slot of the inter-arrival bank, and what its kernel leaves behind; see ewma-cusum.kernel.ts. */

/** Rate ratios looked for; the design ratio of a CUSUM may be off by half without losing much delay. */
export const RATIOS = [1.4, 2, 4, 10, 0.65, 0.35, 0.02] as const
export const UPS = 4
export const BANK: number = RATIOS.length
export const LOG_RATIOS = Float64Array.from(RATIOS, (r) => Math.log(r))
export const SLOPES = Float64Array.from(RATIOS, (r) => 1 - r)

export const LAST_MS = 0 // time of the last event or gap taken in
export const GAP_MS = 1 // EWMA of the inter-arrival time
export const COUNT = 2 // events so far
export const LAMBDA = 3 // expected events per ms, 0 while unknown
export const S = 4 // BANK scores, nats
export const ONSET_MS = S + BANK // when each S last was 0
export const ONSET_COUNT = ONSET_MS + BANK // events before that
export const WORDS = ONSET_COUNT + BANK

/** Largest S of the ups and of the downs after the last call, nats; the downs before the event. */
export const scores = new Float64Array(2) // a `let` of a double would allocate at every write
export const UP = 0
export const DOWN = 1
