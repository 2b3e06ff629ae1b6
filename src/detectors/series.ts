import type { Chunk } from './arena.ts'
import * as lookPenaltyModule from './calibration/look-penalty.ts'
import * as detectorTableModule from './detector-table.ts'
import * as burstModule from './ewma-cusum/ewma-cusum.kernel.ts'
import * as histogramLayout from './fading-histogram/layout.ts'
import * as baselineModule from './holt-winters/baseline.kernel.ts'
import * as errorsModule from './mix/errors.kernel.ts'
import * as rateModule from './rate-score.kernel.ts'
import * as scoresModule from './scores.ts'
import * as layout from './series-layout.ts'
import { type SeriesSettings, SeriesState } from './series-state.ts'
import * as valueLayoutModule from './value-layout.ts'

// V8 folds what a local constant object holds into hot code; what is imported is loaded and checked at every use.
const { CHECKED_NATS, lookPenalty } = lookPenaltyModule
const { DOWN, ERROR, ERRORS, UP } = detectorTableModule
const { BINS_AT } = histogramLayout
const { idleNats } = scoresModule
const { HISTOGRAM_AT } = valueLayoutModule
const burst = { ...burstModule }
const baseline = { ...baselineModule }
const errors = { ...errorsModule }
const rate = { ...rateModule }
const {
  BASELINE,
  BEFORE_MS,
  BURST,
  CAP_MIN,
  CAP_SHIFT,
  DELAY_MS,
  DUE,
  ERRORS_AT,
  ERROR_BITS,
  EVENTS,
  FIRST_MS,
  HAS,
  LAST_EVENT_MS,
  LAST_VALUE,
  LIMIT,
  NEXT_RATE_MS,
  NOT_WATCHED,
  ONE_ROW,
  ONE_SUBJECT,
  ONE_VALUE,
  OPEN,
  QUEUE,
  QUEUE_MAX,
  REORDER,
  REPEAT_BITS,
  STATE,
  SUBJECT,
  SUBJECT_SLOT,
  UNTIL_MS,
  VALUE_SLOT,
} = layout

/** A row waits in the queue no longer than until the next one after this time, and never over a full second. */
const QUEUE_MS = 500
/** The rate of a busy series is scored at least this often. */
const RATE_EVERY_MS = 1000
/** Values are held within the range of Float32 while they wait. */
const FLOAT32_MAX = 3.4e38
/** Series that can be due at once. */
const DUE_MAX = 256
/** Int32 words of a cache line. */
const LINE_INTS = 16
/** Int32 words of the value state that every flush touches, see value-layout.ts. */
const VALUE_HOT_INTS = 5 * LINE_INTS

/** All state of all series, and what happens to it when a row or time arrives. No row is an object. */
export class SeriesStore extends SeriesState {
  /**
   * Time that the row at hand claims, ms since epoch: its place in the week, even where the watermark holds it back.
   * NaN when it is time, not a row, that empties a queue.
   */
  rowTimeMs = Number.NaN
  /** Event time of the row at hand; older than the newest of its series counts as now, or not at all past the lateness. */
  timeMs = Number.NaN
  /** Watermark, ms since epoch. */
  nowMs = Number.NaN
  lateRows = 0
  /**
   * True where series that are due wait for {@link SeriesStore.drain}, so that many are emptied in one go. Whoever lets
   * time pass, or takes a series away, drains before.
   */
  gathers = false
  /** Keeps loads that only fetch from being left out. */
  touched = 0
  /** Queues emptied so far. */
  flushes = 0
  #due = 0
  readonly #dueSlot = new Int32Array(DUE_MAX)
  readonly #dueRow = new Int32Array(DUE_MAX)
  readonly #dueTimeMs = new Float64Array(DUE_MAX)
  readonly #latenessMs: number
  #cutFromMs = 0
  #cutToMs = 0

  constructor(settings: SeriesSettings) {
    super(settings)
    this.#latenessMs = settings.latenessMs
  }

  /** Of the value last taken in, in nats; NaN when none was since it was last set. What replay shows as a row's score. */
  get valueSurprise(): number {
    return this.valueFamily.surprise
  }

