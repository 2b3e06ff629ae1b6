import {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  KEY,
  NESTED,
  RES_ATTR_END,
  RES_ATTR_START,
  RESOURCE,
  RESOURCE_STRIDE,
  type RecordBatch,
  ROW_STRIDE,
  TYPE,
  VALUE_DOUBLE,
  VALUE_INT,
  VALUE_STRING,
} from '../columns/record-batch.ts'
import type { ProfilePlan } from './profile-plan.ts'

/**
 * Where the attributes that profiles name are in one row, its own before its resource's. A resource is read once for
 * as many rows as follow each other with it.
 */
export class RowFields {
  /** By field: attribute row, or -1. */
  readonly at: Int32Array
  /** By pick: attribute row of the first candidate present, or -1. */
  readonly picked: Int32Array
  readonly #plan: ProfilePlan
  readonly #resourceAt: Int32Array
  readonly #resourcePicked: Int32Array
  readonly #rank: Uint8Array
  readonly #resourceRank: Uint8Array
  #resource = -2
  #dirty = true

  constructor(plan: ProfilePlan) {
    this.#plan = plan
    this.at = new Int32Array(plan.fields)
    this.picked = new Int32Array(plan.picks)
    this.#resourceAt = new Int32Array(plan.fields)
    this.#resourcePicked = new Int32Array(plan.picks)
    this.#rank = new Uint8Array(plan.picks)
    this.#resourceRank = new Uint8Array(plan.picks)
  }

  /** Call once before the rows of a batch. */
  start(): void {
    this.#resource = -2
    this.#dirty = true
  }

  read(batch: RecordBatch, row: number): void {
    const o = row * ROW_STRIDE
    const resource = batch.rows[o + RESOURCE]!
    if (resource !== this.#resource) this.#readResource(batch, resource)
    else if (this.#dirty) this.#restore()
    this.#dirty = this.#scan(batch, batch.rows[o + ATTR_START]!, batch.rows[o + ATTR_END]!)
  }

  #readResource(batch: RecordBatch, resource: number): void {
    this.#resource = resource
    this.at.fill(-1)
    this.picked.fill(-1)
    this.#rank.fill(255)
    if (resource >= 0 && resource < batch.resourceCount) {
      const r = resource * RESOURCE_STRIDE
      this.#scan(batch, batch.resources[r + RES_ATTR_START]!, batch.resources[r + RES_ATTR_END]!)
    }
    this.#resourceAt.set(this.at)
    this.#resourcePicked.set(this.picked)
    this.#resourceRank.set(this.#rank)
    // a row's own attribute wins over its resource's whatever its rank
    this.#rank.fill(255)
  }

  #restore(): void {
    const { at, picked } = this
    for (let i = 0; i < at.length; i++) at[i] = this.#resourceAt[i]!
    for (let i = 0; i < picked.length; i++) {
      picked[i] = this.#resourcePicked[i]!
      this.#rank[i] = 255
    }
  }

  #scan(batch: RecordBatch, from: number, to: number): boolean {
    const { fieldOfKey, fields, picks, rank } = this.#plan
    const attrs = batch.attrs
    let found = false
    for (let a = from; a < to; a++) {
      const o = a * ATTR_STRIDE
      const field = fieldOfKey[attrs[o + KEY]!]! - 1
      if (field < 0 || attrs[o + TYPE]! >= NESTED) continue
      found = true
      this.at[field] = a
      for (let p = 0; p < picks; p++) {
        const r = rank[p * fields + field]!
        if (r !== 0 && r < this.#rank[p]!) {
          this.#rank[p] = r
          this.picked[p] = a
        }
      }
    }
    return found
  }
}

/** The attribute's number; a decimal string counts. NaN when it is none. */
export function numberOf(batch: RecordBatch, attr: number): number {
  const type = batch.attrs[attr * ATTR_STRIDE + TYPE]!
  if (type === VALUE_INT || type === VALUE_DOUBLE) return batch.number[attr]!
  return type === VALUE_STRING ? parseDecimal(batch, attr) : Number.NaN
}

const ZERO = 48
const DOT = 46
const MINUS = 45
const DIGITS_MAX = 17

/** `-12.5` and the like, without an exponent. */
function parseDecimal(batch: RecordBatch, attr: number): number {
  const o = attr * ATTR_STRIDE
  let p = batch.attrs[o + 2]!
  const end = batch.attrs[o + 3]!
  if (end <= p || end - p > DIGITS_MAX) return Number.NaN
  const bytes = batch.bytes
  const negative = bytes[p] === MINUS
  if (negative) p++
  let digits = 0
  let scale = 0
  let x = 0
  for (; p < end; p++) {
    const c = bytes[p]! - ZERO
    if (c >= 0 && c <= 9) {
      x = x * 10 + c
      digits++
      scale *= 10
    } else if (bytes[p] === DOT && scale === 0) scale = 1
    else return Number.NaN
  }
  if (digits === 0) return Number.NaN
  if (scale > 1) x /= scale
  return negative ? -x : x
}
