import type { AnomalyFinding } from '../core/finding.ts'
import { Arena } from './arena.ts'
import {
  DOWN,
  ERROR,
  ERRORS,
  RATE,
  SUBJECT,
  SUBJECTS,
  TEMPLATE,
  TEMPLATES,
  UP,
  VALUE,
} from './detector-table.ts'
import { recentPerS } from './evidence.ts'
import * as burst from './ewma-cusum/ewma-cusum.kernel.ts'
import * as baseline from './holt-winters/baseline.kernel.ts'
import * as errors from './mix/errors.kernel.ts'
import type { BandSums } from './profile-bands.ts'
import * as rate from './rate-score.kernel.ts'
import { type FindingKeeper, Scores } from './scores.ts'
import { lateMs, SeriesBins } from './series-bins.ts'
import * as layout from './series-layout.ts'
import { SeriesOrder } from './series-order.ts'
import { SeriesSeason } from './series-season.ts'
import { SubjectFamily } from './subject-family.ts'
import { TemplateFamily } from './template-family.ts'
import { ValueFamily } from './value-family.ts'
import { VALUE_RING_AT } from './value-layout.ts'

export interface SeriesSettings {
  readonly maxSeries: number
  readonly latenessMs: number
  readonly precision: number
  readonly sketchPeriodMs: number
  /** Budget of false alarms per ms for one series. */
  readonly alarmsPerMs: number
  /** False to measure what the season is worth; default true. */
  readonly learnsSeason?: boolean
}

/** Scores under this part of their limit count as back to normal. */
export const CLOSE_FRACTION = 0.3
const RECOVERY_BINS = 3
const CURVE_BINS = 30

/** Where the state of all series lies, how a series begins and ends, and what the finding book reads and resets. */
export abstract class SeriesState {
  readonly intake: Arena
  readonly core: Arena
  readonly values: Arena
  readonly subjects: Arena
  /** HyperLogLog precision of the subject sketches. */
  readonly precision: number
  readonly reorder: Arena
  readonly seasons: Arena
  readonly templates: Arena
  readonly templateFamily: TemplateFamily
  protected readonly order: SeriesOrder
  protected readonly season: SeriesSeason
  protected readonly scores = new Scores()
  protected readonly valueFamily: ValueFamily
  protected readonly subjectFamily: SubjectFamily
  protected readonly bins: SeriesBins

  constructor({ maxSeries, precision, sketchPeriodMs, alarmsPerMs, learnsSeason = true }: SeriesSettings) {
    this.precision = precision
    this.intake = new Arena(layout.INTAKE_WORDS, maxSeries)
    this.core = new Arena(layout.CORE_WORDS, maxSeries)
    this.valueFamily = new ValueFamily(maxSeries, this.scores)
    this.subjectFamily = new SubjectFamily(maxSeries, precision, sketchPeriodMs, this.scores)
    this.order = new SeriesOrder(maxSeries, (slot, times, events) => this.feed(slot, times, events))
    this.reorder = this.order.arena
    this.season = new SeriesSeason(maxSeries, learnsSeason)
    this.seasons = this.season.arena
    this.bins = new SeriesBins(
      this.intake,
      this.order,
      this.season,
      this.valueFamily,
      this.subjectFamily,
      this.scores,
      alarmsPerMs,
    )
    this.values = this.valueFamily.arena
    this.subjects = this.subjectFamily.arena
    this.templateFamily = new TemplateFamily(maxSeries, this.scores)
    this.templates = this.templateFamily.arena
  }

  /** Who keeps findings; to be set before rows arrive. */
  set keeper(keeper: FindingKeeper) {
    this.scores.keeper = keeper
  }

  /** What came and what was expected of a profile. */
  bandOf(profile: number): BandSums {
    return this.bins.bands.of(profile)
  }

  get stateBytes(): number {
    const { intake, core, values, subjects, reorder, seasons, templates } = this
    return [intake, core, values, subjects, reorder, seasons, templates].reduce(
      (sum, arena) => sum + arena.stateBytes,
      0,
    )
  }

  /** Events at times[0], in time order. */
  protected abstract feed(slot: number, times: Float64Array, events: number): void

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

