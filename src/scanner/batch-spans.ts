import { MAX_KEYS } from '../columns/key-layout.ts'
import type { RecordBatch } from '../columns/record-batch.ts'
import * as columns from '../columns/record-batch.ts'
import { classifyName, NAME_NONE } from './name-grammar.ts'
import * as layout from './prefilter/assembly/sieve-layout.ts'
import type { LinearSieve } from './prefilter/linear-sieve.ts'
import { SpanList } from './prefilter/span-list.ts'

// V8 folds a module's own constants into its loops, but loads imported and exported ones anew at each use: measured 1.4
// times the time here.
const {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  KEY,
  KEY_END,
  KEY_START,
  RES_ATTR_END,
  RES_ATTR_START,
  RESOURCE,
  RESOURCE_STRIDE,
  ROW_STRIDE,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TYPE,
  VALUE_BYTES,
  VALUE_END,
  VALUE_MASK,
  VALUE_START,
  VALUE_STRING,
} = columns
const { KIND_HARMLESS, KIND_SECRET, KIND_UNKNOWN, MAX_SPANS, MIN_BYTES, MIN_NAMED_BYTES, TEXT } = layout

/** A name is read by its end. */
const MAX_NAME = 128

/** Bytes as well: what nests past the decoder's depth comes as bytes, and a secret may hide in either. */
const isScanned = (type: number): boolean => type === VALUE_STRING || type === VALUE_BYTES

