import type { ScanContext, ScanEngine } from './engine.ts'
import { excerptOf } from './excerpt.ts'
import type { Match } from './match.ts'

/**
 * Scans an endless stream of bytes in windows, with flat memory and without losing what crosses a boundary.
 *
 *   |<- behind ->|<------------- new ------------->|<- ahead ->|
 *                 matches that begin here are told    they are told by the next window, which begins `behind` earlier
 *
 * Windows are cut at fixed offsets of the stream, so how the bytes arrive changes nothing. Matches carry offsets in the
 * stream. A match longer than `ahead` may be cut short; private keys and tokens are shorter.
 */

/** More than the longest thing a rule matches, see LOOK_AHEAD of the engine and MAX_KEY_BYTES. */
const AHEAD_BYTES = 64 * 1024
/** More than any rule looks back. */
const BEHIND_BYTES = 8 * 1024
const NEWLINE = 10
const decoder = new TextDecoder()
const WINDOW_BYTES = 1024 * 1024

/** A match and where in the stream it stands. Valid while the callback runs. */
export interface Sighting {
  readonly match: Match
  /** First byte in the stream. */
  readonly offset: number
  /** 1-based; the column counts characters of UTF-8. */
  readonly line: number
  readonly column: number
  /** The line around it with every secret masked. */
  excerpt(): string
  /** Its text, to be compared and not kept. */
  secret(): string
}
export type WindowEmit = (sighting: Sighting) => void

export class WindowScanner {
  readonly #engine: ScanEngine
  readonly #context: ScanContext
  readonly #emit: WindowEmit
  readonly #buffer: Uint8Array
  /** Bytes in the buffer. */
  #filled = 0
  /** Of those, told before. */
  #told = 0
  /** Offset of the buffer's first byte in the stream. */
  #base = 0
  /** `#line` and `#column` (characters before it) are those of the place `#lineAt` in the buffer. */
  #line = 1
  #column = 0
  #lineAt = 0
  /** Where its line begins; 0 when that was dropped. */
  #lineStart = 0

  constructor(engine: ScanEngine, context: ScanContext, emit: WindowEmit, windowBytes = WINDOW_BYTES) {
    this.#engine = engine
    this.#context = context
    this.#emit = emit
    this.#buffer = new Uint8Array(Math.max(windowBytes, 4 * AHEAD_BYTES))
  }

  /** Offset past the last byte pushed. */
  get position(): number {
    return this.#base + this.#filled
  }

  push(chunk: Uint8Array): void {
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
    const newline = this.#buffer.subarray(0, this.#filled).lastIndexOf(10)
    const until = Math.min(newline + 1, holdFrom - this.#base)
    if (until > this.#told) this.#tell(until, until)
  }

  /** Offset of a private key that has begun and not ended in what was not told yet, or -1. */
  openKeyAt(): number {
    const rest = Buffer.from(
      this.#buffer.buffer,
      this.#buffer.byteOffset + this.#told,
      this.#filled - this.#told,
    )
    const begin = rest.lastIndexOf('-----BEGIN ')
    return begin >= 0 && rest.indexOf('-----END ', begin) < 0 ? this.#base + this.#told + begin : -1
  }

  /** Tells the rest. */
  end(): void {
    if (this.#filled > this.#told) this.#tell(this.#filled)
    this.#base += this.#filled
    this.#filled = 0
    this.#told = 0
    this.#lineStart = 0
    this.#lineAt = 0
  }

  /** Tells matches that begin before `until`, and drops what no later match needs. */
  #tell(until: number, scanTo = this.#filled): void {
    const from = this.#told
    const found: Match[] = []
    this.#engine.scanSpan(this.#buffer, 0, scanTo, this.#context, (match) => found.push(match))
    for (const match of found)
      if (match.start >= from && match.start < until) this.#emit(this.#sighting(match, found, scanTo))
    this.#advance(until)
    const keep = Math.max(0, until - BEHIND_BYTES)
    this.#lineStart = Math.max(0, this.#lineStart - keep)
    this.#buffer.copyWithin(0, keep, this.#filled)
    this.#base += keep
    this.#filled -= keep
    this.#told = until - keep
    this.#lineAt -= keep
  }

  #sighting(match: Match, found: readonly Match[], scanTo: number): Sighting {
    this.#advance(match.start)
    const bytes = this.#buffer
    const lineStart = this.#lineStart
    return {
      match,
      offset: this.#base + match.start,
      line: this.#line,
      column: this.#column + 1,
      secret: () => decoder.decode(bytes.subarray(match.start, match.end)),
      excerpt: () => {
        const newline = bytes.subarray(0, scanTo).indexOf(10, match.end)
        return excerptOf(bytes, lineStart, newline < 0 ? scanTo : newline, found, match)
      },
    }
  }

  /** Counts lines and columns up to `at`. */
  #advance(at: number): void {
    if (at <= this.#lineAt) return
    const bytes = this.#buffer
    let from = this.#lineAt
    for (let p = bytes.indexOf(NEWLINE, from); p >= 0 && p < at; p = bytes.indexOf(NEWLINE, from)) {
      this.#line++
      this.#lineStart = p + 1
      this.#column = 0
      from = p + 1
    }
    this.#column += characters(bytes, from, at)
    this.#lineAt = at
  }
}

/** Characters of UTF-8 in bytes[from..to): bytes that continue none. */
function characters(bytes: Uint8Array, from: number, to: number): number {
  let count = 0
  for (let p = from; p < to; p++) if ((bytes[p]! & 0xc0) !== 0x80) count++
  return count
}