  /**
   * Makes a zeroed slot a series.
   * @param silentMs for how long the stream was watched without a row of it; 0 when unknown
   */
  begin(slot: number, profile: number, timeMs: number, silentMs: number): void {
    const { f64 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    f64[base + layout.PROFILE] = profile
    f64[base + layout.BORN_MS] = timeMs - silentMs
    const { f64: q, i32 } = this.intake.chunk(slot)
    const from = this.intake.base(slot)
    q[from + layout.LAST_EVENT_MS] = timeMs
    q[from + layout.LAST_VALUE] = Number.NaN
    i32[2 * from + layout.REORDER] = -lateMs(0)
    i32[2 * from + layout.STATE] = layout.CAP_MIN << layout.CAP_SHIFT
    burst.reset(f64, base + layout.BURST, timeMs)
    baseline.reset(f64, base + layout.BASELINE, timeMs)
    if (silentMs > 0) baseline.backfill(f64, base + layout.BASELINE, silentMs)
    errors.reset(f64, base + layout.ERRORS_AT)
    f64[base + layout.HAS] = RATE
    this.bins.begin(f64, base, timeMs)
  }

  /** Gives the value and subject slots back; the core slot is the caller's. */
  end(slot: number): void {
    const { f64 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    this.valueFamily.end(f64, base)
    this.subjectFamily.end(f64, base)
    this.season.end(f64, base)
    this.templateFamily.end(f64, base)
    this.order.end(this.intake.chunk(slot).i32, 2 * this.intake.base(slot))
  }

  /** Newest row, ms since epoch. */
  lastEventMs(slot: number): number {
    return this.intake.chunk(slot).f64[this.intake.base(slot) + layout.LAST_EVENT_MS]!
  }

  /** ms since the last row. */
  silentMs(slot: number, timeMs: number): number {
    return timeMs - this.lastEventMs(slot)
  }

  /** How far behind the watermark rows of the series arrive, ms. */
  delayMs(slot: number): number {
    return this.intake.chunk(slot).f32[2 * this.intake.base(slot) + layout.DELAY_MS]!
  }

  profileOf(slot: number): number {
    return this.core.chunk(slot).f64[this.core.base(slot) + layout.PROFILE]!
  }

  limitOf(slot: number, detector: number): number {
    return this.core.chunk(slot).f64[this.core.base(slot) + layout.LIMIT + detector]!
  }

  /** Latest score of a detector, nats. */
  scoreOf(slot: number, detector: number): number {
    const { f64 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    if (detector === UP) return this.upScore(f64, base)
    if (detector === DOWN) return this.downScore(f64, base)
    const now = f64[base + layout.BURST + burst.LAST_MS]!
    if (detector === ERRORS) return errors.score(f64, base + layout.ERRORS_AT, now)
    if (detector === TEMPLATES) return this.templateFamily.scoreOf(f64, base, now)
    if (detector === SUBJECTS) return this.subjectFamily.scoreOf(f64, base, now)
    return this.valueFamily.scoreOf(f64, base, detector, now)
  }

  protected upScore(f: Float64Array, base: number): number {
    return rate.upScore(f, base + layout.BURST, base + layout.BASELINE)
  }

  protected downScore(f: Float64Array, base: number): number {
    return rate.downScore(f, base + layout.BURST, base + layout.BASELINE)
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
    this.valueFamily.settle(f64, base, now, CLOSE_FRACTION)
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
    if (family === VALUE) this.valueFamily.clear(f64, base)
    if (family === SUBJECT) this.subjectFamily.clear(f64, base)
    if (family === TEMPLATE) this.templateFamily.clear(f64, base)
  }

  /** A finding that a detector opened with at least `nats` is over. */
  alarmed(slot: number, detector: number, nats: number): void {
    this.bins.alarmed(this.core.chunk(slot).f64, this.core.base(slot), detector, nats)
  }

  /** What was unusual for long is the new usual. */
  relearn(slot: number, family: number): void {
    const { f64, f32 } = this.core.chunk(slot)
    const base = this.core.base(slot)
    this.clear(slot, family)
    if (family === RATE) {
      baseline.relearn(f64, f32, base + layout.BASELINE, 2 * (base + layout.RING_AT))
      this.bins.expect(f64, base)
    }
    if (family === ERROR) errors.reset(f64, base + layout.ERRORS_AT)
    if (family === VALUE) this.valueFamily.relearn(f64, base)
    if (family === SUBJECT) this.subjectFamily.relearn(f64, base)
    this.bins.setLimits(f64, base, f64[base + layout.BURST + burst.LAST_MS]!)
  }
}
