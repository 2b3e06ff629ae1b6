import * as hashModule from '../columns/hash.kernel.ts'
import { hashA, hashB } from '../columns/hash.kernel.ts'
import type { RecordBatch } from '../columns/record-batch.ts'
import * as columns from '../columns/record-batch.ts'
import type { CompiledProfile, Match, ProfilePlan } from './profile-plan.ts'
import * as profilePlanModule from './profile-plan.ts'
import * as registryModule from './registry.ts'
import * as rowFieldsModule from './row-fields.kernel.ts'
import { RowFields } from './row-fields.kernel.ts'

// V8 folds a local constant into hot code; an imported one is loaded and checked at every use.
const { hashBytes } = hashModule
const { NAME_FIELD } = profilePlanModule
const { NO_KEY } = registryModule
const { numberOf } = rowFieldsModule
const {
  ATTR_START,
  ATTR_STRIDE,
  FLAG_CUMULATIVE,
  FLAG_MONOTONIC,
  FLAGS,
  HASH_A,
  HASH_B,
  METRIC_HISTOGRAM,
  METRIC_SUM,
  METRIC_SUMMARY,
  ROW_STRIDE,
  SEVERITY,
  SIGNAL_LOGS,
  SIGNAL_METRICS,
  SIGNAL_SPANS,
  STATUS,
  TEXT_END,
  TEXT_START,
} = columns

/** Rows read ahead: enough that their series come from memory side by side, few enough to stay in the first cache. */
export const BLOCK_ROWS = 32
const ROWS = BLOCK_ROWS
const ERROR_SEVERITY = 17
const STATUS_ERROR = 2
const HTTP_FAILED = 400

/**
 * What a few rows mean to each profile of their signal, before any series is touched: entry
 * `profile * BLOCK_ROWS + row in the block`. Rows that are alike (one resource, the same keys in the same order) are
 * read together, so that what is the same for all of them is worked out once.
 */
export class RowBlock {
  readonly fields: RowFields
  /** Hash of the series key. */
  readonly a: Int32Array
  readonly b: Int32Array
  /** Slot of the series: NO_KEY where the profile does not want the row, else to be filled in. */
  readonly slot: Int32Array
  /** NaN when there is none. */
  readonly value: Float64Array
  /** Hash of the subject; both 0 when there is none. */
  readonly subjectA: Int32Array
  readonly subjectB: Int32Array
  /** By row in the block: 1 for an error, else 0. */
  readonly error = new Int8Array(ROWS)
  readonly #statusPick: number

  constructor(plan: ProfilePlan) {
    const size = ROWS * Math.max(1, plan.profiles.length)
    this.fields = new RowFields(plan)
    this.a = new Int32Array(size)
    this.b = new Int32Array(size)
    this.slot = new Int32Array(size)
    this.value = new Float64Array(size)
    this.subjectA = new Int32Array(size)
    this.subjectB = new Int32Array(size)
    this.#statusPick = plan.statusPick
  }

  /** Fills everything but found slots, for rows [from, to). */
  read(batch: RecordBatch, from: number, to: number, profiles: readonly CompiledProfile[]): void {
    const fields = this.fields
    for (let row = from; row < to; ) {
      fields.read(batch, row)
      let end = row + 1
      while (end < to && fields.isAlike(batch, end)) end++
      this.#readErrors(batch, row, end, row - from)
      for (let p = 0; p < profiles.length; p++)
        this.#readProfile(profiles[p]!, batch, row, end, p * ROWS + row - from)
      row = end
    }
  }

  /** Rows [from, to), all alike. @param first entry of the first */
  #readProfile(profile: CompiledProfile, batch: RecordBatch, from: number, to: number, first: number): void {
    const last = first + to - from
    fill(this.slot, -1, first, last)
    const matches = profile.matches
    for (let i = 0; i < matches.length; i++) if (!this.#match(matches[i]!, batch, from, to, first)) return
    this.#readKeys(profile, batch, from, to, first)
    this.#readValues(profile, batch, from, to, first)
    const { subjectA, subjectB } = this
    const pick = profile.subjectPick
    const where = pick >= 0 ? this.fields.picks.where[pick]! : -1
    if (where < 0) {
      fill(subjectA, 0, first, last)
      fill(subjectB, 0, first, last)
      return
    }
    const own = this.fields.picks.own[pick]!
    const { attrs, rows } = batch
    for (let row = from, i = first; row < to; row++, i++) {
      const o = (where + (rows[row * ROW_STRIDE + ATTR_START]! & own)) * ATTR_STRIDE
      subjectA[i] = attrs[o + HASH_A]!
      subjectB[i] = attrs[o + HASH_B]!
    }
  }

