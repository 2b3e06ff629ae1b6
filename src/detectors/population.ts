import type { RecordBatch } from '../columns/record-batch.ts'
import type { FindingBook } from './findings.ts'
import { BIN_MS } from './holt-winters/baseline.kernel.ts'
import type { CompiledProfile } from './profile-plan.ts'
import { Registry } from './registry.ts'
import type { SeriesStore } from './series.ts'
import { EVENTS } from './series-layout.ts'
import type { SeriesNames } from './series-names.ts'
import type { TimerWheel } from './timer-wheel.ts'

/** A series of a stream watched for this long was silent before its first row. */
const WATCHED_MS = 120_000
/** Series with few rows give way after this when the table is full, busy ones after IDLE_MS. */
const STRAY_EVENTS = 3
const STRAY_MS = 60_000
const IDLE_MS = 600_000
const EVICT_TRIES = 16
const DAY_MS = 86_400_000

export interface PopulationParts {
  readonly store: SeriesStore
  readonly wheel: TimerWheel
  readonly book: FindingBook
  readonly names: SeriesNames
  readonly profiles: number
  readonly maxSeries: number
}

export interface SavedPopulation {
  readonly hand: number
  readonly evictions: number
  readonly overflowRows: number
  readonly births: readonly number[]
}

/** Which series there are: their births, their ends, and who gives way when the table is full. */
export class Population {
  readonly registry: Registry
  /** Living series by profile. */
  readonly count: Float64Array
  evictions = 0
  /** Rows of new series for which there was no slot, counted once a profile. */
  overflowRows = 0
  readonly #parts: PopulationParts
  /** By profile: births after the stream was watched for a while, fading by the day, and when the last was. */
  readonly #births: Float64Array
  #hand = 0

  constructor(parts: PopulationParts) {
    this.#parts = parts
    this.registry = new Registry(parts.maxSeries)
    this.count = new Float64Array(parts.profiles)
    this.#births = new Float64Array(2 * parts.profiles)
  }

  /**
   * A series for the key (a, b), which has none.
   * @param timeMs of its first row
   * @param watchedMs event time since the stream's first row
   * @returns its slot, or -1 when the table is full of busy ones
   */
  birth(
    profile: CompiledProfile,
    batch: RecordBatch,
    row: number,
    a: number,
    b: number,
    timeMs: number,
    watchedMs: number,
    now: number,
  ): number {
    const { store, wheel, names } = this.#parts
    let slot = store.alloc()
    if (slot >= 0) wheel.schedule(slot, now + BIN_MS)
    else {
      slot = this.#evictIdle(now)
      if (slot < 0) {
        this.overflowRows++
        return -1
      }
    }
    this.registry.add(slot, a, b)
    names.take(slot, profile, batch, row)
    const { index } = profile
    const known = this.count[index]!
    this.count[index] = known + 1
    let silentMs = 0
    if (watchedMs > WATCHED_MS) {
      // many births are no news
      const births = this.#births[2 * index]! * Math.exp((this.#births[2 * index + 1]! - now) / DAY_MS)
      if (births <= 3 + 0.05 * known) silentMs = watchedMs
      this.#births[2 * index] = births + 1
      this.#births[2 * index + 1] = now
    }
    store.begin(slot, index, timeMs, silentMs)
    return slot
  }

  /** The series ends; its slot is the caller's to wipe or free. */
  forget(slot: number, now: number): void {
    const { store, book, names } = this.#parts
    book.drop(slot, now)
    this.registry.remove(slot)
    names.forget(slot)
    this.count[store.profileOf(slot)]!--
    store.end(slot)
    this.evictions++
  }

  save(): SavedPopulation {
    const { evictions, overflowRows } = this
    return { hand: this.#hand, evictions, overflowRows, births: [...this.#births] }
  }

  /**
   * @param live slots of living series, whose state the store already has
   * @param keyTexts by series, in the order of `live`
   * @param keys hashes a, b by slot
   */
  load(saved: SavedPopulation, live: readonly number[], keyTexts: readonly string[], keys: Int32Array): void {
    const { store, names } = this.#parts
    this.#hand = saved.hand
    this.evictions = saved.evictions
    this.overflowRows = saved.overflowRows
    this.#births.set(saved.births)
    this.registry.clear()
    names.load(live, keyTexts)
    this.count.fill(0)
    for (const slot of live) {
      this.registry.add(slot, keys[2 * slot]!, keys[2 * slot + 1]!)
      this.count[store.profileOf(slot)]!++
    }
  }

  /** Looks at a few series for one that is idle. Busy ones stay, however many names somebody invents. */
  #evictIdle(now: number): number {
    const { store } = this.#parts
    store.drain()
    const core = store.core
    for (let i = 0; i < EVICT_TRIES; i++) {
      this.#hand = this.#hand + 1 < core.high ? this.#hand + 1 : 0
      const { f64 } = core.chunk(this.#hand)
      const idleMs = store.silentMs(this.#hand, now)
      if (idleMs < (f64[core.base(this.#hand) + EVENTS]! <= STRAY_EVENTS ? STRAY_MS : IDLE_MS)) continue
      this.forget(this.#hand, now)
      // the slot keeps its place in the timer wheel
      store.wipe(this.#hand)
      return this.#hand
    }
    return -1
  }
}
