import { hashA, hashB, hashBytes } from '../../src/columns/hash.kernel.ts'
import { hashNumber } from '../../src/columns/hash-value.kernel.ts'
import { ROLE_HASH } from '../../src/columns/key-table.ts'
import {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  HASH_A,
  HASH_B,
  KEY,
  KEY_END,
  KEY_START,
  RESOURCE,
  type RecordBatch,
  ROW_STRIDE,
  SCOPE,
  SEVERITY,
  SPAN_START,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TRACE_START,
  TYPE,
  VALUE_DOUBLE,
  VALUE_END,
  VALUE_START,
  VALUE_STRING,
} from '../../src/columns/record-batch.ts'

export interface BuiltRow {
  readonly timeMs: number
  readonly severity?: number
  /** Body of a log, name of a span or metric. */
  readonly text?: string
  readonly value?: number
  readonly attrs?: Readonly<Record<string, string | number>>
  /** Further row words, e.g. STATUS or FLAGS. */
  readonly words?: Readonly<Record<number, number>>
}

const encoder = new TextEncoder()

/** Appends a row to a batch without encoding anything; for tests and benchmarks of what comes after decoding. */
export function appendRow(batch: RecordBatch, row: BuiltRow): void {
  if (batch.count >= batch.rowCapacity) batch.growRows()
  const r = batch.count++
  const o = r * ROW_STRIDE
  batch.rows.fill(0, o, o + ROW_STRIDE)
  batch.rows[o + SEVERITY] = row.severity ?? 9
  batch.rows[o + RESOURCE] = -1
  batch.rows[o + TRACE_START] = -1
  batch.rows[o + SPAN_START] = -1
  batch.rows[o + SCOPE] = -1
  batch.timeMs[r] = row.timeMs
  batch.value[r] = row.value ?? Number.NaN
  batch.weight[r] = 1
  const text = put(batch, row.text ?? '')
  batch.rows[o + TEXT_TYPE] = VALUE_STRING
  batch.rows[o + TEXT_START] = text
  batch.rows[o + TEXT_END] = batch.bytesEnd
  batch.rows[o + ATTR_START] = batch.attrCount
  for (const key in row.attrs) appendAttr(batch, key, row.attrs[key]!)
  batch.rows[o + ATTR_END] = batch.attrCount
  for (const word in row.words) batch.rows[o + Number(word)] = row.words[Number(word)]!
}

function appendAttr(batch: RecordBatch, key: string, value: string | number): void {
  if (batch.attrCount >= batch.attrCapacity) batch.growAttrs()
  const a = batch.attrCount++
  const o = a * ATTR_STRIDE
  const keyStart = put(batch, key)
  const keyEnd = batch.bytesEnd
  const id = batch.keys.intern(batch.view, batch.bytes, keyStart, keyEnd)
  const isNumber = typeof value === 'number'
  const start = put(batch, isNumber ? '' : value)
  batch.attrs[o + KEY] = id
  batch.attrs[o + TYPE] = isNumber ? VALUE_DOUBLE : VALUE_STRING
  batch.attrs[o + VALUE_START] = start
  batch.attrs[o + VALUE_END] = batch.bytesEnd
  batch.attrs[o + KEY_START] = keyStart
  batch.attrs[o + KEY_END] = keyEnd
  batch.number[a] = isNumber ? value : Number.NaN
  if (((batch.keys.roles[id] ?? 0) & ROLE_HASH) === 0) return
  if (isNumber) hashNumber(value, batch.keys.seed)
  else hashBytes(batch.view, batch.bytes, start, batch.bytesEnd, batch.keys.seed)
  batch.attrs[o + HASH_A] = hashA
  batch.attrs[o + HASH_B] = hashB
}

function put(batch: RecordBatch, text: string): number {
  const start = batch.bytesEnd
  batch.ensureBytes(start + text.length * 3)
  const { written } = encoder.encodeInto(text, batch.bytes.subarray(start))
  batch.bytesEnd = start + written
  return start
}