/** Texts of a batch that may hold a secret, and where they come from; told in blocks, in order of the rows. */
export class BatchSpans {
  readonly #heap = {
    spans: SpanList.of(MAX_SPANS),
    row: new Int32Array(MAX_SPANS),
    attr: new Int32Array(MAX_SPANS),
  }
  list = this.#heap.spans
  /** By span: its row, and its attribute or TEXT. */
  row: Int32Array = this.#heap.row
  attr: Int32Array = this.#heap.attr
  /** Bytes of the spans told since the last `read`. */
  bytes = 0
  /** By id of the key table. */
  readonly #keyKinds = new Uint8Array(MAX_KEYS);

  /**
   * @param sieve over the memory of the batch, which then gathers the spans; null when the batch has none
   * @returns yields when `list` is full and at the end, unless it is empty
   */
  *read(batch: RecordBatch, sieve: LinearSieve | null): Generator<void, void> {
    const { rows, resources, count } = batch
    const table = sieve ?? this.#heap
    this.list = table.spans
    this.row = table.row
    this.attr = table.attr
    this.bytes = 0
    this.list.clear()
    // Resource attributes are shared by their rows: scanned once, reported at the first row.
    const firstRow = new Int32Array(batch.resourceCount).fill(-1)
    for (let row = count - 1; row >= 0; row--) firstRow[rows[row * ROW_STRIDE + RESOURCE]!] = row
    for (let r = 0; r < batch.resourceCount; r++) {
      const o = r * RESOURCE_STRIDE
      const to = resources[o + RES_ATTR_END]!
      if (firstRow[r]! >= 0) yield* this.#attributes(batch, firstRow[r]!, resources[o + RES_ATTR_START]!, to)
    }
    for (let row = 0; row < count; ) {
      row = sieve === null ? this.#rows(batch, row) : sieve.collect(row, count, this.#keyKinds)
      if (row === count) break
      const o = row * ROW_STRIDE
      const room = MAX_SPANS - (rows[o + ATTR_END]! - rows[o + ATTR_START]!)
      // no room for all of this one; an empty list may still be too short for it, or the kernel knows a key less
      if (this.list.count >= room) {
        yield* this.#flush()
        if (room > 0) continue
      }
      if (this.#hasText(rows, o)) this.#add(row, TEXT, rows[o + TEXT_START]!, rows[o + TEXT_END]!)
      yield* this.#attributes(batch, row, rows[o + ATTR_START]!, rows[o + ATTR_END]!)
      row++
    }
    yield* this.#flush()
  }

  #hasText(rows: Int32Array, o: number): boolean {
    return rows[o + TEXT_END]! - rows[o + TEXT_START]! >= MIN_BYTES && isScanned(rows[o + TEXT_TYPE]!)
  }

  /** Adds rows from `from` on while there is room for all of a row. @returns the first row not added */
  #rows(batch: RecordBatch, from: number): number {
    const { rows, attrs, count } = batch
    const { row: rowOf, attr: attrOf } = this
    const { start: starts, end: ends } = this.list
    const kinds = this.#keyKinds
    let n = this.list.count
    let bytes = 0
    let row = from
    for (; row < count; row++) {
      const r = row * ROW_STRIDE
      const to = rows[r + ATTR_END]!
      let a = rows[r + ATTR_START]!
      if (n + to - a >= MAX_SPANS) break
      if (this.#hasText(rows, r)) {
        starts[n] = rows[r + TEXT_START]!
        ends[n] = rows[r + TEXT_END]!
        bytes += ends[n]! - starts[n]!
        rowOf[n] = row
        attrOf[n++] = TEXT
      }
      for (; a < to; a++) {
        const o = a * ATTR_STRIDE
        if (!isScanned(attrs[o + TYPE]! & VALUE_MASK)) continue
        const start = attrs[o + VALUE_START]!
        const end = attrs[o + VALUE_END]!
        if (kinds[attrs[o + KEY]!]! === KIND_HARMLESS) {
          if (end - start < MIN_BYTES) continue
        } else if (!this.#isWanted(batch, o, n)) continue
        starts[n] = start
        ends[n] = end
        bytes += end - start
        rowOf[n] = row
        attrOf[n++] = a
      }
    }
    this.list.count = n
    this.list.bytes += bytes
    return row
  }

  /** Adds the texts of attributes [from, to), however many. */
  *#attributes(batch: RecordBatch, row: number, from: number, to: number): Generator<void, void> {
    const attrs = batch.attrs
    for (let a = from; a < to; a++) {
      const o = a * ATTR_STRIDE
      if (this.list.count === MAX_SPANS) yield* this.#flush()
      if (!isScanned(attrs[o + TYPE]! & VALUE_MASK) || !this.#isWanted(batch, o, this.list.count)) continue
      this.#add(row, a, attrs[o + VALUE_START]!, attrs[o + VALUE_END]!)
    }
  }

  #add(row: number, attr: number, start: number, end: number): void {
    const n = this.list.count++
    this.row[n] = row
    this.attr[n] = attr
    this.list.set(n, start, end)
    this.list.bytes += end - start
  }

  /** Whether the value is long enough for what its key says; marks span `n`, which it becomes, if that is a secret. */
  #isWanted(batch: RecordBatch, o: number, n: number): boolean {
    const length = batch.attrs[o + VALUE_END]! - batch.attrs[o + VALUE_START]!
    if (length < MIN_NAMED_BYTES) return false
    const known = this.#keyKinds[batch.attrs[o + KEY]!]!
    const kind = known === KIND_UNKNOWN ? this.#kindOf(batch, o) : known
    if (kind === KIND_HARMLESS) return length >= MIN_BYTES
    this.list.mark(n)
    return true
  }

  #kindOf(batch: RecordBatch, o: number): number {
    const name = batch.text(batch.attrs[o + KEY_START]!, batch.attrs[o + KEY_END]!)
    const kind = classifyName(name.slice(-MAX_NAME)) === NAME_NONE ? KIND_HARMLESS : KIND_SECRET
    const key = batch.attrs[o + KEY]!
    if (key !== 0) this.#keyKinds[key] = kind
    return kind
  }

  *#flush(): Generator<void, void> {
    this.bytes += this.list.bytes
    if (this.list.count > 0) yield
    this.list.clear()
  }
}
