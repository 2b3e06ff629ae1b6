import type { Arena } from './arena.ts'
import * as seriesLayoutModule from './series-layout.ts'

// V8 folds a local constant into hot code; what is imported is loaded and checked at every use.
const { TIMER_MS, TIMER_NEXT } = seriesLayoutModule

/**
 * One timer a series, in a wheel of buckets that link slots through the arena, so that it is part of the snapshot.
 *
 *   heads[tick & mask] -> slot -> slot -> 0        tick = time / TICK_MS
 *
 * A timer further away than one turn waits in the last bucket and is put back by whoever it fires for.
 * Source: Varghese & Lauck, "Hashed and hierarchical timing wheels", SOSP 1987, scheme 4.
 */
export const TICK_MS = 250
const BUCKETS = 1024
/** What is exported is loaded and checked at every use. */
const TICK = TICK_MS
const LEAP_TICKS = 3_600_000 / TICK_MS

export class TimerWheel {
  readonly heads = new Int32Array(BUCKETS)
  /** Ticks up to and including this one have fired. */
  tick = Number.NaN
  readonly #arena: Arena

  constructor(arena: Arena) {
    this.#arena = arena
  }

  /** Starts at a time; nothing fires before. */
  start(timeMs: number): void {
    if (Number.isNaN(this.tick)) this.tick = Math.floor(timeMs / TICK)
  }

  /** @param atMs when it should fire; the past means the next tick */
  schedule(slot: number, atMs: number): void {
    let tick = Math.ceil(atMs / TICK)
    if (!(tick > this.tick)) tick = this.tick + 1
    else if (tick >= this.tick + BUCKETS) tick = this.tick + BUCKETS - 1
    const { f64 } = this.#arena.chunk(slot)
    const base = this.#arena.base(slot)
    const bucket = tick & (BUCKETS - 1)
    f64[base + TIMER_MS] = tick * TICK
    f64[base + TIMER_NEXT] = this.heads[bucket]!
    this.heads[bucket] = slot + 1
  }

  /** Fires everything due up to `nowMs`, in time order. `fire` must schedule the slot again or free it. */
  advance(nowMs: number, fire: (slot: number, timeMs: number) => void): void {
    const last = Math.floor(nowMs / TICK)
    const leap = this.tick + LEAP_TICKS
    while (this.tick < last) {
      // after an hour without a row the rest of a gap is leapt over, by whole turns so that every bucket stays in place
      if (this.tick === leap && last - leap > 2 * BUCKETS)
        this.tick += Math.floor((last - leap) / BUCKETS - 1) * BUCKETS
      const bucket = (this.tick + 1) & (BUCKETS - 1)
      let next = this.heads[bucket]!
      this.heads[bucket] = 0
      this.tick++
      while (next !== 0) {
        const slot = next - 1
        next = this.#arena.chunk(slot).f64[this.#arena.base(slot) + TIMER_NEXT]!
        fire(slot, this.tick * TICK)
      }
    }
  }
}
