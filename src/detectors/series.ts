import type { AnomalyFinding } from '../core/finding.ts'
import { Arena, type Chunk } from './arena.ts'
import { CHECKED_NATS, lookPenalty } from './calibration/look-penalty.ts'
import * as tail from './calibration/tail.kernel.ts'
import {
  DETECTORS,
  DOWN,
  ERROR,
  ERRORS,
  FAMILIES,
  FROZEN,
  RARE,
  RATE,
  SHIFT,
  SUBJECT,
  SUBJECTS,
  TAIL,
  UP,
  VALUE,
} from './detector-table.ts'
import { recentPerS } from './evidence.ts'
import * as burst from './ewma-cusum/ewma-cusum.kernel.ts'
import * as histogram from './fading-histogram/fading-histogram.kernel.ts'
import * as baseline from './holt-winters/baseline.kernel.ts'
import * as sketch from './hyperloglog/hyperloglog.kernel.ts'
import * as errors from './mix/errors.kernel.ts'
import * as rate from './rate-score.kernel.ts'
import * as layout from './series-layout.ts'
import { BIN_SUM, BIN_VALUES, HISTOGRAM_AT, SHIFT_AT, VALUE_RING_AT, VALUE_WORDS } from './value-layout.ts'
import * as shift from './value-shift/value-shift.kernel.ts'

/** What the series store tells whoever keeps findings. */
export interface FindingKeeper {
  /** A detector's score is past its limit. @param timeMs event time */
  exceed(slot: number, detector: number, score: number, timeMs: number): void
  /** A ten-second bin of a series with an open finding closed. */
  review(slot: number, timeMs: number): void
}

export interface SeriesSettings {
  readonly maxSeries: number
  readonly latenessMs: number
  readonly precision: number
  readonly sketchPeriodMs: number
  /** Budget of false alarms per ms for one series. */
  readonly alarmsPerMs: number
}

/** Blocks an alarm until the first block closed and the detectors at work are known. */
const FIRST_BLOCKS = 400
/** A row waits in the queue no longer than until the next one after this time. */
const QUEUE_MS = 200
/** The rate of a busy series is scored at least this often. */
const RATE_EVERY_MS = 1000
const READY_BINS = 9
const READY_EVENTS = 150
const BLOCK_BINS = tail.BLOCK_MS / baseline.BIN_MS
/** Limits are this much higher at birth and fall to normal with this time constant. */
const YOUTH = 1.5
const YOUTH_MS = 1_800_000
const RECOVERY_BINS = 3
const CURVE_BINS = 30
/** A longer gap than this is not closed bin by bin; the series starts over. */
const GAP_BINS_MAX = 2160

/** All state of all series, and what happens to it when a row or time arrives. No row is an object. */
export class SeriesStore {
  /** Of the value last taken in, in nats; NaN when none was. What replay shows as a row's score. */
  valueSurprise = Number.NaN
  /**
   * Time that the row at hand claims, ms since epoch: its place in the week, even where the watermark holds it back.
   * NaN when it is time, not a row, that empties a queue.
   */
  rowTimeMs = Number.NaN
  readonly intake: Arena
  readonly core: Arena
  readonly values: Arena
  readonly subjects: Arena
  lateRows = 0
  /** Set by the owner before rows arrive. */
  keeper!: FindingKeeper
  readonly #settings: SeriesSettings

  constructor(settings: SeriesSettings) {
    this.#settings = settings
    this.intake = new Arena(layout.INTAKE_WORDS, settings.maxSeries)
    this.core = new Arena(layout.CORE_WORDS, settings.maxSeries)
    this.values = new Arena(VALUE_WORDS, settings.maxSeries)
    this.subjects = new Arena(sketch.words(settings.precision), settings.maxSeries)
  }

