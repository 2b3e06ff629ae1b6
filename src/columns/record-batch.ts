import type { SourcePosition } from '../core/finding.ts'
import type { KeyTable } from './key-table.ts'
import {
  ATTR_STRIDE,
  FLAG_HEX_IDS,
  FLAGS,
  KEY,
  NESTED,
  RESOURCE_STRIDE,
  ROW_STRIDE,
  SLACK_BYTES,
  SPAN_START,
  TRACE_START,
  TYPE,
  VALUE_BOOL,
  VALUE_DOUBLE,
  VALUE_END,
  VALUE_INT,
  VALUE_MASK,
  VALUE_START,
} from './layout.ts'
import { LinearColumns } from './linear-columns.ts'

export * from './layout.ts'

/**
 * One decoded request or Kafka fetch: struct of rows over one payload buffer.
 *
 *   bytes   | payload ....................... | unescaped JSON text | slack |
 *             ^ offsets in rows and attributes point here
 *   rows    | ROW_STRIDE Int32 words a record |    timeMs, value, weight: Float64, one a record
 *   attrs   | ATTR_STRIDE Int32 words an attribute |   number: Float64, one an attribute
 *   resources | RESOURCE_STRIDE Int32 words a resource | -> range of attrs
 *
 * Logs, spans and metric points share it. A log's text is its body; a span's is its name and its value is the
 * duration in ms; a metric point's is the metric name and its value is the point. Offsets of values whose text is
 * verbatim in the payload point into the original bytes, so a span can be masked in place and forwarded.
 * Whoever reads past `count` or `attrCount` reads stale words: the arrays are reused.
 */

export const SIGNAL_LOGS = 0
export const SIGNAL_SPANS = 1
export const SIGNAL_METRICS = 2
export type Signal = typeof SIGNAL_LOGS | typeof SIGNAL_SPANS | typeof SIGNAL_METRICS
export const SIGNAL_NAMES = ['logs', 'spans', 'metrics'] as const

