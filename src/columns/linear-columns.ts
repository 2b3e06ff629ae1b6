import { type WasmMemory, WEB_ASSEMBLY } from '../core/webassembly.ts'
import { ATTR_STRIDE, ROW_STRIDE } from './layout.ts'

const PAGE_BYTES = 65_536

/**
 * One WebAssembly memory that holds the arrays of a batch, so that a kernel compiled to WebAssembly reads the payload
 * and writes the columns in place; to everybody else they are typed arrays like others.
 *
 *   | payload | rows | timeMs | value | weight | attrs | number | tables of whoever made the kernel |
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
  /** Address of the tables; a multiple of 8. */
  readonly tablesAt: number

  private constructor(bytes: number, rows: number, attrs: number, tablesBytes: number) {
    const rowsAt = Math.ceil(bytes / 8) * 8
    const timeAt = rowsAt + rows * ROW_STRIDE * 4
    const valueAt = timeAt + rows * 8
    const weightAt = valueAt + rows * 8
    const attrsAt = weightAt + rows * 8
    const numberAt = attrsAt + attrs * ATTR_STRIDE * 4
    this.tablesAt = numberAt + attrs * 8
    const pages = Math.ceil((this.tablesAt + tablesBytes) / PAGE_BYTES)
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
  static create(bytes: number, rows: number, attrs: number, tablesBytes: number): LinearColumns | null {
    try {
      return new LinearColumns(bytes, rows, attrs, tablesBytes)
    } catch {
      return null
    }
  }
}
