import type { Anchored } from './keyword-tables.ts'

const EMPTY = -1
/** 2^32 over the golden ratio. */
const FACTOR = 0x9e3779b1

/** The keywords that go by an anchor: open addressing, at most a quarter full. */
export class AnchorTable {
  readonly #shift: number
  readonly #keys: Int32Array
  readonly #lists: Int32Array
  readonly #keywords: Anchored[][] = []

  /** @param anchors most that will be added */
  constructor(anchors: number) {
    const bits = Math.max(4, 32 - Math.clz32(anchors * 4))
    this.#shift = 32 - bits
    this.#keys = new Int32Array(1 << bits)
    this.#lists = new Int32Array(1 << bits).fill(EMPTY)
  }

  add(anchor: number, keyword: Anchored): void {
    const slot = this.#slot(anchor)
    if (this.#lists[slot] === EMPTY) {
      this.#keys[slot] = anchor
      this.#lists[slot] = this.#keywords.push([]) - 1
    }
    this.#keywords[this.#lists[slot]!]!.push(keyword)
  }

  /** @param anchor its bytes as a little-endian number */
  get(anchor: number): readonly Anchored[] | null {
    const list = this.#lists[this.#slot(anchor)]!
    return list === EMPTY ? null : this.#keywords[list]!
  }

  /** Where the anchor is, or would be. */
  #slot(anchor: number): number {
    const mask = this.#keys.length - 1
    let slot = Math.imul(anchor, FACTOR) >>> this.#shift
    while (this.#lists[slot] !== EMPTY && this.#keys[slot] !== anchor) slot = (slot + 1) & mask
    return slot
  }
}
