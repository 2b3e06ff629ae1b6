import { Arena } from './arena.ts'
import * as reorderModule from './reorder/reorder.kernel.ts'
import * as layoutModule from './series-layout.ts'

// V8 folds what a local constant object holds into hot code; what is imported is loaded and checked at every use.
const reorder = { ...reorderModule }
const layout = { ...layoutModule }

/** Who counts what is complete: events at times[0]. */
export type Feed = (slot: number, times: Float64Array, events: number) => void

/** Series whose rows arrive out of order, each with buckets to put their counts in order. */
export class SeriesOrder {
  readonly arena: Arena
  readonly #feed: Feed

  constructor(maxSeries: number, feed: Feed) {
    this.arena = new Arena(reorder.WORDS, maxSeries)
    this.#feed = feed
  }

  /** The first late row of a series. @param i32, head its intake @param lastMs its newest row, all taken */
  begin(i32: Int32Array, head: number, lastMs: number, lateMs: number): void {
    const r = this.arena.alloc()
    if (r < 0) return
    const { f64, f32 } = this.arena.chunk(r)
    reorder.reset(f64, f32, this.arena.base(r), lastMs, lateMs)
    i32[head + layout.REORDER] = r + 1
  }

  end(i32: Int32Array, head: number): void {
    const r = i32[head + layout.REORDER]! - 1
    if (r >= 0) this.arena.free(r)
    i32[head + layout.REORDER] = 0
  }

  makeRoom(slot: number, r: number, timeMs: number): void {
    this.#takeUntil(slot, r, reorder.oldestFor(this.arena.chunk(r).f64, this.arena.base(r), timeMs))
  }

  /**
   * @param r slot here @param lastMs newest row of the series, this one included
   * @returns false when a row so new has no bucket yet: {@link makeRoom} first
   */
  put(r: number, timeMs: number, lastMs: number): boolean {
    const arena = this.arena
    const { f64, f32 } = arena.chunks[r >> arena.shift]!
    return reorder.put(f64, f32, (r & arena.mask) * arena.strideWords, timeMs, lastMs)
  }

  /** Feeds what is complete now that the newest row is of `newestMs`. @returns whether there was anything */
  take(slot: number, i32: Int32Array, head: number, newestMs: number): boolean {
    const r = i32[head + layout.REORDER]! - 1
    const { f64, f32 } = this.arena.chunk(r)
    const base = this.arena.base(r)
    const isOver = reorder.isQuiet(f64, base)
    const isMisfit = reorder.isMisfit(f64, base)
    const until = isOver || isMisfit ? Infinity : newestMs - f64[base + reorder.REACH]!
    const isFed = this.#takeUntil(slot, r, until)
    if (isOver) this.end(i32, head)
    else if (isMisfit) reorder.setWidth(f64, f32, base, newestMs)
    return isFed
  }

  /** Time passes up to `timeMs`. @returns the time that is complete then, no later */
  pass(slot: number, r: number, timeMs: number): number {
    this.#takeUntil(slot, r, timeMs)
    return Math.min(timeMs, reorder.settledMs(this.arena.chunk(r).f64, this.arena.base(r)))
  }

  closeBin(r: number): void {
    reorder.closeBin(this.arena.chunk(r).f64, this.arena.base(r))
  }

  #takeUntil(slot: number, r: number, untilMs: number): boolean {
    const { f64, f32 } = this.arena.chunk(r)
    const base = this.arena.base(r)
    let isFed = false
    for (;;) {
      const events = reorder.take(f64, f32, base, untilMs)
      if (events === 0) return isFed
      isFed = true
      this.#feed(slot, reorder.times, events)
    }
  }
}
