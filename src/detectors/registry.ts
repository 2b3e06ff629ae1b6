/**
 * Which slot a series has: open addressing with linear probing over a 64-bit hash of profile and key values.
 *
 *   home = a ^ (b >>> 7), masked     table[i] = slot + 1, 0 empty     hashes by slot
 *
 * Two keys agree by accident with probability 2^-64. Deletion shifts back what follows, so there are no tombstones.
 * Source: Knuth, The Art of Computer Programming 3, 6.4, algorithms L and R.
 */
export class Registry {
  readonly #table: Int32Array
  readonly #mask: number
  /** Two words a slot. */
  readonly #hash: Int32Array
  size = 0

  constructor(maxSlots: number) {
    let capacity = 16
    while (capacity < maxSlots * 2) capacity *= 2
    this.#table = new Int32Array(capacity)
    this.#mask = capacity - 1
    this.#hash = new Int32Array(2 * maxSlots)
  }

  /** Slot of the key, or -1. */
  find(a: number, b: number): number {
    const mask = this.#mask
    let i = (a ^ (b >>> 7)) & mask
    for (;;) {
      const slot = this.#table[i]! - 1
      if (slot < 0 || (this.#hash[2 * slot] === a && this.#hash[2 * slot + 1] === b)) return slot
      i = (i + 1) & mask
    }
  }

  /** @param slot not in the table */
  add(slot: number, a: number, b: number): void {
    this.#hash[2 * slot] = a
    this.#hash[2 * slot + 1] = b
    let i = (a ^ (b >>> 7)) & this.#mask
    while (this.#table[i] !== 0) i = (i + 1) & this.#mask
    this.#table[i] = slot + 1
    this.size++
  }

  hashA(slot: number): number {
    return this.#hash[2 * slot]!
  }

  hashB(slot: number): number {
    return this.#hash[2 * slot + 1]!
  }

  /** @param slot in the table */
  remove(slot: number): void {
    const mask = this.#mask
    let i = this.#home(slot)
    while (this.#table[i] !== slot + 1) i = (i + 1) & mask
    this.size--
    let hole = i
    for (;;) {
      i = (i + 1) & mask
      const next = this.#table[i]! - 1
      if (next < 0) break
      // stays when its home lies cyclically in (hole, i]
      const home = this.#home(next)
      if (hole <= i ? hole < home && home <= i : hole < home || home <= i) continue
      this.#table[hole] = next + 1
      hole = i
    }
    this.#table[hole] = 0
  }

  has(slot: number): boolean {
    return this.find(this.#hash[2 * slot]!, this.#hash[2 * slot + 1]!) === slot
  }

  clear(): void {
    this.#table.fill(0)
    this.size = 0
  }

  #home(slot: number): number {
    return (this.#hash[2 * slot]! ^ (this.#hash[2 * slot + 1]! >>> 7)) & this.#mask
  }
}
