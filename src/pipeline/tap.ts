import type { RecordBatch } from '../columns/record-batch.ts'
import { SIGNAL_NAMES } from '../columns/record-batch.ts'
import type { Random } from '../core/clock.ts'
import { serviceOf, type TapMask, type TapRecord, tapRecord } from './tap-record.ts'

export interface TapFilter {
  readonly signal?: string
  /** Exactly this `service.name`. */
  readonly service?: string
  /** Most records a second. */
  readonly perSecond: number
}

interface Listener {
  readonly filter: TapFilter
  readonly hear: (record: TapRecord) => void
  /** Records that may be told now; grows with time up to `perSecond`. */
  tokens: number
  refilledMs: number
}

/** Rows of one batch that are looked at for a listener with a filter. */
const ROWS_TRIED = 64
/** Most records of one batch for one listener, so that a sample is of many requests. */
const RECORDS_A_BATCH = 2

/** A look into the stream for people: a few random records, masked. While nobody listens it costs one test a batch. */
export class Tap {
  readonly #listeners = new Set<Listener>()
  readonly #mask: TapMask
  readonly #random: Random
  readonly #serviceKey: number

  /** @param serviceKey id of `service.name` in the key table */
  constructor(mask: TapMask, random: Random, serviceKey: number) {
    this.#mask = mask
    this.#random = random
    this.#serviceKey = serviceKey
  }

  get listening(): boolean {
    return this.#listeners.size > 0
  }

  /** @returns ends it; twice is the same */
  listen(filter: TapFilter, hear: (record: TapRecord) => void): () => void {
    const listener = { filter, hear, tokens: filter.perSecond, refilledMs: 0 }
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Shows a decoded batch to whoever listens. Never throws: a defect here must not cost a batch. */
  see(batch: RecordBatch, nowMs: number): void {
    for (const listener of this.#listeners) {
      try {
        this.#show(batch, listener, nowMs)
      } catch {
        this.#listeners.delete(listener)
      }
    }
  }

  #show(batch: RecordBatch, listener: Listener, nowMs: number): void {
    const { filter } = listener
    const grown = Math.max(0, nowMs - listener.refilledMs) * (filter.perSecond / 1000)
    listener.tokens = Math.min(Math.max(1, filter.perSecond), listener.tokens + grown)
    listener.refilledMs = nowMs
    if (batch.count === 0 || (filter.signal !== undefined && filter.signal !== SIGNAL_NAMES[batch.signal]))
      return
    let row = Math.floor(this.#random() * batch.count)
    let told = 0
    for (let tried = 0; tried < Math.min(ROWS_TRIED, batch.count) && listener.tokens >= 1; tried++) {
      if (filter.service === undefined || serviceOf(batch, row, this.#serviceKey) === filter.service) {
        listener.tokens--
        listener.hear(tapRecord(batch, row, this.#mask))
        if (++told === RECORDS_A_BATCH) return
      }
      row = (row + 1) % batch.count
    }
  }
}
