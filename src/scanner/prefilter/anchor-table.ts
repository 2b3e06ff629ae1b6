import { ANCHOR_BYTES, type Anchored } from './keyword-tables.ts'

/**
 * The keywords that go by an anchor, flat, so that to look one up touches few lines of memory:
 *
 *   slots     anchor, entry or NONE                              open addressing, at most a quarter full
 *   entries   keyword, offset of its anchor, length, rest, next  as many as there are ways to write anchors
 *   rests     byte, mask                                         what of the keyword is not its anchor, left to right
 */
export class AnchorTable {
  readonly #shift: number
  readonly #slots: Int32Array
  readonly entries: Int32Array
  readonly #rests: Uint8Array

  /** @param anchors each with its bytes as a little-endian number */
  constructor(anchors: readonly { readonly anchor: number; readonly keyword: Anchored }[]) {
    const bits = Math.max(4, 32 - Math.clz32(anchors.length * 4))
    this.#shift = 32 - bits
    this.#slots = new Int32Array(2 << bits).fill(NONE)
    this.entries = new Int32Array(anchors.length * STRIDE)
    const rests: number[] = []
    anchors.forEach(({ anchor, keyword: { keyword, bytes, cases, offset } }, i) => {
      this.entries.set([keyword, offset, bytes.length, rests.length, NONE], i * STRIDE)
      bytes.forEach((byte, b) => {
        if (b < offset || b >= offset + ANCHOR_BYTES) rests.push(byte, 255 & ~cases[b]!)
      })
      this.#link(anchor, i * STRIDE)
    })
    this.#rests = Uint8Array.from(rests)
  }

  /** Puts an entry behind the others of its anchor. */
  #link(anchor: number, entry: number): void {
    const slot = this.#slot(anchor)
    let last = this.#slots[slot + 1]!
    if (last === NONE) {
      this.#slots[slot] = anchor
      this.#slots[slot + 1] = entry
      return
    }
    while (this.entries[last + NEXT] !== NONE) last = this.entries[last + NEXT]!
    this.entries[last + NEXT] = entry
  }

  /** The first of an anchor's entries, in the order in which they were given, or NONE. */
  first(anchor: number): number {
    return this.#slots[this.#slot(anchor) + 1]!
  }

  /** Whether the rest of an entry's keyword stands at `at`, where its anchor was found. */
  isAt(entry: number, bytes: Uint8Array, at: number): boolean {
    const { entries } = this
    const offset = entries[entry + OFFSET]!
    const length = entries[entry + LENGTH]!
    const rests = this.#rests
    let r = entries[entry + REST]!
    for (let i = 0; i < length; i++, r += 2) {
      if (i === offset) i += ANCHOR_BYTES
      if (i >= length) break
      if (((bytes[at + i]! ^ rests[r]!) & rests[r + 1]!) !== 0) return false
    }
    return true
  }

  /** Where the anchor is, or would be. */
  #slot(anchor: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = (Math.imul(anchor, FACTOR) >>> this.#shift) << 1
    while (slots[slot + 1] !== NONE && slots[slot] !== anchor) slot = (slot + 2) & mask
    return slot
  }
}

export const NONE = -1
/** Words of an entry. */
export const KEYWORD = 0
export const OFFSET = 1
export const LENGTH = 2
const REST = 3
export const NEXT = 4
const STRIDE = 5
/** 2^32 over the golden ratio. */
const FACTOR = 0x9e3779b1
