import type { Arena, Chunk } from './arena.ts'
import * as tailModule from './calibration/tail.kernel.ts'
import * as detectorTableModule from './detector-table.ts'
import * as burstModule from './ewma-cusum/ewma-cusum.kernel.ts'
import * as baselineModule from './holt-winters/baseline.kernel.ts'
import * as errorsModule from './mix/errors.kernel.ts'
import { ProfileBands } from './profile-bands.ts'
import * as rate from './rate-score.kernel.ts'
import type { Scores } from './scores.ts'
import * as layoutModule from './series-layout.ts'
import type { SeriesOrder } from './series-order.ts'
import type { SeriesSeason } from './series-season.ts'
import type { SubjectFamily } from './subject-family.ts'
import type { ValueFamily } from './value-family.ts'

// V8 folds what a local constant object holds into hot code; what is imported is loaded and checked at every use.
const { DETECTORS, DOWN, ERROR, ERRORS, FAMILIES, RATE, UP, VALUE } = detectorTableModule
const tail = { ...tailModule }
const burst = { ...burstModule }
const baseline = { ...baselineModule }
const errors = { ...errorsModule }
const layout = { ...layoutModule }

/** Blocks an alarm until the first block closed and the detectors at work are known. */
const FIRST_BLOCKS = 400
const READY_BINS = 9
const READY_EVENTS = 150
const BLOCK_BINS = tail.BLOCK_MS / baseline.BIN_MS
/** Limits are this much higher at birth and fall to normal with this time constant. */
const YOUTH = 1.5
const YOUTH_MS = 1_800_000
/** From about this age on, what a series alarms about again and again is how it is. */
const GROWN_MS = 1_200_000
/** A longer gap than this is not closed bin by bin; the series starts over. */
const GAP_BINS_MAX = 2160
const LATE_MS_MAX = 1000
/** A rate whose score is past this part of its limit is in doubt: it is not learned, for this long at most. */
const DOUBT = 0.6
const DOUBT_MS_MAX = 1_800_000
/** How much of the delay of late rows is left after a bin without any. */
const DELAY_KEEP = 0.98

/** What happens to a series every ten seconds, and every five minutes: learning, calibration, limits. */
export class SeriesBins {
  /** What came and what was expected, by profile. */
  readonly bands = new ProfileBands()
  readonly #intake: Arena
  readonly #order: SeriesOrder
  readonly #season: SeriesSeason
  readonly #values: ValueFamily
  readonly #subjects: SubjectFamily
  readonly #scores: Scores
  readonly #alarmsPerMs: number

  /** @param alarmsPerMs budget of false alarms for one series */
  constructor(
    intake: Arena,
    order: SeriesOrder,
    season: SeriesSeason,
    values: ValueFamily,
    subjects: SubjectFamily,
    scores: Scores,
    alarmsPerMs: number,
  ) {
    this.#intake = intake
    this.#order = order
    this.#season = season
    this.#values = values
    this.#subjects = subjects
    this.#scores = scores
    this.#alarmsPerMs = alarmsPerMs
  }

  /** Calibration and limits of a new series. */
  begin(f: Float64Array, base: number, timeMs: number): void {
    for (let d = 0; d < DETECTORS; d++) tail.reset(f, layout.tailAt(base, d), Math.log(FIRST_BLOCKS))
    this.expect(f, base)
    this.setLimits(f, base, timeMs)
  }

  /** Closes every bin that ends at or before `timeMs`. @param unseen nobody could have seen a row since */
  close(slot: number, chunk: Chunk, base: number, timeMs: number, unseen = false): void {
    const f = chunk.f64
    const at = base + layout.BASELINE
    if ((timeMs - f[at + baseline.BIN_END_MS]!) / baseline.BIN_MS > GAP_BINS_MAX)
      this.#skipGap(f, chunk, base, timeMs)
    while (timeMs >= f[at + baseline.BIN_END_MS]!) {
      const end = f[at + baseline.BIN_END_MS]!
      const spoilt = f[base + layout.OPEN]! > 0 ? f[base + layout.SPOILT]! : 0
      const bins = f[at + baseline.BINS]! + 1
      const doubtMs = this.#doubtMs(f, base)
      const known = unseen || (spoilt & RATE) !== 0
      const frozen = known || doubtMs > 0
      if (!unseen) this.bands.take(f, at, f[base + layout.PROFILE]!)
      const ring = 2 * (base + layout.RING_AT)
      if (doubtMs > 0) baseline.doubt(f, chunk.f32, at, ring, doubtMs)
      this.#season.closeBin(chunk, base, end, unseen)
      baseline.closeBin(f, chunk.f32, at, ring, frozen, !known)
      this.expect(f, base)
      errors.closeBin(f, base + layout.ERRORS_AT, (spoilt & ERROR) === 0, bins)
      // what a new series holds against a ratio that it has not learned is no evidence
      if (f[base + layout.LIMIT + ERRORS] === Infinity) errors.clear(f, base + layout.ERRORS_AT)
      this.#values.closeBin(f, base, bins, (spoilt & VALUE) === 0)
      this.#subjects.closeBin(f, base, end)
      this.#closeIntakeBin(slot, f[at + baseline.LAMBDA]!)
      if (bins % BLOCK_BINS === 0) this.#closeBlock(f, base)
      this.setLimits(f, base, end)
      if (f[base + layout.OPEN]! > 0) this.#scores.keeper.review(slot, end)
    }
  }

