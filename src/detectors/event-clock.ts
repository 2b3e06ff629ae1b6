/**
 * The watermark: the newest event time believed.
 *
 * Live, no event lies in the future, so the watermark never passes wall time by more than SKEW_MS, whatever a row
 * says; while rows are fresh a tick moves it on by the wall. Replayed, there is no wall: a row that jumps ahead by
 * more than JUMP_MS is held at the watermark until CONFIRM rows in a row do, so that one far-future row blinds nobody.
 */
export const SKEW_MS = 1000
/** What is exported is loaded and checked at every use. */
const SKEW = SKEW_MS
/** Year 2286: what is past it is no time, and 64-bit nanoseconds end in 2262. */
const TIME_MAX_MS = 1e13
const JUMP_MS = 3_600_000
const CONFIRM = 3
/** Rows older than this are a backlog, during which ticks say nothing about silence. */
const LIVE_LAG_MS = 60_000
const HOLD_BACK_MS = 1000

export class EventClock {
  nowMs = Number.NaN
  firstMs = Number.NaN
  /** Rows that claimed to come from the future. */
  futureRows = 0
  #ahead = 0
  #lagMs = Number.POSITIVE_INFINITY

  /**
   * Event time to use for a row. Moves the watermark.
   * @param wallMs wall time, or NaN in replay
   */
  take(timeMs: number, wallMs: number): number {
    let t = timeMs
    if (!(t > 0 && t < TIME_MAX_MS)) t = wallMs > 0 ? wallMs : this.nowMs
    if (!(t > 0)) return Number.NaN
    if (Number.isNaN(this.nowMs)) {
      if (t > wallMs + SKEW) t = wallMs
      this.nowMs = t
      this.firstMs = t
      return t
    }
    if (t <= this.nowMs) {
      this.#ahead = 0
      return t
    }
    if (wallMs > 0) {
      if (t > wallMs + SKEW) {
        this.futureRows++
        t = Math.max(this.nowMs, wallMs + SKEW)
      }
    } else if (t - this.nowMs > JUMP_MS) {
      if (++this.#ahead < CONFIRM) {
        this.futureRows++
        return this.nowMs
      }
      this.#ahead = 0
    } else this.#ahead = 0
    this.nowMs = t
    return t
  }

  /** After a live batch: how old the newest row was. */
  settle(wallMs: number): void {
    this.#lagMs = wallMs - this.nowMs
  }

  /** Nothing arrived; moves the watermark on while the stream is live. */
  tick(wallMs: number): void {
    if (Number.isNaN(this.nowMs) || !(this.#lagMs < LIVE_LAG_MS)) return
    const t = wallMs - Math.max(HOLD_BACK_MS, this.#lagMs)
    if (t > this.nowMs) this.nowMs = t
  }

  /** For snapshots. */
  save(): readonly number[] {
    return [this.nowMs, this.firstMs, this.futureRows, this.#ahead, this.#lagMs]
  }

  /** @param gapless whether the next row is the one after the last before {@link save} */
  load(saved: readonly (number | null)[], gapless: boolean): void {
    this.nowMs = saved[0] ?? Number.NaN
    this.firstMs = saved[1] ?? Number.NaN
    this.futureRows = saved[2] ?? 0
    this.#ahead = saved[3] ?? 0
    this.#lagMs = gapless ? (saved[4] ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
  }
}
