import * as layoutModule from './series-layout.ts'

// V8 folds what a local constant object holds into hot code; what is imported is loaded and checked at every use.
const layout = { ...layoutModule }

/** What the series store tells whoever keeps findings. */
export interface FindingKeeper {
  /** The row that findings are of, in the batch at hand. */
  row: number
  /** A detector's score is past its limit. @param timeMs event time */
  exceed(slot: number, detector: number, score: number, timeMs: number): void
  /** A ten-second bin of a series with an open finding closed. */
  review(slot: number, timeMs: number): void
}

/** Where the detectors of all series put their scores: against the block's peak and the limit in force. */
export class Scores {
  /** Set by the owner before rows arrive. */
  keeper!: FindingKeeper

  /** @param f, base core slot of the series @param score nats @param timeMs event time */
  note(f: Float64Array, base: number, slot: number, detector: number, score: number, timeMs: number): void {
    if (score <= 0) return
    const peak = base + layout.PEAK + detector
    if (score > f[peak]!) f[peak] = score
    if (score > f[base + layout.LIMIT + detector]!) this.keeper.exceed(slot, detector, score, timeMs)
  }
}

/**
 * A score up to this changes nothing: it is neither a new peak of the block nor past the limit. As penalties only ever
 * lower a score, a raw one up to this is not worth the exact one.
 */
export function idleNats(f: Float64Array, base: number, detector: number): number {
  const peak = f[base + layout.PEAK + detector]!
  const limit = f[base + layout.LIMIT + detector]!
  return peak < limit ? peak : limit
}
