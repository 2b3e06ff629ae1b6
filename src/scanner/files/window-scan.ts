import type { ScanContext, ScanEngine } from '../engine.ts'
import type { Match } from '../match.ts'

/**
 * Scans text that comes in pieces of any size, and finds what a cut goes through.
 *
 *   window n    |<-- before -->|<------- reported -------->|<- hold ->|
 *   window n+1                                |<- before ->|<------- reported ...
 *
 * A match that begins in `hold` is left to the next window, which sees it whole; `before` is what the engine looks back.
 */
const HOLD_BYTES = 40 * 1024
const BEFORE_BYTES = 4096

/**
 * @param all matches of the window in order, to mask with; @param fresh those of them to report
 * @param dropped the next window begins at this byte of this one
 */
export type OnWindow = (
  bytes: Uint8Array,
  all: readonly Match[],
  fresh: readonly Match[],
  dropped: number,
) => void

/** The first byte of the UTF-8 character that `at` lies in. */
function characterStart(bytes: Uint8Array, at: number): number {
  let p = at
  while (p > 0 && at - p < 3 && (bytes[p]! & 0xc0) === 0x80) p--
  return p
}

export class WindowScan {
  readonly #engine: ScanEngine
  readonly #context: ScanContext
  readonly #onWindow: OnWindow
  #carry: Uint8Array = new Uint8Array(0)
  #skipBefore = 0
  #lastEnd = 0

  constructor(engine: ScanEngine, context: ScanContext, onWindow: OnWindow) {
    this.#engine = engine
    this.#context = context
    this.#onWindow = onWindow
  }

  /**
   * Scans what came so far; `onWindow` is called once, before this returns.
   * @param last no more will come
   */
  push(chunk: Uint8Array, last: boolean): void {
    const bytes = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk])
    const safe = last ? bytes.length : Math.max(this.#skipBefore, bytes.length - HOLD_BYTES)
    const all: Match[] = []
    this.#engine.scanSpan(bytes, 0, bytes.length, this.#context, (match) => {
      all.push(match)
    })
    const from = Math.max(this.#skipBefore, this.#lastEnd)
    const fresh = all.filter((match) => match.start >= from && match.start < safe)
    const dropped = last ? bytes.length : characterStart(bytes, Math.max(0, safe - BEFORE_BYTES))
    this.#onWindow(bytes, all, fresh, dropped)
    this.#lastEnd = Math.max(this.#lastEnd, fresh.at(-1)?.end ?? 0) - dropped
    this.#skipBefore = safe - dropped
    // A copy, so that the caller may reuse its chunk.
    this.#carry = bytes.slice(dropped)
  }
}
