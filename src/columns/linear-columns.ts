import { type WasmMemory, WEB_ASSEMBLY } from '../core/webassembly.ts'
import { ATTR_STRIDE, ROW_STRIDE } from './layout.ts'

const PAGE_BYTES = 65_536
/** Room that each kernel has for tables of its own. */
const DECODER_TABLES_BYTES = 384 * 1024
const SCANNER_TABLES_BYTES = 576 * 1024

/**
 * One WebAssembly memory that holds the arrays of a batch, so that a kernel compiled to WebAssembly reads the payload
 * and writes the columns in place; to everybody else they are typed arrays like others.
 *
 *   | payload | rows | timeMs | value | weight | attrs | number | tables of the decoder's kernel | of the scanner's |
 *   0
 *
 * It never grows: a batch that outgrows it goes on with arrays of its own.
 */
export class LinearColumns {
  readonly memory: WasmMemory
  readonly bytes: Uint8Array
  readonly rows: Int32Array
  readonly timeMs: Float64Array
  readonly value: Float64Array
  readonly weight: Float64Array
  readonly attrs: Int32Array
  readonly number: Float64Array
  /** Addresses of the kernels' tables; multiples of 8. */
  readonly decoderTablesAt: number
  readonly scannerTablesAt: number

  private constructor(bytes: number, rows: number, attrs: number) {
    const rowsAt = Math.ceil(bytes / 8) * 8
    const timeAt = rowsAt + rows * ROW_STRIDE * 4
    const valueAt = timeAt + rows * 8
    const weightAt = valueAt + rows * 8
    const attrsAt = weightAt + rows * 8
    const numberAt = attrsAt + attrs * ATTR_STRIDE * 4
    this.decoderTablesAt = numberAt + attrs * 8
    this.scannerTablesAt = this.decoderTablesAt + DECODER_TABLES_BYTES
    const pages = Math.ceil((this.scannerTablesAt + SCANNER_TABLES_BYTES) / PAGE_BYTES)
    this.memory = new WEB_ASSEMBLY!.Memory({ initial: pages, maximum: pages })
    const buffer = this.memory.buffer
    this.bytes = new Uint8Array(buffer, 0, bytes)
    this.rows = new Int32Array(buffer, rowsAt, rows * ROW_STRIDE)
    this.timeMs = new Float64Array(buffer, timeAt, rows)
    this.value = new Float64Array(buffer, valueAt, rows)
    this.weight = new Float64Array(buffer, weightAt, rows)
    this.attrs = new Int32Array(buffer, attrsAt, attrs * ATTR_STRIDE)
    this.number = new Float64Array(buffer, numberAt, attrs)
  }

  /** Null where there is no WebAssembly, or no address space for one memory more. */
  static create(bytes: number, rows: number, attrs: number): LinearColumns | null {
    try {
      return new LinearColumns(bytes, rows, attrs)
    } catch {
      return null
    }
  }
}
