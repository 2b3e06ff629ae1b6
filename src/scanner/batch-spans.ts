import type { RecordBatch } from '../columns/record-batch.ts'
import * as columns from '../columns/record-batch.ts'
import { classifyName, NAME_NONE } from './name-grammar.ts'
import { TEXT } from './place.ts'
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

/** Shorter strings hold no credential, unless their key says that they are one. */
const MIN_BYTES = 10
const MIN_NAMED_BYTES = 4
const MAX_SPANS = 4096
/** A name is read by its end. */
const MAX_NAME = 128

const UNKNOWN = 0
const HARMLESS = 1
const NAMES_SECRET = 2

/** Bytes as well: what nests past the decoder's depth comes as bytes, and a secret may hide in either. */
const isScanned = (type: number): boolean => type === VALUE_STRING || type === VALUE_BYTES

/** Texts of a batch that may hold a secret, and where they come from; told in blocks, in order of the rows. */
export class BatchSpans {
  readonly list = new SpanList(MAX_SPANS)
  /** By span: its row, and its attribute or TEXT. */
  readonly row = new Int32Array(MAX_SPANS)
  readonly attr = new Int32Array(MAX_SPANS)
  /** Bytes of the spans told since the last `read`. */
  bytes = 0
  /** By id of the key table. */
  readonly #keyKinds = new Uint8Array(4096)

  /** @param tell called when `list` is full and at the end */
  read(batch: RecordBatch, tell: () => void): void {
    const { rows, resources, count } = batch
    this.bytes = 0
    // Resource attributes are shared by their rows: scanned once, reported at the first row.
    const firstRow = new Int32Array(batch.resourceCount).fill(-1)
    for (let row = count - 1; row >= 0; row--) firstRow[rows[row * ROW_STRIDE + RESOURCE]!] = row
    let n = 0
    for (let r = 0; r < batch.resourceCount; r++) {
      const o = r * RESOURCE_STRIDE
      const row = firstRow[r]!
      if (row >= 0)
        n = this.#attributes(
          batch,
          n,
          row,
          resources[o + RES_ATTR_START]!,
          resources[o + RES_ATTR_END]!,
          tell,
        )
    }
    for (let row = 0; row < count; row++) {
      const o = row * ROW_STRIDE
      const start = rows[o + TEXT_START]!
      const end = rows[o + TEXT_END]!
      if (end - start >= MIN_BYTES && isScanned(rows[o + TEXT_TYPE]!)) {
        if (n === MAX_SPANS) n = this.#flush(n, tell)
        this.row[n] = row
        this.attr[n] = TEXT
        this.list.set(n++, start, end)
      }
      n = this.#attributes(batch, n, row, rows[o + ATTR_START]!, rows[o + ATTR_END]!, tell)
    }
    this.#flush(n, tell)
  }

  /** Adds the texts of attributes [from, to) after the first `n` spans. @returns how many spans there are then */
  #attributes(
    batch: RecordBatch,
    n: number,
    row: number,
    from: number,
    to: number,
    tell: () => void,
  ): number {
    const attrs = batch.attrs
    const kinds = this.#keyKinds
    const list = this.list
    let count = n
    for (let a = from; a < to; a++) {
      const o = a * ATTR_STRIDE
      if (!isScanned(attrs[o + TYPE]! & VALUE_MASK)) continue
      const start = attrs[o + VALUE_START]!
      const end = attrs[o + VALUE_END]!
      if (end - start < MIN_NAMED_BYTES) continue
      const known = kinds[attrs[o + KEY]!]!
      const kind = known === UNKNOWN ? this.#kindOf(batch, o) : known
      if (kind === HARMLESS && end - start < MIN_BYTES) continue
      if (count === MAX_SPANS) count = this.#flush(count, tell)
      this.row[count] = row
      this.attr[count] = a
      if (kind === NAMES_SECRET) list.mark(count)
      list.set(count++, start, end)
    }
    return count
  }

  #kindOf(batch: RecordBatch, o: number): number {
    const name = batch.text(batch.attrs[o + KEY_START]!, batch.attrs[o + KEY_END]!)
    const kind = classifyName(name.slice(-MAX_NAME)) === NAME_NONE ? HARMLESS : NAMES_SECRET
    const key = batch.attrs[o + KEY]!
    if (key !== 0) this.#keyKinds[key] = kind
    return kind
  }

  /** Tells the first `n` spans. @returns 0, as many as there are then */
  #flush(n: number, tell: () => void): number {
    const { start, end } = this.list
    let bytes = 0
    for (let i = 0; i < n; i++) bytes += end[i]! - start[i]!
    this.bytes += bytes
    this.list.count = n
    if (n > 0) tell()
    this.list.clear()
    return 0
  }
}
