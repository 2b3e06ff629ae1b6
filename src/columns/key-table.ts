import { hashA, hashBytes } from './hash.kernel.ts'
import { KEY_SLOTS, KEY_WORDS, MAX_KEYS, ROLE_SHIFT } from './key-layout.ts'

/**
 * Attribute keys as small integers, interned once at ingest and bounded.
 *
 *   bytes of the key --hash--> slots[] --id--> words[offset[id] ..], length[id], roles[id]
 *
 * Id 0 means "not interned": keys longer than MAX_KEY_BYTES, empty ones, or any key that arrives after the table
 * is full. Keys with a role (see {@link KeyTable.reserve}) are reserved at start and so can never be crowded out.
 */

export * from './key-layout.ts'

export const MAX_KEY_BYTES = 255

export class KeyTable {
  readonly seed: number
  /** Role bits by id. */
  readonly roles = new Uint8Array(MAX_KEYS)
  readonly #slots = new Int32Array(KEY_SLOTS)
  readonly #words = new Int32Array(KEY_WORDS)
  readonly #offset = new Int32Array(MAX_KEYS)
  readonly #length = new Int32Array(MAX_KEYS)
  readonly #scratch = new Uint8Array(MAX_KEY_BYTES + 5)
  readonly #scratchView = new DataView(this.#scratch.buffer)
  #count = 1
  #wordsUsed = 0
  #version = 0

  constructor(seed: number) {
    this.seed = seed
  }

  get size(): number {
    return this.#count - 1
  }

  /** Counts up with every key and role. */
  get version(): number {
    return this.#version
  }

  /**
   * Copies the table for a kernel that cannot see this object.
   * @param slots KEY_SLOTS ids; hash, masked, to the first slot asked
   * @param cards two words by id: byte offset of its first word; length, with the roles ROLE_SHIFT above it
   * @param words KEY_WORDS words, little-endian; the last one of a key overlaps its predecessor
   */
  copyTo(slots: Uint16Array, cards: Int32Array, words: Int32Array): void {
    slots.set(this.#slots)
    words.set(this.#words.subarray(0, this.#wordsUsed))
    for (let id = 1; id < this.#count; id++) {
      cards[2 * id] = this.#offset[id]! * 4
      cards[2 * id + 1] = this.#length[id]! | (this.roles[id]! << ROLE_SHIFT)
    }
  }

  /**
   * True when `bytes[start..end)` is the key `id`. Lets a decoder predict the key from its ordinal and compare
   * instead of hashing. Tail bytes are compared by an overlapping word, so keys under 4 bytes go the slow way.
   */
  matches(id: number, view: DataView, start: number, end: number): boolean {
    const length = end - start
    if (this.#length[id] !== length || length < 4) return false
    const words = this.#words
    let o = this.#offset[id]!
    let p = start
    for (const last = end - 4; p < last; p += 4) if (view.getInt32(p, true) !== words[o++]) return false
    return view.getInt32(end - 4, true) === words[o]
  }

  /** Bytes of the key `id`; 0 for id 0. */
  lengthOf(id: number): number {
    return this.#length[id]!
  }

  /** Id of the key, interned when new and there is room, else 0. */
  intern(view: DataView, bytes: Uint8Array, start: number, end: number): number {
    const length = end - start
    if (length <= 0 || length > MAX_KEY_BYTES) return 0
    if (length < 4) return this.#internShort(bytes, start, length)
    return this.#find(view, bytes, start, end)
  }

  /** Interns a key named by a profile or a semantic convention and adds role bits to it. */
  reserve(key: string, role: number): number {
    const bytes = new TextEncoder().encode(key)
    const id = this.intern(new DataView(bytes.buffer), bytes, 0, bytes.byteLength)
    if (id !== 0) this.roles[id] = this.roles[id]! | role
    this.#version++
    return id
  }

  /** The key's text; empty for id 0. */
  name(id: number): string {
    const length = this.#length[id] ?? 0
    if (id === 0 || length === 0) return ''
    const out = new Uint8Array(length)
    const view = new DataView(new ArrayBuffer(4))
    let o = this.#offset[id]!
    for (let p = 0; p < length; p += 4, o++) {
      // the last word overlaps its predecessor, see matches()
      const at = length >= 4 ? Math.min(p, length - 4) : 0
      view.setInt32(0, this.#words[o]!, true)
      for (let i = 0; i < 4 && at + i < length; i++) out[at + i] = view.getUint8(i)
    }
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(out)
  }

  /** Short keys are padded with NUL to one word so that one comparison decides. */
  #internShort(bytes: Uint8Array, start: number, length: number): number {
    const s = this.#scratch
    s.fill(0, 0, 4)
    for (let i = 0; i < length; i++) s[i] = bytes[start + i]!
    return this.#find(this.#scratchView, s, 0, 4, length)
  }

  #find(view: DataView, bytes: Uint8Array, start: number, end: number, length = end - start): number {
    hashBytes(view, bytes, start, end, this.seed ^ length)
    let slot = hashA & (KEY_SLOTS - 1)
    for (;;) {
      const id = this.#slots[slot]!
      if (id === 0) return this.#add(slot, view, start, end, length)
      if (this.#length[id] === length && this.#same(id, view, start, end)) return id
      slot = (slot + 1) & (KEY_SLOTS - 1)
    }
  }

  #same(id: number, view: DataView, start: number, end: number): boolean {
    let o = this.#offset[id]!
    let p = start
    for (const last = end - 4; p < last; p += 4) if (view.getInt32(p, true) !== this.#words[o++]) return false
    return view.getInt32(end - 4, true) === this.#words[o]
  }

  #add(slot: number, view: DataView, start: number, end: number, length: number): number {
    const needed = (end - start + 3) >> 2
    if (this.#count >= MAX_KEYS || this.#wordsUsed + needed > KEY_WORDS) return 0
    const id = this.#count++
    this.#version++
    this.#offset[id] = this.#wordsUsed
    this.#length[id] = length
    for (let p = start, last = end - 4; p < last; p += 4)
      this.#words[this.#wordsUsed++] = view.getInt32(p, true)
    this.#words[this.#wordsUsed++] = view.getInt32(end - 4, true)
    this.#slots[slot] = id
    return id
  }
}