  /**
   * Makes a zeroed slot a series.
   * @param silentMs for how long the stream was watched without a row of it; 0 when unknown
   */
  begin(slot: number, profile: number, timeMs: number, silentMs: number): void {
    const { f64 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    f64[base + layout.PROFILE] = profile
    f64[base + layout.BORN_MS] = timeMs - silentMs
    const { f64: q } = this.intake.chunk(slot)
    q[this.intake.base(slot) + layout.LAST_EVENT_MS] = timeMs
    q[this.intake.base(slot) + layout.FLUSHED_MS] = timeMs
    burst.reset(f64, base + layout.BURST, timeMs)
    baseline.reset(f64, base + layout.BASELINE, timeMs)
    if (silentMs > 0) baseline.backfill(f64, base + layout.BASELINE, silentMs)
    errors.reset(f64, base + layout.ERRORS_AT)
    f64[base + layout.HAS] = RATE
    for (let d = 0; d < DETECTORS; d++) tail.reset(f64, layout.tailAt(base, d), Math.log(FIRST_BLOCKS))
    this.#prepareRate(f64, base)
    this.#setLimits(f64, base, timeMs)
  }

  /** Gives the value and subject slots back; the core slot is the caller's. */
  end(slot: number): void {
    const { f64 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    const value = f64[base + layout.VALUE_SLOT]!
    const subject = f64[base + layout.SUBJECT_SLOT]!
    if (value > 0) this.values.free(value - 1)
    if (subject > 0) this.subjects.free(subject - 1)
    f64[base + layout.VALUE_SLOT] = 0
    f64[base + layout.SUBJECT_SLOT] = 0
  }

  /**
   * One row of a series.
   * @param timeMs event time; older than the newest row counts as now, or not at all when past the lateness
   * @param nowMs watermark
   * @param value NaN when it has none
   * @param error 1, 0, or -1 when errors are not watched
   * @param hashA, hashB the subject; both 0 when it has none
   * @returns false when it came too late
   */
  observe(
    slot: number,
    timeMs: number,
    nowMs: number,
    value: number,
    error: number,
    hashA: number,
    hashB: number,
  ): boolean {
    const intake = this.intake
    const chunk = intake.chunks[slot >> intake.shift]!
    const q = chunk.f64
    const base = (slot & intake.mask) * intake.strideWords
    const last = q[base + layout.LAST_EVENT_MS]!
    let t = timeMs
    if (t >= last) q[base + layout.LAST_EVENT_MS] = t
    else {
      if (last - t > this.#settings.latenessMs) {
        this.lateRows++
        return false
      }
      t = last
      q[base + layout.LATE] = q[base + layout.LATE]! + 1
    }
    const delay = nowMs - timeMs
    if (delay > q[base + layout.DELAY_MS]!) q[base + layout.DELAY_MS] = delay
    const queued = q[base + layout.QUEUED]!
    const at = base + layout.QUEUE + queued * layout.ENTRY_WORDS
    q[at] = t
    q[at + 1] = value
    chunk.i32[2 * at + 4] = hashA
    chunk.i32[2 * at + 5] = hashB
    if (error !== 0)
      q[base + layout.ERROR_BITS] =
        q[base + layout.ERROR_BITS]! | (error > 0 ? 1 << queued : layout.NOT_WATCHED)
    q[base + layout.QUEUED] = queued + 1
    const flushed = q[base + layout.FLUSHED_MS]!
    // a row that jumps ahead in time waits for others to confirm that, but not in the queue
    if (queued + 1 === layout.QUEUE_MAX || t - flushed >= QUEUE_MS || this.rowTimeMs - flushed >= QUEUE_MS)
      this.#flush(slot, chunk, base, queued + 1)
    return true
  }

  #cutFromMs = 0
  #cutToMs = 0

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
    if (f[base + layout.BURST + burst.LAST_MS]! >= to) return
    if (to >= f[base + layout.BASELINE + baseline.BIN_END_MS]!) this.#closeBins(slot, chunk, base, to, true)
    burst.skip(f, base + layout.BURST, this.#cutFromMs, to)
  }

  /** Takes what waits in the queue, in order. @param from base of the intake slot */
  #flush(slot: number, waiting: Chunk, from: number, queued: number): void {
    const core = this.core
    const chunk = core.chunks[slot >> core.shift]!
    const f = chunk.f64
    const base = (slot & core.mask) * core.strideWords
    const q = waiting.f64
    const first = from + layout.QUEUE
    const errorBits = q[from + layout.ERROR_BITS]!
    const newest = q[first + (queued - 1) * layout.ENTRY_WORDS]!
    q[from + layout.QUEUED] = 0
    q[from + layout.ERROR_BITS] = 0
    const late = q[from + layout.LATE]!
    q[from + layout.LATE] = 0
    q[from + layout.FLUSHED_MS] = newest
    f[base + layout.EVENTS] = f[base + layout.EVENTS]! + queued
    const at = base + layout.BURST
    if (f[at + burst.LAST_MS]! < this.#cutToMs && newest >= this.#cutToMs) this.#skipCut(slot, chunk, base)
    if (queued > 1 && newest < f[base + layout.BASELINE + baseline.BIN_END_MS]!) {
      burst.arriveMany(f, at, q, first, layout.ENTRY_WORDS, queued)
      baseline.countMany(f, base + layout.BASELINE, q, first, layout.ENTRY_WORDS, queued)
    } else {
      for (let i = 0; i < queued; i++) {
        const t = q[first + i * layout.ENTRY_WORDS]!
        if (t >= f[base + layout.BASELINE + baseline.BIN_END_MS]!) this.#closeBins(slot, chunk, base, t)
        const gap = t - f[at + burst.LAST_MS]!
        burst.elapse(f, at, t)
        if (burst.scores[burst.DOWN]! > CHECKED_NATS)
          this.#score(f, base, slot, DOWN, this.#downScore(f, base), t)
        burst.arrive(f, at, gap > 0 ? gap : 0)
        baseline.countMany(
          f,
          base + layout.BASELINE,
          q,
          first + i * layout.ENTRY_WORDS,
          layout.ENTRY_WORDS,
          1,
        )
      }
    }
    if (late > 0) burst.discount(f, at, late)
    if (burst.scores[burst.UP]! > CHECKED_NATS && newest >= f[base + layout.NEXT_RATE_MS]!) {
      this.#score(f, base, slot, UP, this.#upScore(f, base), newest)
      // a window grows by a sixteenth before it is worth another look
      f[base + layout.NEXT_RATE_MS] = newest + Math.min(RATE_EVERY_MS, rate.windowMs() / 16)
    }
    if (errorBits < layout.NOT_WATCHED) this.#flushErrors(f, base, slot, q, first, queued, errorBits)
    this.#flushValues(f, base, slot, q, first, queued)
    for (let i = 0; i < queued; i++) {
      const entry = first + i * layout.ENTRY_WORDS
      const hashA = waiting.i32[2 * entry + 4]!
      const hashB = waiting.i32[2 * entry + 5]!
      if ((hashA | hashB) !== 0) this.#observeSubject(f, base, slot, hashA, hashB, q[entry]!)
    }
  }

  #flushErrors(
    f: Float64Array,
    base: number,
    slot: number,
    q: Float64Array,
    first: number,
    queued: number,
    errorBits: number,
  ): void {
    const at = base + layout.ERRORS_AT
    f[base + layout.HAS] = f[base + layout.HAS]! | ERROR
    if (errorBits === 0 && errors.isIdle(f, at)) {
      errors.pass(f, at, queued)
      return
    }
    const score = errors.observeMany(f, at, errorBits, q, first, layout.ENTRY_WORDS, queued)
    if (score > 0) this.#score(f, base, slot, ERRORS, score, q[first + (queued - 1) * layout.ENTRY_WORDS]!)
  }

  /** Time passes for a series: bins close and silence counts. */
  elapse(slot: number, atMs: number): void {
    const timeMs = atMs > this.#cutFromMs && atMs < this.#cutToMs ? this.#cutFromMs : atMs
    const waiting = this.intake.chunk(slot)
    const from = this.intake.base(slot)
    const queued = waiting.f64[from + layout.QUEUED]!
    this.rowTimeMs = Number.NaN
    if (queued > 0) this.#flush(slot, waiting, from, queued)
    const chunk = this.core.chunk(slot)
    const f = chunk.f64
    const base = this.core.base(slot)
    if (!(timeMs > f[base + layout.BURST + burst.LAST_MS]!)) return
    if (f[base + layout.BURST + burst.LAST_MS]! < this.#cutToMs && timeMs >= this.#cutToMs)
      this.#skipCut(slot, chunk, base)
    if (timeMs >= f[base + layout.BASELINE + baseline.BIN_END_MS]!) this.#closeBins(slot, chunk, base, timeMs)
    burst.elapse(f, base + layout.BURST, timeMs)
    if (burst.scores[burst.DOWN]! > CHECKED_NATS)
      this.#score(f, base, slot, DOWN, this.#downScore(f, base), timeMs)
  }

  /** Soonest time at which silence could be an alarm, ms since epoch: no raw score grows by more than a nat an event expected. */
  silenceAtMs(slot: number): number {
    const { f64 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    const lambda = f64[base + layout.BURST + burst.LAMBDA]!
    const limit = f64[base + layout.LIMIT + DOWN]!
    if (lambda <= 0 || limit === Infinity || f64[base + layout.OPEN]! > 0) return Infinity
    const raw = maxOf(f64, base + layout.BURST + burst.S + burst.UPS, burst.BANK - burst.UPS)
    // by then the window is about limit / lambda long, and so is its penalty
    const left = limit - raw + lookPenalty(limit / lambda)
    return f64[base + layout.BURST + burst.LAST_MS]! + Math.max(1, left) / lambda
  }

  /** ms since the last row. */
  silentMs(slot: number, timeMs: number): number {
    return timeMs - this.lastEventMs(slot)
  }

  /** Newest row, ms since epoch. */
  lastEventMs(slot: number): number {
    return this.intake.chunk(slot).f64[this.intake.base(slot) + layout.LAST_EVENT_MS]!
  }

  /** How far behind the watermark rows of the series arrive, ms. */
  delayMs(slot: number): number {
    return this.intake.chunk(slot).f64[this.intake.base(slot) + layout.DELAY_MS]!
  }

  /** A slot for a new series, or -1. */
  alloc(): number {
    const slot = this.core.alloc()
    // allocated and freed together, so the numbers agree
    if (slot >= 0) this.intake.alloc()
    return slot
  }

  free(slot: number): void {
    this.core.free(slot)
    this.intake.free(slot)
  }

  /** Empties a slot that stays in its place. */
  wipe(slot: number): void {
    const { f64 } = this.intake.chunk(slot)
    const base = this.intake.base(slot)
    f64.fill(0, base, base + this.intake.strideWords)
    const { f64: f } = this.core.chunk(slot)
    const at = this.core.base(slot)
    const next = f[at + layout.TIMER_NEXT]!
    const timer = f[at + layout.TIMER_MS]!
    f.fill(0, at, at + this.core.strideWords)
    f[at + layout.TIMER_NEXT] = next
    f[at + layout.TIMER_MS] = timer
  }

  /** Latest score of a detector, nats. */
  scoreOf(slot: number, detector: number): number {
    const { f64 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    if (detector === UP) return this.#upScore(f64, base)
    if (detector === DOWN) return this.#downScore(f64, base)
    const now = f64[base + layout.BURST + burst.LAST_MS]!
    if (detector === ERRORS) return errors.score(f64, base + layout.ERRORS_AT, now)
    if (detector === SUBJECTS) {
      const s = f64[base + layout.SUBJECT_SLOT]! - 1
      return s < 0 ? 0 : sketch.score(this.subjects.chunk(s).f64, this.subjects.base(s), now)
    }
    const v = f64[base + layout.VALUE_SLOT]! - 1
    if (v < 0) return 0
    const g = this.values.chunk(v).f64
    const at = this.values.base(v) + SHIFT_AT
    if (detector === SHIFT) return shift.shiftScore(g, at, now)
    if (detector === TAIL) return Math.max(g[at + shift.TAIL_S]!, g[at + shift.TAIL_S + 1]!)
    return detector === FROZEN ? g[at + shift.FROZEN_S]! : 0
  }

  limitOf(slot: number, detector: number): number {
    return this.core.chunk(slot).f64[this.core.base(slot) + layout.LIMIT + detector]!
  }

  profileOf(slot: number): number {
    return this.core.chunk(slot).f64[this.core.base(slot) + layout.PROFILE]!
  }

  /** True when the last half minute is no longer far from the expected rate. */
  rateRecovered(slot: number): boolean {
    const { f64, f32 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    const at = base + layout.BASELINE
    const expected = f64[at + baseline.LAMBDA]! * baseline.BIN_MS * RECOVERY_BINS
    const n = baseline.recentCount(f64, f32, at, 2 * (base + layout.RING_AT), RECOVERY_BINS)
    const spread = 1.5 * Math.sqrt(expected + expected * expected * baseline.variance(f64, at, 1))
    return n < 1.25 * expected + spread + 1 && n > 0.75 * expected - spread && (n > 0 || expected < 1)
  }

  /**
   * While a finding is open: when the boldest member of a bank that was past its limit is back down, the anomaly is
   * over, and the timid members, which would take long to sink, forget it too.
   */
  settle(slot: number): void {
    const { f64 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    const now = f64[base + layout.BURST + burst.LAST_MS]!
    const at = base + layout.ERRORS_AT
    const limit = f64[base + layout.LIMIT + ERRORS]!
    for (let i = errors.BANK; i > f64[at + errors.TOP]!; i--)
      if (errors.memberScore(f64, at, i - 1, now) > limit) f64[at + errors.TOP] = i
    const boldest = f64[at + errors.TOP]!
    if (boldest > 0 && errors.memberScore(f64, at, boldest - 1, now) < CLOSE_FRACTION * limit)
      errors.clear(f64, at)
    const v = f64[base + layout.VALUE_SLOT]! - 1
    if (v < 0) return
    const g = this.values.chunk(v).f64
    const to = this.values.base(v) + SHIFT_AT
    shift.settle(g, to, now, f64[base + layout.LIMIT + SHIFT]!, CLOSE_FRACTION)
  }

  /** Mean rate of the last `bins` bins and the running one, events per s. */
  recentPerS(slot: number, timeMs: number, bins: number): number {
    const { f64, f32 } = this.core.chunk(slot)
    return recentPerS(f64, f32, this.core.base(slot), timeMs, bins)
  }

  /** The last five minutes: events per s, or bin means of the value. */
  curveOf(slot: number, ofValue: boolean): AnomalyFinding['curve'] {
    const { f64, f32 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    const at = base + layout.BASELINE
    const bins = f64[at + baseline.BINS]!
    const v = f64[base + layout.VALUE_SLOT]! - 1
    const means = ofValue && v >= 0
    const ring = means ? 2 * (this.values.base(v) + VALUE_RING_AT) : 2 * (base + layout.RING_AT)
    const from = means ? this.values.chunk(v).f32 : f32
    const values: number[] = []
    for (let i = Math.min(CURVE_BINS, bins); i > 0; i--) {
      const x = from[ring + ((bins - i) & (baseline.RING - 1))]!
      if (!means) values.push(Number(((x < 0 ? -1 - x : x) / (baseline.BIN_MS / 1000)).toPrecision(4)))
      else values.push(Number.isFinite(x) ? Number(x.toPrecision(4)) : (values.at(-1) ?? 0))
    }
    const endMs = f64[at + baseline.BIN_END_MS]! - baseline.BIN_MS
    return values.length === 0 ? null : { stepMs: baseline.BIN_MS, endMs, values }
  }

  /** Forgets the evidence of a family, so that its finding can close. */
  clear(slot: number, family: number): void {
    const { f64 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    if (family === RATE) burst.clear(f64, base + layout.BURST)
    if (family === ERROR) errors.clear(f64, base + layout.ERRORS_AT)
    const v = f64[base + layout.VALUE_SLOT]! - 1
    if (family === VALUE && v >= 0) shift.clear(this.values.chunk(v).f64, this.values.base(v) + SHIFT_AT)
    const s = f64[base + layout.SUBJECT_SLOT]! - 1
    if (family === SUBJECT && s >= 0) this.subjects.chunk(s).f64[this.subjects.base(s) + sketch.SCORE] = 0
  }

  /** A finding was opened by a detector. */
  alarmed(slot: number, detector: number): void {
    const { f64 } = this.core.chunk(slot)
    const at = layout.tailAt(this.core.base(slot), detector) + tail.ALARMS
    f64[at] = f64[at]! + 1
  }

  /** What was unusual for long is the new usual. */
  relearn(slot: number, family: number): void {
    const { f64, f32 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    this.clear(slot, family)
    if (family === RATE) {
      baseline.relearn(f64, f32, base + layout.BASELINE, 2 * (base + layout.RING_AT))
      this.#prepareRate(f64, base)
    }
    if (family === ERROR) errors.reset(f64, base + layout.ERRORS_AT)
    const v = f64[base + layout.VALUE_SLOT]! - 1
    if (family === VALUE && v >= 0) shift.relearn(this.values.chunk(v).f64, this.values.base(v) + SHIFT_AT)
    const s = f64[base + layout.SUBJECT_SLOT]! - 1
    if (family === SUBJECT && s >= 0) {
      const g = this.subjects.chunk(s).f64
      const at = this.subjects.base(s)
      g[at + sketch.NEW_WEIGHT] = 1
      g[at + sketch.WEIGHT] = 1
      sketch.prepare(g, at)
    }
    this.#setLimits(f64, base, f64[base + layout.BURST + burst.LAST_MS]!)
  }

  /** HyperLogLog precision of the subject sketches. */
  get precision(): number {
    return this.#settings.precision
  }

  get stateBytes(): number {
    return this.intake.stateBytes + this.core.stateBytes + this.values.stateBytes + this.subjects.stateBytes
  }

  #score(f: Float64Array, base: number, slot: number, detector: number, score: number, timeMs: number): void {
    if (score <= 0) return
    const peak = base + layout.PEAK + detector
    if (score > f[peak]!) f[peak] = score
    if (score > f[base + layout.LIMIT + detector]!) this.keeper.exceed(slot, detector, score, timeMs)
  }

  #upScore(f: Float64Array, base: number): number {
    return rate.upScore(f, base + layout.BURST, base + layout.BASELINE)
  }

  #downScore(f: Float64Array, base: number): number {
    return rate.downScore(f, base + layout.BURST, base + layout.BASELINE)
  }

  #flushValues(
    f: Float64Array,
    base: number,
    slot: number,
    q: Float64Array,
    first: number,
    queued: number,
  ): void {
    let sum = 0
    let n = 0
    let last = 0
    for (let i = 0; i < queued; i++) {
      const value = q[first + i * layout.ENTRY_WORDS + 1]!
      if (value - value !== 0) continue
      sum += value
      n++
      last = value
    }
    if (n === 0) return
    let v = f[base + layout.VALUE_SLOT]! - 1
    if (v < 0) v = this.#beginValues(f, base)
    if (v < 0) return
    const values = this.values
    const chunk = values.chunks[v >> values.shift]!
    const g = chunk.f64
    const at = (v & values.mask) * values.strideWords
    const t = q[first + (queued - 1) * layout.ENTRY_WORDS]!
    g[at + BIN_SUM] = g[at + BIN_SUM]! + sum
    g[at + BIN_VALUES] = g[at + BIN_VALUES]! + n
    const learn = (f[base + layout.SPOILT]! & VALUE) === 0 || f[base + layout.OPEN] === 0
    shift.observeMany(g, at + SHIFT_AT, q, first, layout.ENTRY_WORDS, queued, learn)
    const scores = shift.scores
    const frozen = scores[shift.FROZEN]!
    const tails = scores[shift.TAIL]!
    if (scores[shift.SHIFT]! > 0) this.#score(f, base, slot, SHIFT, scores[shift.SHIFT]!, t)
    if (tails > 0) this.#score(f, base, slot, TAIL, tails, t)
    if (frozen > 0) this.#score(f, base, slot, FROZEN, frozen, t)
    // a histogram that remembers thousands of values need not see every one of a busy series
    const claimed = this.rowTimeMs > 0 ? this.rowTimeMs : t
    const rare = histogram.observeValue(g, chunk.f32, at + HISTOGRAM_AT, last, claimed)
    this.valueSurprise = rare
    if (rare > 0) this.#score(f, base, slot, RARE, rare, t)
  }

  /** The first value of a series. @returns slot in the value arena, or -1 */
  #beginValues(f: Float64Array, base: number): number {
    const v = this.values.alloc()
    if (v < 0) return -1
    f[base + layout.VALUE_SLOT] = v + 1
    f[base + layout.HAS] = f[base + layout.HAS]! | VALUE
    const { f64, f32 } = this.values.chunk(v)
    shift.reset(f64, this.values.base(v) + SHIFT_AT)
    histogram.reset(f64, f32, this.values.base(v) + HISTOGRAM_AT)
    return v
  }

  #observeSubject(f: Float64Array, base: number, slot: number, a: number, b: number, timeMs: number): void {
    let s = f[base + layout.SUBJECT_SLOT]! - 1
    const subjects = this.subjects
    const precision = this.#settings.precision
    if (s < 0) {
      s = subjects.alloc()
      if (s < 0) return
      f[base + layout.SUBJECT_SLOT] = s + 1
      f[base + layout.HAS] = f[base + layout.HAS]! | SUBJECT
      sketch.reset(subjects.chunk(s).f64, subjects.base(s), precision, timeMs)
    }
    const chunk = subjects.chunks[s >> subjects.shift]!
    const learn = (f[base + layout.SPOILT]! & SUBJECT) === 0 || f[base + layout.OPEN] === 0
    const score = sketch.observe(
      chunk.f64,
      chunk.u8,
      (s & subjects.mask) * subjects.strideWords,
      precision,
      a,
      b,
      timeMs,
      learn,
    )
    this.#score(f, base, slot, SUBJECTS, score, timeMs)
  }

  #closeBins(slot: number, chunk: Chunk, base: number, timeMs: number, unseen = false): void {
    const f = chunk.f64
    const at = base + layout.BASELINE
    if ((timeMs - f[at + baseline.BIN_END_MS]!) / baseline.BIN_MS > GAP_BINS_MAX)
      this.#skipGap(f, chunk, base, timeMs)
    while (timeMs >= f[at + baseline.BIN_END_MS]!) {
      const end = f[at + baseline.BIN_END_MS]!
      const spoilt = f[base + layout.OPEN]! > 0 ? f[base + layout.SPOILT]! : 0
      const bins = f[at + baseline.BINS]! + 1
      const frozen = unseen || (spoilt & RATE) !== 0
      baseline.closeBin(
        f,
        chunk.f32,
        at,
        2 * (base + layout.RING_AT),
        frozen,
        frozen && this.#isHabit(f, base),
      )
      this.#prepareRate(f, base)
      errors.closeBin(f, base + layout.ERRORS_AT, (spoilt & ERROR) === 0, bins)
      this.#closeValueBin(f, base, bins, (spoilt & VALUE) === 0)
      this.#closeSubjectBin(f, base, end)
      const delay = this.intake.base(slot) + layout.DELAY_MS
      const { f64: q } = this.intake.chunk(slot)
      q[delay] = q[delay]! * 0.98
      if (bins % BLOCK_BINS === 0) this.#closeBlock(f, base)
      this.#setLimits(f, base, end)
      if (f[base + layout.OPEN]! > 0) this.keeper.review(slot, end)
    }
  }

  #skipGap(f: Float64Array, chunk: Chunk, base: number, timeMs: number): void {
    const at = base + layout.BASELINE
    baseline.relearn(f, chunk.f32, at, 2 * (base + layout.RING_AT))
    f[at + baseline.BIN_COUNT] = 0
    f[at + baseline.BIN_END_MS] = Math.floor(timeMs / baseline.BIN_MS) * baseline.BIN_MS
    burst.clear(f, base + layout.BURST)
    f[base + layout.BURST + burst.LAST_MS] = timeMs
  }

  #closeValueBin(f: Float64Array, base: number, bins: number, learn: boolean): void {
    const v = f[base + layout.VALUE_SLOT]! - 1
    if (v < 0) return
    const { f64, f32 } = this.values.chunk(v)
    const at = this.values.base(v)
    const n = f64[at + BIN_VALUES]!
    f32[2 * (at + VALUE_RING_AT) + ((bins - 1) & (baseline.RING - 1))] =
      n > 0 ? f64[at + BIN_SUM]! / n : Number.NaN
    f64[at + BIN_SUM] = 0
    f64[at + BIN_VALUES] = 0
    shift.closeBin(f64, at + SHIFT_AT, learn, bins)
  }

