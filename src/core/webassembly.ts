/** What is used of WebAssembly, which Node's types leave out. */
export interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule
  readonly Instance: new (
    module: WasmModule,
    imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> }
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => WasmMemory
}

export type WasmModule = Readonly<Record<never, never>>

export interface WasmMemory {
  readonly buffer: ArrayBuffer
}

/** Null where it is switched off, as by `node --jitless`. */
export const WEB_ASSEMBLY = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly ?? null
