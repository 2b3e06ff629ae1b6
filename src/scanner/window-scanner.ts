import type { ScanEngine } from './engine.ts'
import type { Match } from './match.ts'
import type { ScanContext } from './scan-context.ts'
import { Sighting } from './sighting.ts'
import { TextPosition } from './text-position.ts'

/**
 * Scans an endless stream of bytes in windows, with flat memory and without losing what crosses a boundary.
 *
 *   |<- behind ->|<------------- new ------------->|<- ahead ->|
 *                 matches that begin here are told    they are told by the next window, which begins `behind` earlier
 *
 * Windows are cut at fixed offsets of the stream, so how the bytes arrive changes nothing. A match longer than `ahead`
 * may be cut short; private keys and tokens are shorter. Bytes that are there as a whole are one window, uncopied.
 */

/** More than the longest thing a rule matches, see LOOK_AHEAD of the engine and MAX_KEY_BYTES. */
const AHEAD_BYTES = 64 * 1024
/** More than any rule looks back. */
const BEHIND_BYTES = 8 * 1024
const NEWLINE = 10
const WINDOW_BYTES = 1024 * 1024
const EMPTY = new Uint8Array(0)

export type WindowEmit = (sighting: Sighting) => void

export class WindowScanner {
  readonly #engine: ScanEngine
  readonly #context: ScanContext
  readonly #emit: WindowEmit
  readonly #windowBytes: number
  /** Made when the first bytes come. */
  #buffer = EMPTY
  /** Bytes in the buffer. */
  #filled = 0
  /** Of those, told before; and past the last match told, where that reaches further. */
  #told = 0
  #toldEnd = 0
  /** Offset of the buffer's first byte in the stream. */
  #base = 0
  #position = new TextPosition()

  constructor(engine: ScanEngine, context: ScanContext, emit: WindowEmit, windowBytes = WINDOW_BYTES) {
    this.#engine = engine
    this.#context = context
    this.#emit = emit
    this.#windowBytes = Math.max(windowBytes, 4 * AHEAD_BYTES)
  }

  /** Offset past the last byte pushed. */
  get position(): number {
    return this.#base + this.#filled
  }

  /** Scans bytes that are all there is; instead of `push` and `end`. */
  whole(bytes: Uint8Array): void {
    this.#scan(bytes, bytes.length, bytes.length)
  }

  push(chunk: Uint8Array): void {
    if (this.#buffer.length === 0) this.#buffer = new Uint8Array(this.#windowBytes)
    let at = 0
    while (at < chunk.length) {
      const part = Math.min(chunk.length - at, this.#buffer.length - this.#filled)
      this.#buffer.set(chunk.subarray(at, at + part), this.#filled)
      this.#filled += part
      at += part
      if (this.#filled === this.#buffer.length) this.#tell(this.#filled - AHEAD_BYTES)
    }
  }

  /**
   * Tells what is complete now: matches in whole lines, for a tail that waits for more.
   * @param holdFrom offset in the stream from which to wait, e.g. of an unfinished key; or none
   */
  flushLines(holdFrom = Number.POSITIVE_INFINITY): void {
    const newline = this.#buffer.subarray(0, this.#filled).lastIndexOf(NEWLINE)
    const until = Math.min(newline + 1, holdFrom - this.#base)
    if (until > this.#told) this.#tell(until, until)
  }

  /** Offset of a private key that has begun and not ended in what was not told yet, or -1. */
  openKeyAt(): number {
    const { buffer, byteOffset } = this.#buffer
    const rest = Buffer.from(buffer, byteOffset + this.#told, this.#filled - this.#told)
    const begin = rest.lastIndexOf('-----BEGIN ')
    return begin >= 0 && rest.indexOf('-----END ', begin) < 0 ? this.#base + this.#told + begin : -1
  }

  /** Tells the rest. */
  end(): void {
    if (this.#filled > this.#told) this.#tell(this.#filled)
    this.#base += this.#filled
    this.#filled = 0
    this.#told = 0
    this.#toldEnd = 0
    this.#position = new TextPosition()
  }

  /** Tells matches that begin before `until`, and drops what no later match needs. */
  #tell(until: number, scanTo = this.#filled): void {
    this.#scan(this.#buffer, until, scanTo)
    const keep = characterStart(this.#buffer, Math.max(0, until - BEHIND_BYTES))
    this.#position.advance(this.#buffer, keep)
    this.#position.shift(keep)
    this.#buffer.copyWithin(0, keep, this.#filled)
    this.#base += keep
    this.#filled -= keep
    this.#told = until - keep
    this.#toldEnd -= keep
  }

  #scan(bytes: Uint8Array, until: number, scanTo: number): void {
    const from = Math.max(this.#told, this.#toldEnd)
    const found: Match[] = []
    this.#engine.scanSpan(bytes, 0, scanTo, this.#context, (match) => found.push(match))
    for (const match of found) {
      if (match.start < from || match.start >= until) continue
      this.#emit(new Sighting(match, found, bytes.subarray(0, scanTo), this.#base, this.#position))
      this.#toldEnd = match.end
    }
  }
}

/** The first byte of the UTF-8 character that `at` lies in. */
function characterStart(bytes: Uint8Array, at: number): number {
  let p = at
  while (p > 0 && at - p < 3 && (bytes[p]! & 0xc0) === 0x80) p--
  return p
}