  /** @returns false when none of the rows has the attribute */
  #match(match: Match, batch: RecordBatch, from: number, to: number, first: number): boolean {
    const where = this.fields.fields.where[match.field]!
    if (where < 0) {
      fill(this.slot, NO_KEY, first, first + to - from)
      return false
    }
    if (match.hashes.length === 0) return true
    const own = this.fields.fields.own[match.field]!
    for (let row = from, i = first; row < to; row++, i++) {
      const o = (where + (batch.rows[row * ROW_STRIDE + ATTR_START]! & own)) * ATTR_STRIDE
      const a = batch.attrs[o + HASH_A]
      const b = batch.attrs[o + HASH_B]
      let any = false
      for (const hash of match.hashes) if (hash.a === a && hash.b === b) any = true
      if (!any) this.slot[i] = NO_KEY
    }
    return true
  }

  #readKeys(profile: CompiledProfile, batch: RecordBatch, from: number, to: number, first: number): void {
    const { a, b } = this
    const { attrs, rows } = batch
    const { where, own } = this.fields.fields
    const last = first + to - from
    fill(a, profile.seedA, first, last)
    fill(b, profile.seedB, first, last)
    let same = true
    for (const field of profile.parts) {
      const place = field === NAME_FIELD ? -1 : where[field]!
      const isOwn = field !== NAME_FIELD && own[field] !== 0
      // as long as every row has the same hash, it is worked out for the first and copied before it branches
      const each = field === NAME_FIELD || isOwn
      if (each && same && last - first > 1) {
        fill(a, a[first]!, first, last)
        fill(b, b[first]!, first, last)
      }
      same = same && !each
      const end = same ? first + 1 : last
      for (let row = from, i = first; i < end; row++, i++) {
        let x = 0
        let y = 0
        if (field === NAME_FIELD) {
          const o = row * ROW_STRIDE
          hashBytes(batch.view, batch.bytes, rows[o + TEXT_START]!, rows[o + TEXT_END]!, profile.seedA)
          x = hashA
          y = hashB
        } else if (place >= 0) {
          const o = (place + (isOwn ? rows[row * ROW_STRIDE + ATTR_START]! : 0)) * ATTR_STRIDE
          x = attrs[o + HASH_A]!
          y = attrs[o + HASH_B]!
        }
        const m = Math.imul(a[i]! ^ x, 0x9e3779b1)
        a[i] = m ^ (m >>> 15)
        const n = Math.imul(b[i]! ^ y, 0x85ebca6b)
        b[i] = n ^ (n >>> 13)
      }
    }
    if (!same) return
    fill(a, a[first]!, first, last)
    fill(b, b[first]!, first, last)
  }

  #readValues(profile: CompiledProfile, batch: RecordBatch, from: number, to: number, first: number): void {
    const value = this.value
    const pick = profile.valuePick
    const where = pick >= 0 ? this.fields.picks.where[pick]! : -1
    if (where >= 0) {
      const own = this.fields.picks.own[pick]!
      for (let row = from, i = first; row < to; row++, i++)
        value[i] = numberOf(batch, where + (batch.rows[row * ROW_STRIDE + ATTR_START]! & own))
      return
    }
    for (let row = from, i = first; row < to; row++, i++)
      value[i] = profile.rowValue ? rowValue(batch, row) : Number.NaN
  }

  #readErrors(batch: RecordBatch, from: number, to: number, first: number): void {
    const { error } = this
    const { rows, signal } = batch
    if (signal === SIGNAL_SPANS) {
      for (let row = from, i = first; row < to; row++, i++)
        error[i] = rows[row * ROW_STRIDE + STATUS] === STATUS_ERROR ? 1 : 0
      return
    }
    const where = this.fields.picks.where[this.#statusPick]!
    const own = this.fields.picks.own[this.#statusPick]!
    for (let row = from, i = first; row < to; row++, i++) {
      const o = row * ROW_STRIDE
      const failed = where >= 0 && numberOf(batch, where + (rows[o + ATTR_START]! & own)) >= HTTP_FAILED
      error[i] = failed || (signal === SIGNAL_LOGS && rows[o + SEVERITY]! >= ERROR_SEVERITY) ? 1 : 0
    }
  }
}

/** Span duration or metric point, a histogram's mean; NaN for a running total, see {@link isRunningTotal}. */
function rowValue(batch: RecordBatch, row: number): number {
  if (batch.signal !== SIGNAL_METRICS) return batch.value[row]!
  if (isRunningTotal(batch, row)) return Number.NaN
  const isMany = batch.rows[row * ROW_STRIDE + STATUS]! >= METRIC_HISTOGRAM
  return isMany ? batch.value[row]! / batch.weight[row]! : batch.value[row]!
}

/** True for a metric point that counts from the beginning of the process and never falls. */
export function isRunningTotal(batch: RecordBatch, row: number): boolean {
  const o = row * ROW_STRIDE
  const kind = batch.rows[o + STATUS]!
  const flags = batch.rows[o + FLAGS]!
  if (kind === METRIC_SUMMARY) return true
  if (kind < METRIC_SUM || (flags & FLAG_CUMULATIVE) === 0) return false
  return kind !== METRIC_SUM || (flags & FLAG_MONOTONIC) !== 0
}

/** A few entries; the built-in is for many. */
function fill(array: Int32Array, value: number, from: number, to: number): void {
  for (let i = from; i < to; i++) array[i] = value
}
