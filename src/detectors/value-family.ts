import { Arena, type Chunk } from './arena.ts'
import * as lookPenaltyModule from './calibration/look-penalty.ts'
import * as detectorTableModule from './detector-table.ts'
import * as histogramModule from './fading-histogram/fading-histogram.kernel.ts'
import * as histogramLayout from './fading-histogram/layout.ts'
import * as baselineModule from './holt-winters/baseline.kernel.ts'
import type { Scores } from './scores.ts'
import * as scoresModule from './scores.ts'
import * as layoutModule from './series-layout.ts'
import * as valueLayoutModule from './value-layout.ts'
import * as shiftModule from './value-shift/value-shift.kernel.ts'

// V8 folds what a local constant object holds into hot code; what is imported is loaded and checked at every use.
const { CHECKED_NATS } = lookPenaltyModule
const { FROZEN, RARE, SHIFT, TAIL, VALUE } = detectorTableModule
const { LAST_MS } = histogramLayout
const { RING } = baselineModule
const { idleNats } = scoresModule
const { BIN_SUM, BIN_VALUES, HISTOGRAM_AT, SHIFT_AT, VALUE_RING_AT, VALUE_WORDS } = valueLayoutModule
const histogram = { ...histogramModule }
const layout = { ...layoutModule }
const shift = { ...shiftModule }

/** The value distribution looks at no more than one value in this time. */
const RARE_EVERY_MS = 2000

/** The detectors of the value: shift, tail, frozen and distribution. A slot for each series that ever had one. */
export class ValueFamily {
  readonly arena: Arena
  /** Of the value last taken in, in nats; NaN when none was. What replay shows as a row's score. */
  surprise = Number.NaN
  readonly #scores: Scores

  constructor(maxSeries: number, scores: Scores) {
    this.arena = new Arena(VALUE_WORDS, maxSeries)
    this.#scores = scores
  }

  /**
   * Takes the values that wait in an intake slot.
   * @param f, base core slot @param waiting, from intake slot @param n at least 1
   * @param rowTimeMs what the newest row claims as its time, NaN when unknown
   */
  flush(
    f: Float64Array,
    base: number,
    slot: number,
    waiting: Chunk,
    from: number,
    n: number,
    rowTimeMs: number,
  ): void {
    let v = f[base + layout.VALUE_SLOT]! - 1
    if (v < 0) v = this.#begin(f, base)
    if (v < 0) return
    const arena = this.arena
    const chunk = arena.chunks[v >> arena.shift]!
    const g = chunk.f64
    const at = (v & arena.mask) * arena.strideWords
    const q = waiting.f64
    const newest = q[from + layout.LAST_VALUE]!
    const timeMs = q[from + layout.LAST_EVENT_MS]!
    const queue = 2 * from + layout.QUEUE
    let sum = newest
    for (let i = 0; i < n - 1; i++) sum += waiting.f32[queue + i]!
    g[at + BIN_SUM] = g[at + BIN_SUM]! + sum
    g[at + BIN_VALUES] = g[at + BIN_VALUES]! + n
    const learn = (f[base + layout.SPOILT]! & VALUE) === 0 || f[base + layout.OPEN] === 0
    const given = shift.given
    given[shift.NEWEST] = newest
    given[shift.FIRST_MS] = q[from + layout.FIRST_MS]!
    given[shift.NEWEST_MS] = timeMs
    const repeats = waiting.i32[2 * from + layout.REPEAT_BITS]!
    shift.observeMany(g, at + SHIFT_AT, waiting.f32, queue, n, repeats, learn)
    const scores = shift.scores
    const tails = scores[shift.TAIL]!
    const frozen = scores[shift.FROZEN]!
    const raw = scores[shift.SHIFT]!
    if (raw > CHECKED_NATS && raw > idleNats(f, base, SHIFT))
      this.#scores.note(f, base, slot, SHIFT, shift.shiftScore(g, at + SHIFT_AT, timeMs), timeMs)
    if (tails > 0) this.#scores.note(f, base, slot, TAIL, tails, timeMs)
    if (frozen > 0) this.#scores.note(f, base, slot, FROZEN, frozen, timeMs)
    // a histogram that remembers thousands of values need not see every one of a busy series
    const claimed = rowTimeMs > 0 ? rowTimeMs : timeMs
    const since = claimed - g[at + HISTOGRAM_AT + LAST_MS]!
    if (since >= 0 && since < RARE_EVERY_MS) return
    const rare = histogram.observeValue(g, chunk.f32, at + HISTOGRAM_AT, newest, claimed)
    this.surprise = rare
    if (rare > 0) this.#scores.note(f, base, slot, RARE, rare, timeMs)
  }

