import { Arena, type Chunk } from './arena.ts'
import * as lookPenaltyModule from './calibration/look-penalty.ts'
import * as detectorTableModule from './detector-table.ts'
import * as sketchModule from './hyperloglog/hyperloglog.kernel.ts'
import type { Scores } from './scores.ts'
import * as scoresModule from './scores.ts'
import * as layoutModule from './series-layout.ts'

// V8 folds what a local constant object holds into hot code; what is imported is loaded and checked at every use.
const { CHECKED_NATS } = lookPenaltyModule
const { SUBJECT, SUBJECTS } = detectorTableModule
const { idleNats } = scoresModule
const sketch = { ...sketchModule }
const layout = { ...layoutModule }

/**
 * The cardinality detector. A slot for each series that ever had a subject: the sketches, then the hashes of subjects
 * that wait, two Int32 each.
 */
export class SubjectFamily {
  readonly arena: Arena
  readonly precision: number
  readonly #periodMs: number
  readonly #queueAt: number
  readonly #scores: Scores

  constructor(maxSeries: number, precision: number, periodMs: number, scores: Scores) {
    this.precision = precision
    this.#periodMs = periodMs
    this.#queueAt = sketch.words(precision)
    this.arena = new Arena(this.#queueAt + layout.QUEUE_MAX, maxSeries)
    this.#scores = scores
  }

  /** Lets a subject wait. @param s its slot @param i how many wait already @param a, b halves of its hash */
  queue(s: number, i: number, a: number, b: number): void {
    const arena = this.arena
    const { i32 } = arena.chunks[s >> arena.shift]!
    const at = 2 * ((s & arena.mask) * arena.strideWords + this.#queueAt + i)
    i32[at] = a
    i32[at + 1] = b
  }

  /** Fetches the line where the next subject of slot `s` will wait, and the head. @returns bits of no meaning */
  touchQueue(s: number): number {
    const arena = this.arena
    const { i32 } = arena.chunks[s >> arena.shift]!
    const at = 2 * (s & arena.mask) * arena.strideWords
    return i32[at]! | i32[at + 2 * this.#queueAt]!
  }

  /** Fetches the registers of the first subject that waits in slot `s`. @returns bits of no meaning */
  touchRegisters(s: number): number {
    const arena = this.arena
    const { i32, u8 } = arena.chunks[s >> arena.shift]!
    const at = (s & arena.mask) * arena.strideWords
    const register =
      8 * (at + sketch.HEADER_WORDS) + (i32[2 * (at + this.#queueAt)]! >>> (32 - this.precision))
    return i32[2 * at + 16]! | u8[register]! | u8[register + (1 << this.precision)]!
  }

  /** The first subject of a series. @param f, base core slot @returns slot, or -1 */
  begin(f: Float64Array, base: number, timeMs: number): number {
    const s = this.arena.alloc()
    if (s < 0) return -1
    f[base + layout.SUBJECT_SLOT] = s + 1
    f[base + layout.HAS] = f[base + layout.HAS]! | SUBJECT
    sketch.reset(this.arena.chunk(s).f64, this.arena.base(s), this.precision, timeMs)
    return s
  }

  end(f: Float64Array, base: number): void {
    const s = f[base + layout.SUBJECT_SLOT]! - 1
    if (s >= 0) this.arena.free(s)
    f[base + layout.SUBJECT_SLOT] = 0
  }

  /** Takes the subjects that wait. @param n at least 1 @param waiting, from intake slot */
  flush(f: Float64Array, base: number, slot: number, waiting: Chunk, from: number, n: number): void {
    const s = f[base + layout.SUBJECT_SLOT]! - 1
    const arena = this.arena
    const chunk = arena.chunks[s >> arena.shift]!
    const g = chunk.f64
    const at = (s & arena.mask) * arena.strideWords
    const learn = (f[base + layout.SPOILT]! & SUBJECT) === 0 || f[base + layout.OPEN] === 0
    const timeMs = waiting.f64[from + layout.LAST_EVENT_MS]!
    const hashes = 2 * (at + this.#queueAt)
    sketch.observeMany(g, chunk.u8, at, this.precision, chunk.i32, hashes, n, timeMs, learn)
    const raw = g[at + sketch.SCORE]!
    if (raw > CHECKED_NATS && raw > idleNats(f, base, SUBJECTS))
      this.#scores.note(f, base, slot, SUBJECTS, sketch.score(g, at, timeMs), timeMs)
  }

  scoreOf(f: Float64Array, base: number, nowMs: number): number {
    const s = f[base + layout.SUBJECT_SLOT]! - 1
    return s < 0 ? 0 : sketch.score(this.arena.chunk(s).f64, this.arena.base(s), nowMs)
  }

  clear(f: Float64Array, base: number): void {
    const s = f[base + layout.SUBJECT_SLOT]! - 1
    if (s >= 0) this.arena.chunk(s).f64[this.arena.base(s) + sketch.SCORE] = 0
  }

  relearn(f: Float64Array, base: number): void {
    const s = f[base + layout.SUBJECT_SLOT]! - 1
    if (s < 0) return
    const g = this.arena.chunk(s).f64
    const at = this.arena.base(s)
    g[at + sketch.SCORE] = 0
    g[at + sketch.NEW_WEIGHT] = 1
    g[at + sketch.WEIGHT] = 1
    sketch.prepare(g, at)
  }

  closeBin(f: Float64Array, base: number, timeMs: number): void {
    const s = f[base + layout.SUBJECT_SLOT]! - 1
    if (s < 0) return
    const { f64, u8 } = this.arena.chunk(s)
    const at = this.arena.base(s)
    if (sketch.isDue(f64, at, timeMs, this.#periodMs)) sketch.rotate(f64, u8, at, this.precision, timeMs)
    else sketch.prepare(f64, at)
  }
}
