import {
  type WasmMemory,
  type WasmModule,
  WEB_ASSEMBLY,
  type WebAssemblyApi,
} from '../../core/webassembly.ts'
import { STAGE_BYTES, TABLES_BYTES } from './assembly/sieve-layout.ts'
import { SIEVE_WASM } from './sieve.generated.ts'
import { runFilter } from './window-filter.kernel.ts'

/** The sieves with the memory that they work on; `assembly/sieve-layout.ts` says what lies where in the tables. */
export interface WindowFilter {
  readonly bytes: Uint8Array
  readonly words: Int32Array
  /** Where the tables begin, in bytes. */
  readonly tablesAt: number
  /** Lists the places in question of spans from `span` on. @returns how many */
  sieve(span: number, spans: number): number
}

/** Exports of assembly/sieve.as.ts. */
export interface SieveExports {
  sieve(span: number, spans: number): number
  collect(row: number, rows: number): number
}

/** A filter's own memory: tables, then a stage, to which the bytes to be sieved are copied. */
export const STAGE_AT = Math.ceil(TABLES_BYTES / 64 + 1) * 64
const MEMORY_BYTES = STAGE_AT + STAGE_BYTES + 64
const PAGE_BYTES = 65_536

let compiled: WasmModule | null = null

/** @throws RangeError when there is no address space */
export function sieveOver(
  wasm: WebAssemblyApi,
  memory: WasmMemory,
  places: { readonly tablesAt: number; readonly rowsAt: number; readonly attrsAt: number },
): SieveExports {
  compiled ??= new wasm.Module(Buffer.from(SIEVE_WASM, 'base64'))
  return new wasm.Instance(compiled, { env: { memory, ...places } }).exports as unknown as SieveExports
}

/** @param wasm null for the JavaScript form; WebAssembly's is taken where there is one */
export function makeWindowFilter(wasm: WebAssemblyApi | null = WEB_ASSEMBLY): WindowFilter {
  if (wasm === null) return inJavaScript()
  try {
    const pages = Math.ceil(MEMORY_BYTES / PAGE_BYTES)
    const memory = new wasm.Memory({ initial: pages, maximum: pages })
    const { sieve } = sieveOver(wasm, memory, { tablesAt: 0, rowsAt: 0, attrsAt: 0 })
    return { ...viewsOf(memory.buffer), tablesAt: 0, sieve }
  } catch {
    // no address space for a memory with guard pages, e.g. under `ulimit -v`
    return inJavaScript()
  }
}

function inJavaScript(): WindowFilter {
  const { bytes, words } = viewsOf(new ArrayBuffer(MEMORY_BYTES))
  return { bytes, words, tablesAt: 0, sieve: (span, spans) => runFilter(bytes, words, span, spans) }
}

const viewsOf = (buffer: ArrayBuffer): { bytes: Uint8Array; words: Int32Array } => ({
  bytes: new Uint8Array(buffer),
  words: new Int32Array(buffer),
})
