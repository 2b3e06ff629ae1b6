/** Continuation bytes after a lead byte, and code units, by lead byte; 0 continuation bytes for what is no lead. */
const FOLLOW = new Uint8Array(256)
FOLLOW.fill(1, 0xc2, 0xe0)
FOLLOW.fill(2, 0xe0, 0xf0)
FOLLOW.fill(3, 0xf0, 0xf5)

const NEWLINE = 10

/**
 * Turns byte offsets, asked for in rising order, into 1-based lines and columns. Columns count UTF-16 code units of the
 * text as UTF-8; a byte that is no UTF-8 counts one. Linear over all questions together, whatever the length of a line.
 */
export class TextPosition {
  line = 1
  column = 1
  #at = 0

  /** Offset of the next byte not yet counted. */
  get at(): number {
    return this.#at
  }

  /** Counts bytes up to `to`. */
  advance(bytes: Uint8Array, to: number): void {
    let p = this.#at
    if (p >= to) return
    let column = this.column
    for (let next = bytes.indexOf(NEWLINE, p); next >= 0 && next < to; next = bytes.indexOf(NEWLINE, p)) {
      this.line++
      column = 1
      p = next + 1
    }
    while (p < to) {
      const c = bytes[p]!
      p++
      column++
      const follow = FOLLOW[c]!
      if (follow === 0) continue
      let seen = 0
      while (seen < follow && p + seen < to && (bytes[p + seen]! & 0xc0) === 0x80) seen++
      if (seen < follow) continue
      p += follow
      if (follow === 3) column++
    }
    this.column = column
    this.#at = p
  }

  /** The bytes before `offset` go away; what follows is numbered from 0. */
  shift(offset: number): void {
    this.#at -= offset
  }
}