const INITIAL_ROWS = 1024
const INITIAL_ATTRS = 8192
const INITIAL_BYTES = 256 * 1024
/** Past these a batch gives its arrays back on reset, so that one huge request does not pin memory. */
const KEEP_ROWS = 32768
const KEEP_ATTRS = KEEP_ROWS * 8
const KEEP_BYTES = 4 * 1024 * 1024

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export class RecordBatch {
  readonly keys: KeyTable
  signal: Signal = SIGNAL_LOGS
  count = 0
  attrCount = 0
  resourceCount = 0
  /** Records the decoder could tell were bad, or had no room for, and left out. */
  rejected = 0
  /** Values nested deeper than the decoder follows; kept as VALUE_BYTES leaves. */
  deep = 0
  /** ms since epoch at which the bytes arrived; the time of records that carry none. */
  receivedMs = 0
  /** Where the batch came from, see SourcePosition. */
  stream = 'otlp'
  offset = 0
  /** True where each row is a message with an offset of its own, counted up from `offset` (Kafka json and text). */
  rowPerOffset = false
  /** With `rowPerOffset`: when each row came to the broker, ms since epoch, at least `count` long; else null. */
  arrivedMs: Float64Array | null = null

  /** The memory in which all arrays below lie; null when there is none, or one of them has outgrown it. */
  linear: LinearColumns | null = null
  bytes!: Uint8Array
  view!: DataView
  /** End of the payload proper. */
  payloadEnd = 0
  /** End of payload and unescaped text. */
  bytesEnd = 0

  rows!: Int32Array
  timeMs!: Float64Array
  /** Spans: duration in ms. Metrics: the point. Logs: the body when it is a number. NaN where there is none. */
  value!: Float64Array
  /** Observations behind `value`: the count of a histogram or summary point, else 1. */
  weight!: Float64Array
  attrs!: Int32Array
  number!: Float64Array
  resources = new Int32Array(64 * RESOURCE_STRIDE)

  #wantsLinear: boolean

  /** @param placement `linear` for a batch used again and again: its memory costs 100 µs to make */
  constructor(keys: KeyTable, placement: 'heap' | 'linear' = 'heap') {
    this.keys = keys
    this.#wantsLinear = placement === 'linear'
    this.#allocateRows(INITIAL_ROWS)
    this.#allocateAttrs(INITIAL_ATTRS)
    this.#allocateBytes(INITIAL_BYTES)
  }

  get rowCapacity(): number {
    return this.timeMs.length
  }

  get attrCapacity(): number {
    return this.number.length
  }

  /** Empties the batch for reuse. */
  reset(signal: Signal): void {
    this.signal = signal
    this.rowPerOffset = false
    this.arrivedMs = null
    this.count = 0
    this.attrCount = 0
    this.resourceCount = 0
    this.rejected = 0
    this.deep = 0
    this.payloadEnd = 0
    this.bytesEnd = 0
    if (this.rowCapacity > KEEP_ROWS) this.#allocateRows(INITIAL_ROWS)
    if (this.attrCapacity > KEEP_ATTRS) this.#allocateAttrs(INITIAL_ATTRS)
    if (this.bytes.length > KEEP_BYTES) this.#allocateBytes(INITIAL_BYTES)
    if (this.#wantsLinear && this.linear === null) this.#placeLinear()
  }

  /** Makes room for `length` bytes (slack added), keeping the first `bytesEnd`. Replaces `bytes` and `view` when it grows. */
  ensureBytes(length: number): void {
    if (length + SLACK_BYTES <= this.bytes.length) return
    const old = this.bytes
    this.#allocateBytes(Math.max(length + SLACK_BYTES, Math.min(old.length * 2, length + (64 << 20))))
    this.bytes.set(old.subarray(0, this.bytesEnd))
  }

  /** Appends wire bytes; a transport calls it per chunk. */
  append(chunk: Uint8Array): void {
    const end = this.bytesEnd + chunk.length
    this.ensureBytes(end)
    this.bytes.set(chunk, this.bytesEnd)
    this.bytesEnd = end
    this.payloadEnd = end
  }

  /** @param max no more than this many, unless there are more already */
  growRows(max = Number.POSITIVE_INFINITY): void {
    const { rows, timeMs, value, weight } = this
    this.#allocateRows(Math.max(timeMs.length, Math.min(timeMs.length * 2, max)))
    this.rows.set(rows)
    this.timeMs.set(timeMs)
    this.value.set(value)
    this.weight.set(weight)
  }

  /** @param max no more than this many, unless there are more already */
  growAttrs(max = Number.POSITIVE_INFINITY): void {
    const { attrs, number } = this
    this.#allocateAttrs(Math.max(number.length, Math.min(number.length * 2, max)))
    this.attrs.set(attrs)
    this.number.set(number)
  }

  growResources(): void {
    const old = this.resources
    this.resources = new Int32Array(old.length * 2)
    this.resources.set(old)
  }

  /** Text of a byte range. Allocates: for evidence and tests, never per row. */
  text(start: number, end: number): string {
    return end > start ? decoder.decode(this.bytes.subarray(start, end)) : ''
  }

  /** Text of an attribute's value; a number's decimal digits, exact to 2^53. Allocates. */
  valueText(attr: number): string {
    const o = attr * ATTR_STRIDE
    const type = this.attrs[o + TYPE]! & VALUE_MASK
    if (type === VALUE_INT || type === VALUE_DOUBLE) return String(this.number[attr]! + 0)
    if (type === VALUE_BOOL) return this.number[attr] === 1 ? 'true' : 'false'
    return this.text(this.attrs[o + VALUE_START]!, this.attrs[o + VALUE_END]!)
  }

  /** Where a row comes from: the same however its stream was cut into batches. Allocates. */
  position(row: number): SourcePosition {
    if (this.rowPerOffset) return { stream: this.stream, offset: this.offset + row, row: 0 }
    return { stream: this.stream, offset: this.offset, row }
  }

  /** The row's trace id as 32 lower-case hex digits, or null when absent or all zero. Allocates. */
  traceId(row: number): string | null {
    return this.#hexId(row, this.rows[row * ROW_STRIDE + TRACE_START]!, 16)
  }

  /** The row's span id as 16 lower-case hex digits, or null when absent or all zero. Allocates. */
  spanId(row: number): string | null {
    return this.#hexId(row, this.rows[row * ROW_STRIDE + SPAN_START]!, 8)
  }

  /** First attribute row in [from, to) with this key id that is not a nested leaf, or -1. */
  findAttr(from: number, to: number, key: number): number {
    const attrs = this.attrs
    for (let a = from; a < to; a++) {
      const o = a * ATTR_STRIDE
      if (attrs[o + KEY] === key && attrs[o + TYPE]! < NESTED) return a
    }
    return -1
  }

  #hexId(row: number, start: number, length: number): string | null {
    if (start < 0) return null
    const inHex = (this.rows[row * ROW_STRIDE + FLAGS]! & FLAG_HEX_IDS) !== 0
    const hex = inHex
      ? this.text(start, start + length * 2).toLowerCase()
      : Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, length).toString('hex')
    return /^0*$/.test(hex) ? null : hex
  }

  /** Puts the arrays, empty and as long as they are, into one memory. */
  #placeLinear(): void {
    const linear = LinearColumns.create(this.bytes.length, this.rowCapacity, this.attrCapacity)
    this.#wantsLinear = linear !== null
    if (linear === null) return
    this.bytes = linear.bytes
    this.view = new DataView(linear.memory.buffer, 0, this.bytes.length)
    this.rows = linear.rows
    this.timeMs = linear.timeMs
    this.value = linear.value
    this.weight = linear.weight
    this.attrs = linear.attrs
    this.number = linear.number
    this.linear = linear
  }

  #allocateRows(rows: number): void {
    this.linear = null
    this.rows = new Int32Array(rows * ROW_STRIDE)
    this.timeMs = new Float64Array(rows)
    this.value = new Float64Array(rows)
    this.weight = new Float64Array(rows)
  }

  #allocateAttrs(attrs: number): void {
    this.linear = null
    this.attrs = new Int32Array(attrs * ATTR_STRIDE)
    this.number = new Float64Array(attrs)
  }

  #allocateBytes(length: number): void {
    this.linear = null
    const buffer = new ArrayBuffer(length)
    this.bytes = new Uint8Array(buffer)
    this.view = new DataView(buffer)
  }
}