  /** The first value of a series. @returns slot, or -1 */
  #begin(f: Float64Array, base: number): number {
    const v = this.arena.alloc()
    if (v < 0) return -1
    f[base + layout.VALUE_SLOT] = v + 1
    f[base + layout.HAS] = f[base + layout.HAS]! | VALUE
    const { f64, f32 } = this.arena.chunk(v)
    shift.reset(f64, this.arena.base(v) + SHIFT_AT)
    histogram.reset(f64, f32, this.arena.base(v) + HISTOGRAM_AT)
    return v
  }

  /** Gives the slot of a series back. */
  end(f: Float64Array, base: number): void {
    const v = f[base + layout.VALUE_SLOT]! - 1
    if (v >= 0) this.arena.free(v)
    f[base + layout.VALUE_SLOT] = 0
  }

  /** Latest score of a detector of the family, nats. */
  scoreOf(f: Float64Array, base: number, detector: number, nowMs: number): number {
    const v = f[base + layout.VALUE_SLOT]! - 1
    if (v < 0) return 0
    const g = this.arena.chunk(v).f64
    const at = this.arena.base(v) + SHIFT_AT
    if (detector === SHIFT) return shift.shiftScore(g, at, nowMs)
    if (detector === TAIL) return Math.max(g[at + shift.TAIL_S]!, g[at + shift.TAIL_S + 1]!)
    return detector === FROZEN ? g[at + shift.FROZEN_S]! : 0
  }

  /** While a finding is open; see the kernel. */
  settle(f: Float64Array, base: number, nowMs: number, fraction: number): void {
    const v = f[base + layout.VALUE_SLOT]! - 1
    if (v < 0) return
    const limit = f[base + layout.LIMIT + SHIFT]!
    shift.settle(this.arena.chunk(v).f64, this.arena.base(v) + SHIFT_AT, nowMs, limit, fraction)
  }

  clear(f: Float64Array, base: number): void {
    const v = f[base + layout.VALUE_SLOT]! - 1
    if (v >= 0) shift.clear(this.arena.chunk(v).f64, this.arena.base(v) + SHIFT_AT)
  }

  relearn(f: Float64Array, base: number): void {
    const v = f[base + layout.VALUE_SLOT]! - 1
    if (v >= 0) shift.relearn(this.arena.chunk(v).f64, this.arena.base(v) + SHIFT_AT)
  }

  /** Closes a ten-second bin. @param bins bins closed with this one */
  closeBin(f: Float64Array, base: number, bins: number, learn: boolean): void {
    const v = f[base + layout.VALUE_SLOT]! - 1
    if (v < 0) return
    const { f64, f32 } = this.arena.chunk(v)
    const at = this.arena.base(v)
    const n = f64[at + BIN_VALUES]!
    f32[2 * (at + VALUE_RING_AT) + ((bins - 1) & (RING - 1))] = n > 0 ? f64[at + BIN_SUM]! / n : Number.NaN
    f64[at + BIN_SUM] = 0
    f64[at + BIN_VALUES] = 0
    shift.closeBin(f64, at + SHIFT_AT, learn, bins)
  }
}
