import { LIST_AT, MEMORY_PAGES, PLACE, runFilter, SPAN, SPANS_AT } from './window-filter.kernel.ts'
import { filterModule } from './window-filter-code.ts'

/** The sieves with the memory that they work on, laid out as `window-filter.kernel.ts` says. */
export interface WindowFilter {
  readonly bytes: Uint8Array
  readonly words: Int32Array
  /** Lists the places in question of the first `spanCount` spans. @returns how many */
  readonly run: (spanCount: number) => number
}

/** What is used of WebAssembly, which Node's types leave out. */
interface WasmApi {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer }
      readonly run: (spansEnd: number, listEnd: number) => number
    }
  }
}

let compiled: object | null = null

/** @param wasm null for the JavaScript form; WebAssembly's is taken where there is one */
export function makeWindowFilter(
  wasm: WasmApi | null = (globalThis as { WebAssembly?: WasmApi }).WebAssembly ?? null,
): WindowFilter {
  if (wasm === null) return inJavaScript()
  try {
    compiled ??= new wasm.Module(filterModule())
    const { memory, run } = new wasm.Instance(compiled).exports
    return {
      bytes: new Uint8Array(memory.buffer),
      words: new Int32Array(memory.buffer),
      run: (spanCount) => (run(SPANS_AT + spanCount * SPAN, LIST_AT) - LIST_AT) / PLACE,
    }
  } catch {
    // no address space for a memory with guard pages, e.g. under `ulimit -v`
    return inJavaScript()
  }
}

function inJavaScript(): WindowFilter {
  const memory = new ArrayBuffer(MEMORY_PAGES * 65_536)
  const bytes = new Uint8Array(memory)
  const words = new Int32Array(memory)
  return { bytes, words, run: (spanCount) => runFilter(bytes, words, spanCount) }
}