  set valueSurprise(nats: number) {
    this.valueFamily.surprise = nats
  }

  /**
   * One row of a series, at {@link timeMs}.
   * @param values the row's value at values[at], NaN when it has none
   * @param error 1, 0, or -1 when errors are not watched
   * @param hashA, hashB the subject; both 0 when it has none
   * @returns false when it came too late
   */
  observe(
    slot: number,
    values: Float64Array,
    at: number,
    error: number,
    hashA: number,
    hashB: number,
  ): boolean {
    const intake = this.intake
    const chunk = intake.chunks[slot >> intake.shift]!
    const { f64: q, f32, i32 } = chunk
    const base = (slot & intake.mask) * intake.strideWords
    const head = 2 * base
    let state = i32[head + STATE]!
    if (state < 0) {
      this.drain()
      state = i32[head + STATE]!
    }
    const timeMs = this.timeMs
    const last = q[base + LAST_EVENT_MS]!
    const behind = last - timeMs
    if (behind > this.#latenessMs) {
      this.lateRows++
      return false
    }
    const t = Math.max(last, timeMs)
    const order = i32[head + REORDER]!
    if (order > 0) this.#putInOrder(slot, order - 1, t)
    else if (behind > -order) {
      this.#beginOrder(slot, chunk, base, behind)
      state = i32[head + STATE]!
    }
    q[base + LAST_EVENT_MS] = t
    q[base + BEFORE_MS] = last
    const delay = this.nowMs - timeMs
    if (delay > f32[head + DELAY_MS]!) f32[head + DELAY_MS] = delay
    const waiting = state & 255
    if (waiting === 0) q[base + FIRST_MS] = t
    // what is as good as random is not branched on
    i32[head + ERROR_BITS] = i32[head + ERROR_BITS]! | ((Number(error > 0) | 0) << waiting)
    state = (state + ONE_ROW) | ((error >> 31) & NOT_WATCHED)
    const cap = (state >> CAP_SHIFT) & 63
    const value = values[at]!
    // neither NaN nor infinite
    if (value - value === 0) {
      const i = (state >> 8) & 255
      state += ONE_VALUE
      f32[head + QUEUE + i] = Math.max(-FLOAT32_MAX, Math.min(FLOAT32_MAX, value))
      if (value === q[base + LAST_VALUE]!) i32[head + REPEAT_BITS] = i32[head + REPEAT_BITS]! | (1 << i)
      q[base + LAST_VALUE] = value
    }
    if ((hashA | hashB) !== 0 && this.#queueSubject(slot, i32, head, (state >> 16) & 255, hashA, hashB))
      state += ONE_SUBJECT
    i32[head + STATE] = state
    const until = q[base + UNTIL_MS]!
    // a row that jumps ahead in time waits for others to confirm that, but not in the queue
    if (waiting + 1 >= cap || t >= until || this.rowTimeMs >= until)
      if (this.gathers) this.#gather(slot, i32, head)
      else this.#flush(slot, chunk, base)
    return true
  }

  /** True when the series waits for {@link drain}. */
  isDue(slot: number): boolean {
    const { intake } = this
    return intake.chunk(slot).i32[2 * intake.base(slot) + STATE]! < 0
  }

  /** This series is to be emptied, as things stand at this row. */
  #gather(slot: number, i32: Int32Array, head: number): void {
    i32[head + STATE] = i32[head + STATE]! | DUE
    const n = this.#due++
    this.#dueSlot[n] = slot
    this.#dueRow[n] = this.scores.keeper.row
    this.#dueTimeMs[n] = this.rowTimeMs
    if (n + 1 === DUE_MAX) this.drain()
  }

