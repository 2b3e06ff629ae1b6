/**
 * When nothing arrives at all. With many series that is no anomaly of each of them but one of the way here: a collector
 * restarts, a network drops. Event time then stands still for the series, the gap is cut out of their history, and one
 * finding is made instead of thousands.
 *
 * A gap is unusual past GAP_FACTOR times the longest gap of the last minutes, and never under GAP_MIN_MS.
 */
const GAP_FACTOR = 5
const GAP_MIN_MS = 250
/** The longest gap fades with this time constant. */
const FADE_MS = 600_000
/** With fewer series than this silence is a matter of each. */
export const MANY_SERIES = 20
/** Shorter gaps are cut out without a word. */
export const WORTH_TELLING_MS = 10_000

export class StreamGap {
  /** Event time of the newest row. */
  lastMs = Number.NaN
  #longestMs = 0
  /** The next row comes after a time when nobody listened. */
  #missed = false

  /** Ticks do not move event time past this while nothing arrives. */
  get horizonMs(): number {
    return this.lastMs + this.#limitMs
  }

  get #limitMs(): number {
    return Math.max(GAP_MIN_MS, GAP_FACTOR * this.#longestMs)
  }

  /**
   * A row moved the watermark to `timeMs`.
   * @param many whether there are enough series for a gap to be one of the stream
   * @returns start of the gap that is to be cut out, or NaN
   */
  advance(timeMs: number, many: boolean): number {
    const from = this.lastMs
    this.lastMs = timeMs
    const gap = timeMs - from
    if (!(gap > 0)) return Number.NaN
    const limit = this.#limitMs
    const missed = this.#missed
    this.#missed = false
    if (missed || (many && gap > limit && this.#longestMs > 0)) return from
    this.#longestMs = gap > this.#longestMs ? gap : this.#longestMs * Math.exp(-gap / FADE_MS)
    return Number.NaN
  }

  save(): readonly number[] {
    return [this.lastMs, this.#longestMs]
  }

  /** @param missed true when rows may have passed unseen since {@link save} */
  load(saved: readonly (number | null)[], missed: boolean): void {
    this.lastMs = saved[0] ?? Number.NaN
    this.#longestMs = saved[1] ?? 0
    this.#missed = missed
  }
}
