/**
 * Which slot a series has: open addressing with linear probing over a 64-bit hash of profile and key values.
 *
 *   home = a ^ (b >>> 7), masked     entry = slot + 1 (0 empty), a, b, unused: four Int32 words, one cache line each
 *
 * Two keys agree by accident with probability 2^-64. Deletion shifts back what follows, so there are no tombstones.
 * Source: Knuth, The Art of Computer Programming 3, 6.4, algorithms L and R.
 */
const FIRST_ENTRIES = 1024
/** In place of a slot: the row has no series here. */
export const NO_KEY = -2
const NONE = NO_KEY

export class Registry {
  #table = new Int32Array(4 * FIRST_ENTRIES)
  #mask = FIRST_ENTRIES - 1
  /** Entry by slot plus 1, 0 when the slot is not in the table. */
  readonly #entry: Int32Array
  size = 0
  /** Series ever removed: a slot found before may be another's when this has changed. */
  removals = 0
  /** Keeps loads that only fetch from being left out. */
  touched = 0

  constructor(maxSlots: number) {
    this.#entry = new Int32Array(maxSlots)
  }

  /** Slot of the key, or -1. */
  find(a: number, b: number): number {
    const table = this.#table
    const mask = this.#mask
    let i = (a ^ (b >>> 7)) & mask
    for (;;) {
      const slot = table[4 * i]! - 1
      if (slot < 0 || (table[4 * i + 1] === a && table[4 * i + 2] === b)) return slot
      i = (i + 1) & mask
    }
  }

  /**
   * {@link find} for many: with the entries of all on their way from memory before the first is looked at. Neighbours
   * with the same key are looked up once.
   * @param slots entries [from, to) in: NO_KEY where there is nothing to find; out: slot or -1
   */
  findMany(a: Int32Array, b: Int32Array, slots: Int32Array, from: number, to: number): void {
    const table = this.#table
    const mask = this.#mask
    let touched = 0
    for (let i = from; i < to; i++) touched |= table[4 * ((a[i]! ^ (b[i]! >>> 7)) & mask)]!
    this.touched = touched
    let slot = -1
    let lastA = 0
    let lastB = 0
    for (let i = from; i < to; i++) {
      if (slots[i] === NONE) continue
      const x = a[i]!
      const y = b[i]!
      if (slot < 0 || x !== lastA || y !== lastB) {
        slot = this.find(x, y)
        lastA = x
        lastB = y
      }
      slots[i] = slot
    }
  }

  /** @param slot not in the table */
  add(slot: number, a: number, b: number): void {
    if (this.size * 2 > this.#mask) this.#grow()
    this.#insert(slot, a, b)
    this.size++
  }

  has(slot: number): boolean {
    return this.#entry[slot]! > 0
  }

  /** @param slot in the table */
  hashA(slot: number): number {
    return this.#table[4 * (this.#entry[slot]! - 1) + 1]!
  }

  /** @param slot in the table */
  hashB(slot: number): number {
    return this.#table[4 * (this.#entry[slot]! - 1) + 2]!
  }

  /** @param slot in the table */
  remove(slot: number): void {
    const table = this.#table
    const mask = this.#mask
    let hole = this.#entry[slot]! - 1
    this.removals++
    this.#entry[slot] = 0
    this.size--
    for (let i = (hole + 1) & mask; table[4 * i] !== 0; i = (i + 1) & mask) {
      const a = table[4 * i + 1]!
      const b = table[4 * i + 2]!
      // stays when its home lies cyclically in (hole, i]
      const home = (a ^ (b >>> 7)) & mask
      if (hole <= i ? hole < home && home <= i : hole < home || home <= i) continue
      this.#put(hole, table[4 * i]! - 1, a, b)
      hole = i
    }
    table[4 * hole] = 0
  }

  clear(): void {
    this.#table.fill(0)
    this.#entry.fill(0)
    this.size = 0
  }

  #insert(slot: number, a: number, b: number): void {
    let i = (a ^ (b >>> 7)) & this.#mask
    while (this.#table[4 * i] !== 0) i = (i + 1) & this.#mask
    this.#put(i, slot, a, b)
  }

  /** Twice the entries: a small table stays in the cache. */
  #grow(): void {
    const old = this.#table
    this.#table = new Int32Array(old.length * 2)
    this.#mask = 2 * this.#mask + 1
    for (let i = 0; i < old.length; i += 4) {
      if (old[i] !== 0) this.#insert(old[i]! - 1, old[i + 1]!, old[i + 2]!)
    }
  }

  #put(i: number, slot: number, a: number, b: number): void {
    this.#table[4 * i] = slot + 1
    this.#table[4 * i + 1] = a
    this.#table[4 * i + 2] = b
    this.#entry[slot] = i + 1
  }
}