  /**
   * Empties the series that are due, in the order in which they became so: the same as at once, but with their state on
   * its way from memory side by side.
   */
  drain(): void {
    const n = this.#due
    if (n === 0) return
    this.#due = 0
    if (n > 2) this.#touchDue(n)
    const { intake } = this
    const { keeper } = this.scores
    const { row } = keeper
    const { rowTimeMs } = this
    for (let i = 0; i < n; i++) {
      const slot = this.#dueSlot[i]!
      keeper.row = this.#dueRow[i]!
      this.rowTimeMs = this.#dueTimeMs[i]!
      this.#flush(slot, intake.chunks[slot >> intake.shift]!, (slot & intake.mask) * intake.strideWords)
    }
    keeper.row = row
    this.rowTimeMs = rowTimeMs
  }

  /** Fetches the lines that every flush needs, of all that are due: first of the core, then of the value state. */
  #touchDue(n: number): void {
    const { core, values } = this
    let touched = 0
    for (let i = 0; i < n; i++) {
      const slot = this.#dueSlot[i]!
      const { i32 } = core.chunks[slot >> core.shift]!
      const at = 2 * (slot & core.mask) * core.strideWords
      touched |= i32[at]! | i32[at + 2 * BASELINE]! | i32[at + 2 * ERRORS_AT]!
      for (let word = 2 * BURST; word < 2 * BASELINE; word += LINE_INTS) touched |= i32[at + word]!
    }
    for (let i = 0; i < n; i++) {
      const slot = this.#dueSlot[i]!
      const { f64 } = core.chunks[slot >> core.shift]!
      const base = (slot & core.mask) * core.strideWords
      const s = f64[base + SUBJECT_SLOT]! - 1
      if (s >= 0) touched |= this.subjectFamily.touchRegisters(s)
      const v = f64[base + VALUE_SLOT]! - 1
      if (v < 0) continue
      const { i32 } = values.chunks[v >> values.shift]!
      const at = 2 * (v & values.mask) * values.strideWords
      for (let word = 0; word < VALUE_HOT_INTS; word += LINE_INTS) touched |= i32[at + word]!
      for (let word = 0; word < 2 * BINS_AT; word += LINE_INTS) touched |= i32[at + 2 * HISTOGRAM_AT + word]!
    }
    this.touched = touched
  }

  /** Lets the intake lines of many series come from memory side by side. @param slots entries [from, to); negative ones are none */
  touch(slots: Int32Array, from: number, to: number): void {
    const { intake } = this
    let touched = 0
    let before = -1
    for (let i = from; i < to; i++) {
      const slot = slots[i]!
      if (slot < 0 || slot === before) continue
      before = slot
      const { i32 } = intake.chunks[slot >> intake.shift]!
      const head = 2 * (slot & intake.mask) * intake.strideWords
      touched |= i32[head + QUEUE + ((i32[head + STATE]! >> 8) & 255)]!
      const s = i32[head + SUBJECT]! - 1
      if (s >= 0) touched |= this.subjectFamily.touchQueue(s)
    }
    this.touched = touched
  }

  /** @returns false when there is no memory for it */
  #queueSubject(slot: number, i32: Int32Array, head: number, i: number, a: number, b: number): boolean {
    let s = i32[head + SUBJECT]! - 1
    if (s < 0) {
      s = this.subjectFamily.begin(this.core.chunk(slot).f64, this.core.base(slot), this.lastEventMs(slot))
      if (s < 0) return false
      i32[head + SUBJECT] = s + 1
    }
    this.subjectFamily.queue(s, i, a, b)
    return true
  }

  /** Nothing arrived for any series from `fromMs` to `toMs`: that time counts for none of them. */
  cutOut(fromMs: number, toMs: number): void {
    this.#cutFromMs = fromMs
    this.#cutToMs = toMs
  }

  savedCut(): readonly number[] {
    return [this.#cutFromMs, this.#cutToMs]
  }

  /** Moves a series over the time that was cut out, when it has not passed it yet. */
  #skipCut(slot: number, chunk: Chunk, base: number): void {
    const f = chunk.f64
    const to = this.#cutToMs
    if (f[base + BURST + burst.LAST_MS]! >= to) return
    if (to >= f[base + BASELINE + baseline.BIN_END_MS]!) this.bins.close(slot, chunk, base, to, true)
    burst.skip(f, base + BURST, this.#cutFromMs, to)
  }

  /** Takes what waits. @param from base of the intake slot */
  #flush(slot: number, waiting: Chunk, from: number): void {
    const core = this.core
    const chunk = core.chunks[slot >> core.shift]!
    const f = chunk.f64
    const base = (slot & core.mask) * core.strideWords
    const { f64: q, i32 } = waiting
    const head = 2 * from
    const state = i32[head + STATE]!
    const rows = state & 255
    this.flushes++
    const newest = q[from + LAST_EVENT_MS]!
    i32[head + STATE] = nextCap(rows, (state >> CAP_SHIFT) & 63) << CAP_SHIFT
    q[from + UNTIL_MS] = Math.min(newest + QUEUE_MS, Math.floor(newest / 1000) * 1000 + 1000)
    f[base + EVENTS] = f[base + EVENTS]! + rows
    const at = base + BURST
    if (f[at + burst.LAST_MS]! < this.#cutToMs && newest >= this.#cutToMs) this.#skipCut(slot, chunk, base)
    if (i32[head + REORDER]! > 0) {
      if (!this.order.take(slot, i32, head, newest)) burst.scores[burst.UP] = 0
    } else {
      // all but the newest lie in one half second, see UNTIL_MS
      if (rows > 1) {
        this.#arrive(slot, chunk, base, q, from + FIRST_MS)
        if (rows > 2) {
          burst.arriveMany(f, at, q, from + BEFORE_MS, rows - 2)
          baseline.count(f, base + BASELINE, q, from + BEFORE_MS, rows - 2)
        }
      }
      this.#arrive(slot, chunk, base, q, from + LAST_EVENT_MS)
    }
    const up = burst.scores[burst.UP]!
    if (up > CHECKED_NATS && newest >= f[base + NEXT_RATE_MS]! && up > idleNats(f, base, UP)) {
      this.scores.note(f, base, slot, UP, this.upScore(f, base), newest)
      // a window grows by a sixteenth before it is worth another look
      f[base + NEXT_RATE_MS] = newest + Math.min(RATE_EVERY_MS, rate.windowMs() / 16)
    }
    if ((state & NOT_WATCHED) === 0) this.#flushErrors(f, base, slot, waiting, from, rows)
    const values = (state >> 8) & 255
    if (values > 0) {
      this.valueFamily.flush(f, base, slot, waiting, from, values, this.rowTimeMs)
      i32[head + REPEAT_BITS] = 0
    }
    const subjects = (state >> 16) & 255
    if (subjects > 0) this.subjectFamily.flush(f, base, slot, waiting, from, subjects)
  }

  /** Rows for the rate, at times[t] or since the last. */
  #arrive(slot: number, chunk: Chunk, base: number, times: Float64Array, t: number, rows = 1): void {
    const f = chunk.f64
    if (times[t]! >= f[base + BASELINE + baseline.BIN_END_MS]!) this.bins.close(slot, chunk, base, times[t]!)
    const at = base + BURST
    const silence = burst.silence(f, at, times, t)
    if (silence > CHECKED_NATS && silence > idleNats(f, base, DOWN)) {
      burst.elapse(f, at, times[t]!)
      this.scores.note(f, base, slot, DOWN, this.downScore(f, base), times[t]!)
    }
    burst.arriveMany(f, at, times, t, rows)
    baseline.count(f, base + BASELINE, times, t, rows)
  }

  /** The first row late enough to matter: from here on events are counted by the time they claim. */
  #beginOrder(slot: number, chunk: Chunk, from: number, lateMs: number): void {
    const head = 2 * from
    const lastMs = chunk.f64[from + LAST_EVENT_MS]!
    if ((chunk.i32[head + STATE]! & 255) > 0) {
      this.drain()
      this.#flush(slot, chunk, from)
    }
    this.order.begin(chunk.i32, head, lastMs, lateMs)
    const order = chunk.i32[head + REORDER]!
    if (order > 0) this.#putInOrder(slot, order - 1, lastMs)
  }

  /** The row at hand into its bucket. @param r slot in the reorder arena @param newestMs newest row of the series */
  #putInOrder(slot: number, r: number, newestMs: number): void {
    if (this.order.put(r, this.timeMs, newestMs)) return
    this.drain()
    this.order.makeRoom(slot, r, this.timeMs)
    this.order.put(r, this.timeMs, newestMs)
  }

  /** Events of one moment, put in order. */
  protected override feed(slot: number, times: Float64Array, events: number): void {
    this.#arrive(slot, this.core.chunk(slot), this.core.base(slot), times, 0, events)
  }

  #flushErrors(
    f: Float64Array,
    base: number,
    slot: number,
    waiting: Chunk,
    from: number,
    rows: number,
  ): void {
    const at = base + ERRORS_AT
    const { f64: q, i32 } = waiting
    const bits = i32[2 * from + ERROR_BITS]!
    f[base + HAS] = f[base + HAS]! | ERROR
    if (bits === 0) {
      if (errors.isIdle(f, at)) {
        errors.pass(f, at, rows)
        return
      }
    } else i32[2 * from + ERROR_BITS] = 0
    const raw = errors.observeMany(f, at, bits, rows, q, from + FIRST_MS)
    const newest = q[from + LAST_EVENT_MS]!
    if (raw > CHECKED_NATS && raw > idleNats(f, base, ERRORS))
      this.scores.note(f, base, slot, ERRORS, errors.score(f, at, newest), newest)
  }

  /** Time passes for a series: bins close and silence counts. */
  elapse(slot: number, atMs: number): void {
    let timeMs = atMs > this.#cutFromMs && atMs < this.#cutToMs ? this.#cutFromMs : atMs
    const waiting = this.intake.chunk(slot)
    const from = this.intake.base(slot)
    this.rowTimeMs = Number.NaN
    if ((waiting.i32[2 * from + STATE]! & 255) > 0) this.#flush(slot, waiting, from)
    const r = waiting.i32[2 * from + REORDER]! - 1
    if (r >= 0) timeMs = this.order.pass(slot, r, timeMs)
    const chunk = this.core.chunk(slot)
    const f = chunk.f64
    const base = this.core.base(slot)
    if (!(timeMs > f[base + BURST + burst.LAST_MS]!)) return
    if (f[base + BURST + burst.LAST_MS]! < this.#cutToMs && timeMs >= this.#cutToMs)
      this.#skipCut(slot, chunk, base)
    if (timeMs >= f[base + BASELINE + baseline.BIN_END_MS]!) this.bins.close(slot, chunk, base, timeMs)
    burst.elapse(f, base + BURST, timeMs)
    const silence = burst.scores[burst.DOWN]!
    if (silence > CHECKED_NATS && silence > idleNats(f, base, DOWN))
      this.scores.note(f, base, slot, DOWN, this.downScore(f, base), timeMs)
  }

  /** Soonest time at which silence could be an alarm, ms since epoch: no raw score grows by more than a nat an event expected. */
  silenceAtMs(slot: number): number {
    const { f64 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    const lambda = f64[base + BURST + burst.LAMBDA]!
    const limit = f64[base + LIMIT + DOWN]!
    if (lambda <= 0 || limit === Infinity || f64[base + OPEN]! > 0) return Infinity
    const raw = maxOf(f64, base + BURST + burst.S + burst.UPS, burst.BANK - burst.UPS)
    // by then the window is about limit / lambda long, and so is its penalty
    const left = limit - raw + lookPenalty(limit / lambda)
    return f64[base + BURST + burst.LAST_MS]! + Math.max(1, left) / lambda
  }
}

/** How many rows may wait next, see STATE. @param rows that waited @param cap how many could */
function nextCap(rows: number, cap: number): number {
  if (rows >= cap) return Math.min(QUEUE_MAX, cap + (cap >> 1))
  return Math.max(CAP_MIN, cap >> 1, Math.min(QUEUE_MAX, 2 * rows))
}

function maxOf(f: Float64Array, from: number, n: number): number {
  let best = 0
  for (let i = from; i < from + n; i++) if (f[i]! > best) best = f[i]!
  return best
}
