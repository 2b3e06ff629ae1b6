import type { KeyTable } from '../columns/key-table.ts'
import type { RecordBatch } from '../columns/record-batch.ts'
import * as recordBatchModule from '../columns/record-batch.ts'
import type {
  DetectorStage,
  DetectorStatus,
  ProfileBand,
  RowScores,
  SeriesView,
  StateReading,
} from '../columns/stage.ts'
import type { Clock } from '../core/clock.ts'
import type { Finding, FindingEmitter } from '../core/finding.ts'
import type { Arena } from './arena.ts'
import { BUILTIN_PROFILES } from './builtin-profiles.ts'
import type { DetectorsConfig } from './config.ts'
import { UP } from './detector-table.ts'
import { EventClock } from './event-clock.ts'
import { FindingBook, type SavedBook } from './findings.ts'
import * as baselineModule from './holt-winters/baseline.kernel.ts'
import { Population, type SavedPopulation } from './population.ts'
import { type CompiledProfile, type ProfilePlan, planProfiles } from './profile-plan.ts'
import type { Registry } from './registry.ts'
import * as registryModule from './registry.ts'
import * as rowBlockModule from './row-block.ts'
import { RowBlock } from './row-block.ts'
import { rowEvidence } from './row-evidence.ts'
import * as runningTotalModule from './running-total.kernel.ts'
import { SeriesStore } from './series.ts'
import * as layoutModule from './series-layout.ts'
import { SeriesNames } from './series-names.ts'
import { collect, readingOf, readSnapshot, schemaOf } from './snapshot.ts'
import { MANY_SERIES, StreamGap, WORTH_TELLING_MS } from './stream-gap.ts'
import { survey } from './survey.ts'
import * as templateRowsModule from './template-rows.ts'
import { TimerWheel } from './timer-wheel.ts'

// V8 folds what a local constant object holds into hot code; what is imported is loaded and checked at every use.
const { METRIC_SUM, ROW_STRIDE, SEVERITY, SIGNAL_LOGS, SIGNAL_METRICS, STATUS } = recordBatchModule
const { BIN_END_MS, BIN_MS, LAMBDA } = baselineModule
const { NO_KEY } = registryModule
const { BLOCK_ROWS, isRunningTotal } = rowBlockModule
const { since } = runningTotalModule
const layout = { ...layoutModule }
const { observeMessage, observeRare } = templateRowsModule

export interface DetectorDeps {
  readonly keys: KeyTable
  /** Wall time for a live stream; null when replaying, where only event time counts. */
  readonly clock: Clock | null
  /**
   * True where a restored state goes on with the very next record of its stream (Kafka): then no time was missed. False
   * where nobody listened meanwhile (OTLP), and silence during that time says nothing.
   */
  readonly gapless?: boolean
  /** Replaces secrets in series values that are about to be shown. */
  readonly mask?: (text: string) => string
  /** What people's feedback multiplies the limit of a series by, at least 1; by fingerprint of its findings. */
  readonly tolerance?: (fingerprint: string) => number
}

const TIMER_MAX_MS = 240_000
const WARN_SEVERITY = 13
/** The intake of so many series stays in the second-level cache by itself, unless the state of others comes in between. */
const NEAR_SERIES = 20_000
/** Queues emptied with fewer rows than this bring in much state. */
const FEW_ROWS = 3
/** What a step of a snapshot looks at, and what it writes: a millisecond or so. */
const SLOTS_A_STEP = 16_384
const NAMES_A_STEP = 2048

/** The engine: rows to series, time to series, findings out. Reserves its keys in the table when made. */
export function createDetectors(config: DetectorsConfig, deps: DetectorDeps): Detectors {
  return new Detectors(config, deps)
}

interface SavedEngine extends SavedPopulation {
  readonly clock: readonly (number | null)[]
  readonly gap: readonly (number | null)[]
  readonly cut: readonly number[]
  readonly tick: number | null
  readonly lateRows: number
  readonly book: SavedBook
  /** Slots of living series and, in the same order, their key texts. */
  readonly live: readonly number[]
  readonly names: readonly string[]
}

