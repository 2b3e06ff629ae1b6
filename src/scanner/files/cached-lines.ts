import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/**
 * Lines of a file by their keys, without holding the file: an index of hashes and places, and a window of it that moves
 * along. Lines are asked for nearly in the order in which they were written, so most are in the window.
 *
 *   ["<key of KEY_LENGTH>", ... ]\n
 *
 * Text is one character a byte.
 */

/** Lines begin with `["` and the key. */
const KEY_AT = 2
export const KEY_LENGTH = 22
const WINDOW_BYTES = 64 * 1024
const NEWLINE = 10
const FREE = -1
const FNV_PRIME = 0x01000193

export class CachedLines {
  /** When the file was written, ms since epoch; 0 when there is none. */
  readonly writtenMs: number
  #fd = -1
  #size = 0
  #window = Buffer.alloc(0)
  /** Place of the window's first byte in the file. */
  #windowAt = 0
  /** By line: where it begins and the hash of its key; its end is the next one's beginning. */
  #starts = new Float64Array(1024)
  #hashes = new Int32Array(1024)
  /** 1 where it was taken. */
  #taken = new Uint8Array(0)
  #count = 0
  /** Lines by hash, open addressing. */
  #table = new Int32Array(0)

  /** Reads the index of `file`; one that cannot be read has no lines. */
  constructor(file: string) {
    let writtenMs = 0
    try {
      this.#fd = openSync(file, 'r')
      const { size, mtimeMs } = fstatSync(this.#fd)
      this.#size = size
      this.#index()
      writtenMs = mtimeMs
    } catch {
      this.close()
    }
    this.writtenMs = writtenMs
    this.#taken = new Uint8Array(this.#count)
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(1, this.#count) * 2))).fill(FREE)
    const mask = this.#table.length - 1
    for (let line = 0; line < this.#count; line++) {
      let slot = this.#hashes[line]! & mask
      while (this.#table[slot] !== FREE) slot = (slot + 1) & mask
      this.#table[slot] = line
    }
  }

  /** Takes the line of a key: the last one written, when there are several. @returns null when there is none left */
  take(key: string): string | null {
    const hash = hashOf(Buffer.from(key, 'latin1'), 0)
    const mask = this.#table.length - 1
    let found: string | null = null
    for (let slot = hash & mask; this.#table[slot] !== FREE; slot = (slot + 1) & mask) {
      const line = this.#table[slot]!
      if (this.#hashes[line] !== hash || this.#taken[line] === 1) continue
      const text = this.#read(line)
      if (!text.startsWith(key, KEY_AT)) continue
      this.#taken[line] = 1
      found = text
    }
    return found
  }

  /** The lines not taken, in order. */
  *rest(): Generator<string> {
    for (let line = 0; line < this.#count; line++) if (this.#taken[line] === 0) yield this.#read(line)
  }

  /** Lets go of the file; there are no lines from then on. */
  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd)
    this.#fd = -1
    this.#count = 0
    this.#table.fill(FREE)
  }

  #index(): void {
    let start = 0
    while (start < this.#size) {
      const at = start - this.#windowAt
      let end = this.#window.indexOf(NEWLINE, Math.max(0, at))
      if (at < 0 || at >= this.#window.length || end < 0) {
        const before = this.#window.length
        this.#move(start, before > 0 && at === 0 ? before * 2 : WINDOW_BYTES)
        end = this.#window.indexOf(NEWLINE)
        // no line's end yet: a larger window, unless this is the end of the file
        if (end < 0 && start + this.#window.length < this.#size) continue
      }
      const from = start - this.#windowAt
      this.#add(start, hashOf(this.#window, from + KEY_AT))
      start = end < 0 ? this.#size : this.#windowAt + end + 1
    }
    this.#move(0, WINDOW_BYTES)
  }

  #add(start: number, hash: number): void {
    if (this.#count === this.#hashes.length) {
      const starts = new Float64Array(this.#count * 2)
      starts.set(this.#starts)
      this.#starts = starts
      const hashes = new Int32Array(this.#count * 2)
      hashes.set(this.#hashes)
      this.#hashes = hashes
    }
    this.#starts[this.#count] = start
    this.#hashes[this.#count++] = hash
  }

  #read(line: number): string {
    const start = this.#starts[line]!
    const end = line + 1 < this.#count ? this.#starts[line + 1]! : this.#size
    if (start < this.#windowAt || end > this.#windowAt + this.#window.length)
      this.#move(start, Math.max(WINDOW_BYTES, end - start))
    const text = this.#window.toString('latin1', start - this.#windowAt, end - this.#windowAt)
    return text.endsWith('\n') ? text.slice(0, -1) : text
  }

  #move(to: number, bytes: number): void {
    const buffer =
      this.#window.buffer.byteLength === bytes
        ? Buffer.from(this.#window.buffer)
        : Buffer.allocUnsafeSlow(bytes)
    let filled = 0
    for (let n = -1; n !== 0 && filled < bytes; filled += n)
      n = readSync(this.#fd, buffer, filled, bytes - filled, to + filled)
    this.#window = buffer.subarray(0, filled)
    this.#windowAt = to
  }
}

/** FNV-1a of a key's bytes; short of bytes, of those there are. */
function hashOf(bytes: Buffer, from: number): number {
  let h = 0x811c9dc5
  const to = Math.min(bytes.length, from + KEY_LENGTH)
  for (let p = from; p < to; p++) h = Math.imul(h ^ bytes[p]!, FNV_PRIME)
  return h
}
