import type { RecordBatch } from '../columns/record-batch.ts'
import * as columns from '../columns/record-batch.ts'
import type { ProfilePlan } from './profile-plan.ts'

// V8 folds a local constant into hot code; an imported one is loaded and checked at every use.
const {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  KEY,
  NESTED,
  RES_ATTR_END,
  RES_ATTR_START,
  RESOURCE,
  RESOURCE_STRIDE,
  ROW_STRIDE,
  TYPE,
  VALUE_DOUBLE,
  VALUE_INT,
  VALUE_STRING,
} = columns

/**
 * Where the attributes that profiles name are in one row, its own before its resource's. A resource is read once for
 * as many rows as follow each other with it, and rows of one shape (the same keys in the same order) are read once:
 * places are kept relative to the row's first attribute.
 *
 *   place of a field = where[field] + (first attribute of the row, or 0 for the resource's)
 */
export class RowFields {
  readonly #plan: ProfilePlan
  /** By field. */
  readonly fields: Places
  /** By pick: its first candidate that is present. */
  readonly picks: Places
  readonly #resourceFields: Places
  readonly #resourcePicks: Places
  readonly #rank: Uint8Array
  #resource = NONE
  /** First attribute of the row. */
  #from = 0
  /** Keys of the row's attributes in order, twice each, plus 1 for a nested one. */
  #shape = new Int32Array(64)
  #shapeLength = -1

  constructor(plan: ProfilePlan) {
    this.#plan = plan
    this.fields = places(plan.fields)
    this.picks = places(plan.picks)
    this.#resourceFields = places(plan.fields)
    this.#resourcePicks = places(plan.picks)
    this.#rank = new Uint8Array(plan.picks)
  }

  /** Attribute row of a field in the row last read, or -1. */
  at(field: number): number {
    const { where, own } = this.fields
    return where[field]! + (this.#from & own[field]!)
  }

  /** Call once before the rows of a batch. */
  start(): void {
    this.#resource = NONE
    this.#shapeLength = -1
  }

  /** Fills {@link fields} and {@link picks} for a row. */
  read(batch: RecordBatch, row: number): void {
    if (this.isAlike(batch, row)) return
    const o = row * ROW_STRIDE
    const resource = batch.rows[o + RESOURCE]!
    const from = batch.rows[o + ATTR_START]!
    this.#from = from
    if (resource !== this.#resource) this.#readResource(batch, resource)
    this.#readOwn(batch, from, batch.rows[o + ATTR_END]! - from)
  }

  /** Whether everything lies in this row as in the one last read, but for where its attributes begin. */
  isAlike(batch: RecordBatch, row: number): boolean {
    const o = row * ROW_STRIDE
    const from = batch.rows[o + ATTR_START]!
    const length = batch.rows[o + ATTR_END]! - from
    if (length !== this.#shapeLength || batch.rows[o + RESOURCE] !== this.#resource) return false
    const attrs = batch.attrs
    const shape = this.#shape
    for (let i = 0, a = from * ATTR_STRIDE; i < length; i++, a += ATTR_STRIDE)
      if (shapeOf(attrs, a) !== shape[i]) return false
    this.#from = from
    return true
  }

  #readResource(batch: RecordBatch, resource: number): void {
    this.#resource = resource
    const fields = this.#resourceFields
    const picks = this.#resourcePicks
    fields.where.fill(-1)
    picks.where.fill(-1)
    this.#rank.fill(NO_RANK)
    if (resource < 0 || resource >= batch.resourceCount) return
    const r = resource * RESOURCE_STRIDE
    const from = batch.resources[r + RES_ATTR_START]!
    this.#scan(batch.attrs, from, batch.resources[r + RES_ATTR_END]!, 0, fields, picks)
  }

  #readOwn(batch: RecordBatch, from: number, length: number): void {
    copy(this.#resourceFields, this.fields)
    copy(this.#resourcePicks, this.picks)
    // a row's own attribute wins over its resource's whatever its rank
    this.#rank.fill(NO_RANK)
    this.#scan(batch.attrs, from, from + length, from, this.fields, this.picks)
    if (length > this.#shape.length) this.#shape = new Int32Array(2 * length)
    for (let i = 0; i < length; i++) this.#shape[i] = shapeOf(batch.attrs, (from + i) * ATTR_STRIDE)
    this.#shapeLength = length
  }

  /** @param origin what places are relative to: the row's first attribute, or 0 for a resource */
  #scan(attrs: Int32Array, from: number, to: number, origin: number, into: Places, chosen: Places): void {
    const { fieldOfKey, fields, picks, rank, isPicked } = this.#plan
    const mask = into === this.fields ? -1 : 0
    for (let a = from; a < to; a++) {
      const o = a * ATTR_STRIDE
      const field = fieldOfKey[attrs[o + KEY]!]! - 1
      if (field < 0 || attrs[o + TYPE]! >= NESTED) continue
      into.where[field] = a - origin
      into.own[field] = mask
      if (isPicked[field] === 0) continue
      for (let p = 0; p < picks; p++) {
        const r = rank[p * fields + field]!
        if (r === 0 || r >= this.#rank[p]!) continue
        this.#rank[p] = r
        chosen.where[p] = a - origin
        chosen.own[p] = mask
      }
    }
  }
}

/** Attribute rows; of a row's own attribute `where + first attribute of the row`. */
export interface Places {
  /** Attribute row, relative to the row's first where `own` is -1; -1 for none. */
  readonly where: Int32Array
  /** -1 for the row's own, 0 for the resource's and none. */
  readonly own: Int32Array
}

function places(n: number): Places {
  return { where: new Int32Array(n).fill(-1), own: new Int32Array(n) }
}

function copy(from: Places, to: Places): void {
  to.where.set(from.where)
  to.own.set(from.own)
}

/** Key and whether nested, as one number. */
function shapeOf(attrs: Int32Array, o: number): number {
  return (attrs[o + KEY]! << 1) | ((attrs[o + TYPE]! >>> 8) & 1)
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