  /** Window of a rate that is about to be a finding, ms: not to be learned, or a slow change would be the new usual first. */
  #doubtMs(f: Float64Array, base: number): number {
    const burstAt = base + layout.BURST
    const at = base + layout.BASELINE
    const limits = base + layout.LIMIT
    let doubtMs = 0
    if (rate.upScore(f, burstAt, at) > DOUBT * f[limits + UP]!) doubtMs = rate.windowMs()
    if (rate.downScore(f, burstAt, at) > DOUBT * f[limits + DOWN]!)
      doubtMs = Math.max(doubtMs, rate.windowMs())
    return doubtMs < DOUBT_MS_MAX ? doubtMs : 0
  }

  /** @param perMs events expected */
  #closeIntakeBin(slot: number, perMs: number): void {
    const { f32, i32 } = this.#intake.chunk(slot)
    const head = 2 * this.#intake.base(slot)
    f32[head + layout.DELAY_MS] = f32[head + layout.DELAY_MS]! * DELAY_KEEP
    const r = i32[head + layout.REORDER]! - 1
    if (r >= 0) this.#order.closeBin(r)
    else i32[head + layout.REORDER] = -lateMs(perMs)
  }

  /** The inter-arrival bank expects what the baseline does. */
  expect(f: Float64Array, base: number): void {
    f[base + layout.BURST + burst.LAMBDA] = f[base + layout.BASELINE + baseline.LAMBDA]!
  }

  setLimits(f: Float64Array, base: number, timeMs: number): void {
    const age = timeMs - f[base + layout.BORN_MS]!
    const youth = age > 12 * YOUTH_MS ? 1 : 1 + YOUTH * Math.exp(-age / YOUTH_MS)
    const warm = f[base + layout.EVENTS]! >= READY_EVENTS
    const rated = f[base + layout.BASELINE + baseline.BINS]! >= READY_BINS
    for (let d = 0; d < DETECTORS; d++) {
      const ready = d === UP || d === DOWN ? rated : warm && (rated || d !== ERRORS)
      const limit = ready ? f[layout.tailAt(base, d) + tail.THRESHOLD]! * youth : Infinity
      f[base + layout.LIMIT + d] = limit
    }
  }

  /** A finding that a detector opened with at least `nats` is over. */
  alarmed(f: Float64Array, base: number, detector: number, nats: number): void {
    const now = f[base + layout.BURST + burst.LAST_MS]!
    const age = (now - f[base + layout.BORN_MS]!) / GROWN_MS
    const weight = 1 - 1 / (1 + age ** 4)
    tail.alarm(f, layout.tailAt(base, detector), nats, weight, this.#logBlocks(f, base))
    this.setLimits(f, base, now)
  }

  #skipGap(f: Float64Array, chunk: Chunk, base: number, timeMs: number): void {
    const at = base + layout.BASELINE
    baseline.relearn(f, chunk.f32, at, 2 * (base + layout.RING_AT))
    f[at + baseline.BIN_COUNT] = 0
    f[at + baseline.BIN_END_MS] = Math.floor(timeMs / baseline.BIN_MS) * baseline.BIN_MS
    burst.clear(f, base + layout.BURST)
    f[base + layout.BURST + burst.LAST_MS] = timeMs
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
    const blocks = ((1 - tail.QUANTILE) * detectors) / (this.#alarmsPerMs * tail.BLOCK_MS)
    return Math.log(Math.max(blocks, 2))
  }
}

/** How late a row may be and still count as of now: less than the usual distance of two rows says nothing. ms */
export function lateMs(perMs: number): number {
  return perMs * LATE_MS_MAX > 1 ? Math.floor(1 / perMs) : LATE_MS_MAX
}
