import { excerptOf } from './excerpt.ts'
import type { Match } from './match.ts'
import type { TextPosition } from './text-position.ts'

/** A line is looked at this far left and right of a match. */
const LINE_BYTES = 4096
const NEWLINE = 10
const decoder = new TextDecoder()

/** A match and where in its text it stands. Valid while the callback that gets it runs. */
export class Sighting {
  readonly match: Match
  /** First byte in the stream. */
  readonly offset: number
  /** 1-based, the end past the last; columns as {@link TextPosition} counts them. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly #all: readonly Match[]
  readonly #bytes: Uint8Array
  /** The line around it in the bytes, as far as it is looked at. */
  readonly #from: number
  readonly #to: number

  /** @param all every match in the bytes, in order; @param base offset of the bytes in the stream */
  constructor(match: Match, all: readonly Match[], bytes: Uint8Array, base: number, position: TextPosition) {
    this.match = match
    this.offset = base + match.start
    position.advance(bytes, match.start)
    this.line = position.line
    this.column = position.column
    position.advance(bytes, match.end)
    this.endLine = position.line
    this.endColumn = position.column
    this.#all = all
    this.#bytes = bytes
    const low = Math.max(0, match.start - LINE_BYTES)
    this.#from = low + bytes.subarray(low, match.start).lastIndexOf(NEWLINE) + 1
    const rest = bytes.subarray(match.end, match.end + LINE_BYTES)
    const newline = rest.indexOf(NEWLINE)
    this.#to = match.end + (newline < 0 ? rest.length : newline)
  }

  /** The text around it with every secret masked. */
  excerpt(): string {
    return excerptOf(this.#bytes, this.#from, this.#to, this.#all, this.match)
  }

  /** The secret itself, and its line: to be compared, not kept. */
  secret(): string {
    return decoder.decode(this.#bytes.subarray(this.match.start, this.match.end))
  }

  lineText(): string {
    return decoder.decode(this.#bytes.subarray(this.#from, this.#to))
  }
}