export class Detectors implements DetectorStage {
  readonly #config: DetectorsConfig
  readonly #clock: Clock | null
  readonly #gapless: boolean
  readonly #plan: ProfilePlan
  readonly #block: RowBlock
  readonly #store: SeriesStore
  readonly #book: FindingBook
  readonly #registry: Registry
  readonly #wheel: TimerWheel
  /** Some series was old enough to judge once. */
  #wasReady = false
  readonly #time = new EventClock()
  readonly #gap = new StreamGap()
  readonly #names: SeriesNames
  readonly #population: Population
  /** Queues emptied up to the block before. */
  #flushes = 0
  /** Hash of everything a snapshot must agree with. */
  readonly #schema: number
  readonly #fire = (slot: number, timeMs: number): void => this.#onTimer(slot, timeMs)

  constructor(config: DetectorsConfig, deps: DetectorDeps) {
    const profiles = config.profiles.length > 0 ? config.profiles : BUILTIN_PROFILES
    this.#config = config
    this.#clock = deps.clock
    this.#gapless = deps.gapless ?? false
    this.#plan = planProfiles(profiles, deps.keys)
    this.#block = new RowBlock(this.#plan)
    this.#names = new SeriesNames(this.#plan, this.#block.fields)
    this.#store = new SeriesStore({
      maxSeries: config.maxSeries,
      latenessMs: config.lateness,
      precision: config.sketchPrecision,
      sketchPeriodMs: config.sketchPeriod,
      alarmsPerMs: config.falseAlarms.count / config.falseAlarms.perMs,
    })
    this.#wheel = new TimerWheel(this.#store.core)
    this.#schema = schemaOf({ profiles, precision: config.sketchPrecision, seed: deps.keys.seed })
    this.#book = new FindingBook(this.#store, {
      mask: deps.mask ?? ((text) => text),
      tolerance: deps.tolerance,
      units: (profile) => this.#plan.profiles[profile]!.unit,
      nameOf: (slot) => this.#names.of(slot, this.#store.profileOf(slot)),
    })
    this.#population = new Population({
      store: this.#store,
      wheel: this.#wheel,
      book: this.#book,
      names: this.#names,
      profiles: profiles.length,
      maxSeries: config.maxSeries,
    })
    this.#registry = this.#population.registry
    this.#store.keeper = this.#book
    this.#store.gathers = true
  }

  observe(batch: RecordBatch, emit: FindingEmitter, rows?: RowScores): void {
    const arrivals = this.#clock !== null && batch.rowPerOffset ? batch.arrivedMs : null
    const arrived = this.#clock === null ? Number.NaN : this.#arrivalOf(batch, this.#clock)
    if (arrivals === null) this.#arrive(arrived)
    const book = this.#book
    book.emit = emit
    this.#block.fields.start()
    if (rows !== undefined) {
      rows.score.fill(0, 0, batch.count)
      rows.alert.fill(0, 0, batch.count)
    }
    for (let row = 0; row < batch.count; row += BLOCK_ROWS)
      this.#observeBlock(batch, row, Math.min(row + BLOCK_ROWS, batch.count), arrived, arrivals, rows)
    if (batch.count > 0) book.leave(batch.position(batch.count - 1))
    if (arrivals === null && arrived > 0) this.#time.settle(arrived)
  }

  /** When the batch came to us, or with Kafka to the broker: the same whenever it is read again. */
  #arrivalOf(batch: RecordBatch, clock: Clock): number {
    return batch.receivedMs > 0 ? batch.receivedMs : clock.nowMs()
  }

  /** Time passed up to the arrival, as a tick then would have had it. NaN in replay. */
  #arrive(wallMs: number): void {
    if (!(wallMs > 0)) return
    this.#tickTo(wallMs)
    if (this.#time.nowMs >= this.#nextTickMs) this.#runTimers(this.#time.nowMs)
  }

  get #many(): boolean {
    return this.#registry.size >= MANY_SERIES
  }

  /** The watermark moved by a row. */
  #advance(now: number): void {
    const from = this.#gap.advance(now, this.#many)
    if (Number.isNaN(from)) return
    this.#store.drain()
    this.#store.cutOut(from, now)
    if (now - from >= WORTH_TELLING_MS && this.#many) this.#book.streamSilent(this.#registry.size, from, now)
    this.#book.streamBack(now)
  }

  /** Event time by the wall, held while nothing arrives at all. */
  #tickTo(wallMs: number): void {
    const before = this.#time.nowMs
    this.#time.tick(wallMs)
    const horizon = this.#gap.horizonMs
    if (!this.#many || !(this.#time.nowMs > horizon)) return
    if (this.#time.nowMs - this.#gap.lastMs >= WORTH_TELLING_MS)
      this.#book.streamSilent(this.#registry.size, this.#gap.lastMs, this.#time.nowMs)
    this.#time.nowMs = Math.max(before, horizon)
  }

  tick(nowMs: number, emit: FindingEmitter): void {
    this.#book.emit = emit
    this.#tickTo(nowMs)
    if (this.#time.nowMs >= this.#nextTickMs) this.#runTimers(this.#time.nowMs)
  }

  snapshot(): Uint8Array {
    const steps = this.readState()
    let step = steps.next()
    while (step.done !== true) step = steps.next()
    return collect(step.value)
  }

  *readState(): Generator<void, StateReading> {
    const registry = this.#registry
    const high = this.#store.core.high
    const keys = new Int32Array(high * 2)
    const live: number[] = []
    for (let slot = 0; slot < high; slot++) {
      if (slot % SLOTS_A_STEP === SLOTS_A_STEP - 1) yield
      if (!registry.has(slot)) continue
      keys[2 * slot] = registry.hashA(slot)
      keys[2 * slot + 1] = registry.hashB(slot)
      live.push(slot)
    }
    yield
    const meta: Omit<SavedEngine, 'live' | 'names'> = {
      clock: this.#time.save(),
      gap: this.#gap.save(),
      cut: this.#store.savedCut(),
      tick: this.#wheel.tick,
      lateRows: this.#store.lateRows,
      ...this.#population.save(),
      book: this.#book.save(),
    }
    const text = new TextEncoder()
    const json = [text.encode(`${JSON.stringify(meta).slice(0, -1)},"live":[`)]
    for (const what of ['live', 'names'] as const) {
      if (what === 'names') json.push(text.encode('],"names":['))
      for (let from = 0; from < live.length; from += NAMES_A_STEP) {
        yield
        const slots = live.slice(from, from + NAMES_A_STEP)
        const list = JSON.stringify(what === 'live' ? slots : this.#names.save(slots))
        json.push(text.encode(`${from === 0 ? '' : ','}${list.slice(1, -1)}`))
      }
    }
    json.push(text.encode(']}'))
    return readingOf(this.#schema, json, [this.#wheel.heads, keys], this.#arenas)
  }

  restore(bytes: Uint8Array): void {
    const saved = readSnapshot(bytes, this.#schema, this.#arenas)
    const meta = saved.meta as SavedEngine
    saved.applyArenas()
    this.#time.load(meta.clock, this.#gapless)
    this.#gap.load(meta.gap, !this.#gapless && this.#clock !== null)
    this.#store.cutOut(meta.cut[0] ?? 0, meta.cut[1] ?? 0)
    this.#wheel.tick = meta.tick ?? Number.NaN
    this.#wheel.heads.set(saved.tables[0]!)
    this.#store.lateRows = meta.lateRows
    this.#book.load(meta.book)
    this.#population.load(meta, meta.live, meta.names, saved.tables[1]!)
  }

  openFindings(): readonly Finding[] {
    return this.#book.rendered()
  }

  get #arenas(): readonly Arena[] {
    const { intake, core, values, subjects, reorder, seasons, templates } = this.#store
    return [intake, core, values, subjects, reorder, seasons, templates]
  }

  status(): DetectorStatus {
    const open = this.#plan.profiles.map(() => 0)
    for (const finding of this.#book.open) {
      if (finding !== null) open[this.#store.profileOf(finding.slot)]!++
    }
    return {
      series: this.#registry.size,
      seriesMax: this.#config.maxSeries,
      evictions: this.#population.evictions,
      lateRows: this.#store.lateRows,
      overflowRows: this.#population.overflowRows,
      open: this.#book.openCount,
      stateBytes: this.#store.stateBytes,
      warming: !this.#someReady(),
      profiles: this.#plan.profiles.map((profile, i) => ({
        name: profile.name,
        series: this.#population.count[i]!,
        open: open[i]!,
      })),
    }
  }

  /** The oldest series have the lowest slots: whether any can judge shows in the first few. */
  #someReady(): boolean {
    const high = Math.min(this.#store.core.high, 1024)
    for (let slot = 0; slot < high && !this.#wasReady; slot++) {
      this.#wasReady = this.#registry.has(slot) && Number.isFinite(this.#store.limitOf(slot, UP))
    }
    return this.#wasReady
  }

  bands(): readonly ProfileBand[] {
    return this.#plan.profiles.map(({ name }, i) => ({ profile: name, ...this.#store.bandOf(i) }))
  }

  survey(limit: number): Generator<void, readonly SeriesView[]> {
    return survey(
      {
        store: this.#store,
        has: (slot) => this.#registry.has(slot),
        nowMs: () => this.#time.nowMs,
        nameOf: (slot) => this.#book.nameOf(slot),
      },
      limit,
    )
  }

  get #nextTickMs(): number {
    return Number.isNaN(this.#wheel.tick) ? Number.NEGATIVE_INFINITY : (this.#wheel.tick + 1) * 250
  }

  #runTimers(now: number): void {
    this.#store.drain()
    this.#wheel.start(now)
    this.#wheel.advance(now, this.#fire)
  }

  /** Rows [from, to) of a batch, at most BLOCK_ROWS. */
  #observeBlock(
    batch: RecordBatch,
    from: number,
    to: number,
    arrived: number,
    arrivals: Float64Array | null,
    rows: RowScores | undefined,
  ): void {
    const profiles = this.#plan.bySignal[batch.signal]!
    const block = this.#block
    const store = this.#store
    const book = this.#book
    const registry = this.#registry
    const time = this.#time
    const n = profiles.length
    const isLogs = batch.signal === SIGNAL_LOGS
    const isMetrics = batch.signal === SIGNAL_METRICS
    block.read(batch, from, to, profiles)
    const isFar = registry.size > NEAR_SERIES || FEW_ROWS * (store.flushes - this.#flushes) > n * BLOCK_ROWS
    this.#flushes = store.flushes
    for (let p = 0; p < n; p++) {
      const first = p * BLOCK_ROWS
      registry.findMany(block.a, block.b, block.slot, first, first + to - from)
      if (isFar) store.touch(block.slot, first, first + to - from)
    }
    const removals = registry.removals
    let nextTickMs = this.#nextTickMs
    for (let row = from; row < to; row++) {
      const wall = arrivals === null ? arrived : arrivals[row]!
      if (arrivals !== null) {
        this.#arrive(wall)
        nextTickMs = this.#nextTickMs
      }
      const rowTimeMs = batch.timeMs[row]!
      const timeMs = time.take(rowTimeMs, wall)
      if (arrivals !== null) time.settle(wall)
      if (!(timeMs > 0)) continue
      const now = time.nowMs
      book.batch = batch
      book.row = row
      if (!(now <= this.#gap.lastMs)) this.#advance(now)
      if (!(now < nextTickMs)) {
        this.#runTimers(now)
        nextTickMs = this.#nextTickMs
      }
      store.rowTimeMs = rowTimeMs
      store.timeMs = timeMs
      store.nowMs = now
      const error = block.error[row - from]!
      const isSevere = isLogs && batch.rows[row * ROW_STRIDE + SEVERITY]! >= WARN_SEVERITY
      for (let p = 0; p < n; p++) {
        const e = p * BLOCK_ROWS + row - from
        let slot = block.slot[e]!
        if (slot === NO_KEY) continue
        const profile = profiles[p]!
        if (slot < 0 || registry.removals !== removals) {
          slot = registry.find(block.a[e]!, block.b[e]!)
          if (slot < 0) slot = this.#birth(profile, batch, row, e)
          if (slot < 0) continue
        }
        if (isMetrics && profile.rowValue && isRunningTotal(batch, row))
          block.value[e] = this.#sinceLast(batch, row, slot, timeMs)
        const watched = profile.errors ? error : -1
        const a = block.subjectA[e]!
        const b = block.subjectB[e]!
        if (rows === undefined) store.observe(slot, block.value, e, watched, a, b)
        else this.#scoreRow(rows, row, slot, e, watched, a, b)
        if (isSevere && profile.templates) observeMessage(store, batch, row, slot, timeMs)
        if (profile.rare.length > 0) observeRare(store, profile.rare, batch, row, slot, timeMs)
      }
    }
    store.drain()
  }

  /** What a running total did since the point before. */
  #sinceLast(batch: RecordBatch, row: number, slot: number, timeMs: number): number {
    const { f64 } = this.#store.core.chunk(slot)
    const isSum = batch.rows[row * ROW_STRIDE + STATUS] === METRIC_SUM
    const of = isSum ? timeMs / 1000 : batch.weight[row]!
    return since(f64, this.#store.core.base(slot), batch.value[row]!, of)
  }

  /** One row of a replay: what it says by itself, then what the detectors made of it. */
  #scoreRow(
    rows: RowScores,
    row: number,
    slot: number,
    e: number,
    error: number,
    a: number,
    b: number,
  ): void {
    const store = this.#store
    const value = this.#block.value[e]!
    const mask = this.#book.maskOf(slot)
    const odds = rowEvidence(store, slot, mask, error, value, a, b)
    if (mask !== 0 && odds > 0) rows.alert[row] = 1
    store.valueSurprise = Number.NaN
    store.observe(slot, this.#block.value, e, error, a, b)
    store.drain()
    // a row is as odd as its value, so that scores compare over series; where the value still waits, as what it adds
    const surprise = store.valueSurprise
    const score = Number.isNaN(surprise) || Number.isNaN(value) ? odds : surprise
    if (score > rows.score[row]!) rows.score[row] = score
  }

  #birth(profile: CompiledProfile, batch: RecordBatch, row: number, e: number): number {
    const { timeMs, nowMs } = this.#store
    const watchedMs = timeMs - this.#time.firstMs
    return this.#population.birth(
      profile,
      batch,
      row,
      this.#block.a[e]!,
      this.#block.b[e]!,
      timeMs,
      watchedMs,
      nowMs,
    )
  }

  #onTimer(slot: number, timeMs: number): void {
    const core = this.#store.core
    const { f64 } = core.chunk(slot)
    const base = core.base(slot)
    if (this.#store.silentMs(slot, timeMs) > this.#config.idleAfter) {
      this.#population.forget(slot, timeMs)
      this.#store.free(slot)
      return
    }
    const delay = this.#store.delayMs(slot)
    this.#store.elapse(slot, timeMs - delay)
    const silence = this.#store.silenceAtMs(slot)
    const perMs = f64[base + layout.BASELINE + LAMBDA]!
    const quiet = Math.min(TIMER_MAX_MS, Math.max(BIN_MS, perMs > 0 ? 2 / perMs : 0))
    const bins =
      f64[base + layout.OPEN]! > 0 ? f64[base + layout.BASELINE + BIN_END_MS]! : timeMs - delay + quiet
    this.#wheel.schedule(slot, Math.min(bins, silence + 1) + delay)
  }
}