  #closeSubjectBin(f: Float64Array, base: number, timeMs: number): void {
    const s = f[base + layout.SUBJECT_SLOT]! - 1
    if (s < 0) return
    const { f64, u8 } = this.subjects.chunk(s)
    const at = this.subjects.base(s)
    if (sketch.isDue(f64, at, timeMs, this.#settings.sketchPeriodMs))
      sketch.rotate(f64, u8, at, this.#settings.precision, timeMs)
    else sketch.prepare(f64, at)
  }

  #closeBlock(f: Float64Array, base: number): void {
    const open = f[base + layout.OPEN]! > 0
    const spoilt = f[base + layout.SPOILT]!
    const logBlocks = this.#logBlocks(f, base)
    for (let d = 0; d < DETECTORS; d++) {
      const family = FAMILIES[d]!
      const counts =
        (f[base + layout.HAS]! & family) !== 0 &&
        (spoilt & family) === 0 &&
        f[base + layout.LIMIT + d] !== Infinity
      tail.closeBlock(f, layout.tailAt(base, d), f[base + layout.PEAK + d]!, counts, logBlocks)
      f[base + layout.PEAK + d] = 0
    }
    if (!open) f[base + layout.SPOILT] = 0
  }

  /** ln of how many blocks per alarm, over the detectors that share the budget. */
  #logBlocks(f: Float64Array, base: number): number {
    const has = f[base + layout.HAS]!
    let detectors = 0
    for (let d = 0; d < DETECTORS; d++)
      if ((has & FAMILIES[d]!) !== 0) detectors += tail.activity(f, layout.tailAt(base, d))
    const blocks = ((1 - tail.QUANTILE) * detectors) / (this.#settings.alarmsPerMs * tail.BLOCK_MS)
    return Math.log(Math.max(blocks, 2))
  }

  #isHabit(f: Float64Array, base: number): boolean {
    return tail.isHabit(f, layout.tailAt(base, UP)) || tail.isHabit(f, layout.tailAt(base, DOWN))
  }

  #prepareRate(f: Float64Array, base: number): void {
    f[base + layout.BURST + burst.LAMBDA] = f[base + layout.BASELINE + baseline.LAMBDA]!
  }

  #setLimits(f: Float64Array, base: number, timeMs: number): void {
    const age = timeMs - f[base + layout.BORN_MS]!
    const youth = age > 12 * YOUTH_MS ? 1 : 1 + YOUTH * Math.exp(-age / YOUTH_MS)
    const warm = f[base + layout.EVENTS]! >= READY_EVENTS
    const rated = f[base + layout.BASELINE + baseline.BINS]! >= READY_BINS
    for (let d = 0; d < DETECTORS; d++) {
      const ready = d === UP || d === DOWN ? rated : warm
      const limit = ready ? f[layout.tailAt(base, d) + tail.THRESHOLD]! * youth : Infinity
      f[base + layout.LIMIT + d] = limit
    }
  }
}

/** Scores under this part of their limit count as back to normal. */
export const CLOSE_FRACTION = 0.3

function maxOf(f: Float64Array, from: number, n: number): number {
  let best = 0
  for (let i = from; i < from + n; i++) if (f[i]! > best) best = f[i]!
  return best
}
