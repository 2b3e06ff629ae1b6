import { hashA, hashB } from '../../../columns/hash.kernel.ts'
import { hashNumber } from '../../../columns/hash-value.kernel.ts'
import { KEY_SLOTS, KEY_WORDS, MAX_KEYS } from '../../../columns/key-layout.ts'
import type { LinearColumns } from '../../../columns/linear-columns.ts'
import type { RecordBatch } from '../../../columns/record-batch.ts'
import { type WasmModule, WEB_ASSEMBLY } from '../../../core/webassembly.ts'
import {
  ATTRS_USED,
  CARDS,
  RECEIVED_MS,
  ROWS_USED,
  SLOTS,
  SMALL,
  SMALL_COUNT,
  WORDS,
} from './assembly/tables.ts'
import { attrRoom } from './attribute-row.kernel.ts'
import { LOG_RECORDS_WASM } from './log-records.generated.ts'

/** What assembly/log-records.as.ts exports. */
interface Exports {
  logRecords(
    p: number,
    end: number,
    rows: number,
    rowRoom: number,
    attrs: number,
    attrRoom: number,
    resource: number,
    scope: number,
  ): number
}

let compiled: WasmModule | null = null

/**
 * The kernel of assembly/log-records.as.ts over the memory of one batch. It does what `logRecord` does for most records,
 * in half the time, and leaves the others to it.
 */
export class LogRecordsKernel {
  readonly #exports: Exports
  readonly #words: Int32Array
  readonly #receivedMs: Float64Array
  readonly #slots: Uint16Array
  readonly #cards: Int32Array
  readonly #keyWords: Int32Array
  readonly #rowsUsed: number
  readonly #attrsUsed: number
  #keysVersion = -1

  constructor(batch: RecordBatch, linear: LinearColumns) {
    compiled ??= new WEB_ASSEMBLY!.Module(Buffer.from(LOG_RECORDS_WASM, 'base64'))
    const { memory, decoderTablesAt: tablesAt } = linear
    const places = {
      rowsAt: linear.rows.byteOffset,
      timeAt: linear.timeMs.byteOffset,
      valueAt: linear.value.byteOffset,
      weightAt: linear.weight.byteOffset,
      attrsAt: linear.attrs.byteOffset,
      numberAt: linear.number.byteOffset,
      tablesAt,
      seed: batch.keys.seed,
    }
    this.#exports = new WEB_ASSEMBLY!.Instance(compiled, { env: { memory, ...places } })
      .exports as unknown as Exports
    const buffer = memory.buffer
    this.#words = new Int32Array(buffer)
    this.#receivedMs = new Float64Array(buffer, tablesAt + RECEIVED_MS, 1)
    this.#slots = new Uint16Array(buffer, tablesAt + SLOTS, KEY_SLOTS)
    this.#cards = new Int32Array(buffer, tablesAt + CARDS, 2 * MAX_KEYS)
    this.#keyWords = new Int32Array(buffer, tablesAt + WORDS, KEY_WORDS)
    this.#rowsUsed = (tablesAt + ROWS_USED) >> 2
    this.#attrsUsed = (tablesAt + ATTRS_USED) >> 2
    const small = (tablesAt + SMALL) >> 2
    for (let n = 0; n < SMALL_COUNT; n++) {
      hashNumber(n, batch.keys.seed)
      this.#words[small + 2 * n] = hashA
      this.#words[small + 2 * n + 1] = hashB
    }
  }

  /** To be called before the records of a request. */
  begin(batch: RecordBatch): void {
    this.#receivedMs[0] = batch.receivedMs
  }

  #takeKeys(batch: RecordBatch): void {
    const { keys } = batch
    if (this.#keysVersion === keys.version) return
    keys.copyTo(this.#slots, this.#cards, this.#keyWords)
    this.#keysVersion = keys.version
  }

  /**
   * Adds the log records from `p`, a tag in a scope group, as rows, up to the first one it leaves to others.
   * @returns where that begins, or `end`
   */
  read(batch: RecordBatch, p: number, end: number, resource: number, scope: number, rowsMax: number): number {
    this.#takeKeys(batch)
    const rowRoom = Math.min(batch.rowCapacity, rowsMax)
    const { count, attrCount } = batch
    const stop = this.#exports.logRecords(p, end, count, rowRoom, attrCount, attrRoom, resource, scope)
    batch.count = this.#words[this.#rowsUsed]!
    batch.attrCount = this.#words[this.#attrsUsed]!
    return stop
  }
}

const kernels = new WeakMap<LinearColumns, LogRecordsKernel>()

/** The kernel for the batch, ready for its next request; null when its columns do not lie in one memory. */
export function logRecordsKernel(batch: RecordBatch): LogRecordsKernel | null {
  const { linear } = batch
  if (linear === null) return null
  let kernel = kernels.get(linear)
  if (kernel === undefined) {
    kernel = new LogRecordsKernel(batch, linear)
    kernels.set(linear, kernel)
  }
  kernel.begin(batch)
  return kernel
}
