import { hashA, hashB, hashBytes } from '../../columns/hash.kernel.ts'
import { ROLE_HASH } from '../../columns/key-table.ts'
import {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  EVENT_END,
  EVENT_START,
  FLAGS,
  HASH_A,
  HASH_B,
  KEY,
  KEY_END,
  KEY_START,
  KIND,
  RES_ATTR_END,
  RES_ATTR_START,
  RESOURCE,
  RESOURCE_STRIDE,
  type RecordBatch,
  ROW_STRIDE,
  SCOPE,
  SEVERITY,
  SPAN_START,
  STATUS,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TRACE_START,
  TYPE,
  VALUE_END,
  VALUE_NONE,
  VALUE_START,
  VALUE_STRING,
} from '../../columns/record-batch.ts'

/** A key that rows carry: its id and where its text lies in the batch at hand. */
interface KeyAt {
  id: number
  start: number
  end: number
}

export const SERVICE_KEY = 'service.name'
export const SUBJECT_KEY = 'client.address'
export const STATUS_KEY = 'http.response.status_code'

const encoder = new TextEncoder()
/** What is longer is left to the encoder. */
const LETTERS_MAX = 256

/**
 * Puts rows made of named fields into a batch of logs, the way the OTLP decoder would have.
 *
 *   begin(batch) ... per row: append bytes, service(), startRow(), attribute()*, endRow()
 *
 * Keys are written into the batch's bytes once, so that their offsets point at their text.
 */
export class RowWriter {
  #batch!: RecordBatch
  #keys = new Map<string, KeyAt>()
  /** Resource by 53 bits of its name's hash. */
  #resources = new Map<number, number>()
  #row = 0

  /** Takes an emptied batch of logs. */
  begin(batch: RecordBatch): void {
    this.#batch = batch
    this.#keys.clear()
    this.#resources.clear()
  }

  /** Appends text that is no verbatim part of the input. @returns its start */
  appendText(text: string): number {
    const batch = this.#batch
    const start = batch.bytesEnd
    // a code unit takes three bytes at most
    batch.ensureBytes(start + 3 * text.length)
    const { bytes } = batch
    let end = start
    // most text is short and ASCII, and a call of the encoder costs as much as a hundred letters
    const letters = Math.min(text.length, LETTERS_MAX)
    for (let i = 0; i < letters; i++) {
      const code = text.charCodeAt(i)
      if (code > 0x7f) break
      bytes[end++] = code
    }
    const read = end - start
    if (read < text.length) {
      const rest = read === 0 ? text : text.slice(read)
      end += encoder.encodeInto(rest, bytes.subarray(end)).written
    }
    batch.bytesEnd = end
    batch.payloadEnd = end
    return start
  }

  /** Resource of the service named by [start, end) of the batch's bytes, made when new. Call before startRow. */
  service(start: number, end: number): number {
    const batch = this.#batch
    hashBytes(batch.view, batch.bytes, start, end, batch.keys.seed)
    const hash = (hashA >>> 0) * 0x200000 + (hashB >>> 11)
    const known = this.#resources.get(hash)
    if (known !== undefined) return known
    const index = batch.resourceCount
    if ((index + 1) * RESOURCE_STRIDE > batch.resources.length) batch.growResources()
    const from = batch.attrCount
    this.attribute(SERVICE_KEY, VALUE_STRING, start, end, 0)
    batch.resources[index * RESOURCE_STRIDE + RES_ATTR_START] = from
    batch.resources[index * RESOURCE_STRIDE + RES_ATTR_END] = batch.attrCount
    batch.resourceCount = index + 1
    this.#resources.set(hash, index)
    return index
  }

  startRow(resource: number, timeMs: number): void {
    const batch = this.#batch
    if (batch.count >= batch.rowCapacity) batch.growRows()
    const row = batch.count
    this.#row = row
    const o = row * ROW_STRIDE
    const rows = batch.rows
    rows.fill(0, o, o + ROW_STRIDE)
    rows[o + RESOURCE] = resource
    rows[o + ATTR_START] = batch.attrCount
    rows[o + TEXT_TYPE] = VALUE_NONE
    rows[o + TRACE_START] = -1
    rows[o + SPAN_START] = -1
    rows[o + STATUS] = 0
    rows[o + KIND] = 0
    rows[o + FLAGS] = 0
    rows[o + EVENT_START] = 0
    rows[o + EVENT_END] = 0
    rows[o + SCOPE] = -1
    batch.timeMs[row] = timeMs
    batch.value[row] = Number.NaN
    batch.weight[row] = 1
  }

  value(number: number): void {
    this.#batch.value[this.#row] = number
  }

  severity(number: number): void {
    this.#batch.rows[this.#row * ROW_STRIDE + SEVERITY] = number
  }

  body(start: number, end: number): void {
    const o = this.#row * ROW_STRIDE
    const rows = this.#batch.rows
    rows[o + TEXT_TYPE] = VALUE_STRING
    rows[o + TEXT_START] = start
    rows[o + TEXT_END] = end
  }

  /** @param type VALUE_*; @param number of a number or boolean, else ignored */
  attribute(key: string, type: number, start: number, end: number, number: number): void {
    const batch = this.#batch
    if (batch.attrCount >= batch.attrCapacity) batch.growAttrs()
    const at = this.#keys.get(key) ?? this.#internKey(key)
    const a = batch.attrCount++
    const o = a * ATTR_STRIDE
    const attrs = batch.attrs
    attrs[o + KEY] = at.id
    attrs[o + TYPE] = type
    attrs[o + VALUE_START] = start
    attrs[o + VALUE_END] = end
    attrs[o + KEY_START] = at.start
    attrs[o + KEY_END] = at.end
    batch.number[a] = number
    if ((batch.keys.roles[at.id]! & ROLE_HASH) === 0) return
    hashBytes(batch.view, batch.bytes, start, end, batch.keys.seed)
    attrs[o + HASH_A] = hashA
    attrs[o + HASH_B] = hashB
  }

  endRow(): void {
    const batch = this.#batch
    batch.rows[this.#row * ROW_STRIDE + ATTR_END] = batch.attrCount
    batch.count = this.#row + 1
  }

  #internKey(key: string): KeyAt {
    const batch = this.#batch
    const start = this.appendText(key)
    const end = batch.bytesEnd
    const at = { id: batch.keys.intern(batch.view, batch.bytes, start, end), start, end }
    this.#keys.set(key, at)
    return at
  }
}
