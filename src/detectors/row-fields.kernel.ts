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
  /** Fields the last row set itself, to be put back before the next. */
  readonly #touched: Int32Array
  #touchedCount = 0
  #resource = NONE
  /** Attribute rows of the row before, and the array they lie in. */
  #shapeFrom = 0
  #shapeLength = -1
  #shapeAttrs: Int32Array | null = null

  constructor(plan: ProfilePlan) {
    this.#plan = plan
    this.at = new Int32Array(plan.fields)
    this.picked = new Int32Array(plan.picks)
    this.#resourceAt = new Int32Array(plan.fields)
    this.#resourcePicked = new Int32Array(plan.picks)
    this.#rank = new Uint8Array(plan.picks)
    this.#touched = new Int32Array(plan.fields)
  }

  /** Call once before the rows of a batch. */
  start(): void {
    this.#resource = NONE
    this.#shapeLength = -1
  }

  read(batch: RecordBatch, row: number): void {
    const o = row * ROW_STRIDE
    const resource = batch.rows[o + RESOURCE]!
    const from = batch.rows[o + ATTR_START]!
    const to = batch.rows[o + ATTR_END]!
    if (resource !== this.#resource) this.#readResource(batch, resource)
    else if (this.#sameShape(batch.attrs, from, to)) {
      this.#move(from)
      return
    } else this.#restore()
    this.#shapeFrom = from
    this.#shapeLength = to - from
    this.#shapeAttrs = batch.attrs
    this.#scan(batch, from, to)
  }

  /** Rows of one origin mostly have the same keys in the same order as the one before. */
  #sameShape(attrs: Int32Array, from: number, to: number): boolean {
    const length = to - from
    if (length !== this.#shapeLength || attrs !== this.#shapeAttrs) return false
    let o = from * ATTR_STRIDE
    let p = this.#shapeFrom * ATTR_STRIDE
    for (let i = 0; i < length; i++, o += ATTR_STRIDE, p += ATTR_STRIDE) {
      if (attrs[o + KEY] !== attrs[p + KEY] || (attrs[o + TYPE]! ^ attrs[p + TYPE]!) >= NESTED) return false
    }
    return true
  }

  /** Everything lies as in the row before, only elsewhere. */
  #move(from: number): void {
    const by = from - this.#shapeFrom
    this.#shapeFrom = from
    const { at, picked } = this
    const touched = this.#touched
    for (let i = this.#touchedCount - 1; i >= 0; i--) at[touched[i]!]! += by
    const rank = this.#rank
    for (let i = 0; i < picked.length; i++) if (rank[i] !== NO_RANK) picked[i]! += by
  }

  #readResource(batch: RecordBatch, resource: number): void {
    this.#resource = resource
    this.at.fill(-1)
    this.#resourceAt.fill(-1)
    this.picked.fill(-1)
    this.#rank.fill(NO_RANK)
    this.#touchedCount = 0
    if (resource >= 0 && resource < batch.resourceCount) {
      const r = resource * RESOURCE_STRIDE
      this.#scan(batch, batch.resources[r + RES_ATTR_START]!, batch.resources[r + RES_ATTR_END]!)
    }
    this.#touchedCount = 0
    this.#resourceAt.set(this.at)
    this.#resourcePicked.set(this.picked)
    // a row's own attribute wins over its resource's whatever its rank
    this.#rank.fill(NO_RANK)
  }

  #restore(): void {
    const { at, picked } = this
    const touched = this.#touched
    const resourceAt = this.#resourceAt
    for (let i = this.#touchedCount - 1; i >= 0; i--) {
      const field = touched[i]!
      at[field] = resourceAt[field]!
    }
    if (this.#touchedCount === 0) return
    this.#touchedCount = 0
    const rank = this.#rank
    const resourcePicked = this.#resourcePicked
    for (let i = 0; i < picked.length; i++) {
      picked[i] = resourcePicked[i]!
      rank[i] = NO_RANK
    }
  }

  #scan(batch: RecordBatch, from: number, to: number): void {
    const { fieldOfKey, fields, picks, rank, isPicked } = this.#plan
    const attrs = batch.attrs
    const at = this.at
    const touched = this.#touched
    const resourceAt = this.#resourceAt
    let count = this.#touchedCount
    for (let a = from; a < to; a++) {
      const o = a * ATTR_STRIDE
      const field = fieldOfKey[attrs[o + KEY]!]! - 1
      if (field < 0 || attrs[o + TYPE]! >= NESTED) continue
      if (at[field] === resourceAt[field]) touched[count++] = field
      at[field] = a
      if (isPicked[field] === 0) continue
      for (let p = 0; p < picks; p++) {
        const r = rank[p * fields + field]!
        if (r !== 0 && r < this.#rank[p]!) {
          this.#rank[p] = r
          this.picked[p] = a
        }
      }
    }
    this.#touchedCount = count
  }
}

const NONE = -2
const NO_RANK = 255

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
