import { MAX_KEYS } from '../../columns/key-layout.ts'
import type { LinearColumns } from '../../columns/linear-columns.ts'
import { WEB_ASSEMBLY } from '../../core/webassembly.ts'
import {
  ATTRS,
  BYTES,
  COUNT,
  ENDS,
  FIRST,
  KINDS,
  MARKED,
  MARKS,
  MAX_SPANS,
  ROWS,
  STARTS,
  STATE,
} from './assembly/sieve-layout.ts'
import { SpanList } from './span-list.ts'
import { type SieveExports, sieveOver, type WindowFilter } from './window-filter.ts'

/** The sieves where a batch's columns lie: nothing is copied, and the spans are gathered there as well. */
export class LinearSieve implements WindowFilter {
  readonly bytes: Uint8Array
  readonly words: Int32Array
  readonly tablesAt: number
  readonly spans: SpanList
  /** By span. */
  readonly row: Int32Array
  readonly attr: Int32Array
  readonly #kinds: Uint8Array
  readonly #state: number
  readonly #exports: SieveExports

  constructor(linear: LinearColumns) {
    const { memory, scannerTablesAt: tablesAt } = linear
    const buffer = memory.buffer
    const words = (at: number): Int32Array => new Int32Array(buffer, tablesAt + at, MAX_SPANS)
    this.tablesAt = tablesAt
    this.bytes = new Uint8Array(buffer)
    this.words = new Int32Array(buffer)
    this.spans = new SpanList(
      words(STARTS),
      words(ENDS),
      new Uint8Array(buffer, tablesAt + MARKED, MAX_SPANS),
    )
    this.row = words(ROWS)
    this.attr = words(ATTRS)
    this.#kinds = new Uint8Array(buffer, tablesAt + KINDS, MAX_KEYS)
    this.#state = (tablesAt + STATE) >> 2
    const places = { tablesAt, rowsAt: linear.rows.byteOffset, attrsAt: linear.attrs.byteOffset }
    this.#exports = sieveOver(WEB_ASSEMBLY!, memory, places)
  }

  /** Takes what stands in the tables of another filter about keywords. */
  takeKeywords(from: WindowFilter): void {
    this.bytes.set(from.bytes.subarray(from.tablesAt + FIRST, from.tablesAt + STATE), this.tablesAt + FIRST)
  }

  sieve(span: number, spans: number): number {
    return this.#exports.sieve(span, spans)
  }

  /**
   * Adds to `spans` those of rows from `row` on, while there is room for all of a row and the kind of each key is known.
   * @param kinds by key
   * @returns the first row not added
   */
  collect(row: number, rows: number, kinds: Uint8Array): number {
    const { words, spans } = this
    this.#kinds.set(kinds)
    words[this.#state + COUNT] = spans.count
    words[this.#state + MARKS] = spans.marks
    words[this.#state + BYTES] = spans.bytes
    const next = this.#exports.collect(row, rows)
    spans.count = words[this.#state + COUNT]!
    spans.marks = words[this.#state + MARKS]!
    spans.bytes = words[this.#state + BYTES]!
    return next
  }
}
