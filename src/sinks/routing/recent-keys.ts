/** A bounded set that forgets the longest-unseen key; a number goes with each key. */
export class RecentKeys {
  readonly #keys = new Map<string, number>()
  readonly #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#keys.size
  }

  has(key: string): boolean {
    return this.#keys.has(key)
  }

  get(key: string): number | undefined {
    return this.#keys.get(key)
  }

  /** Adds or renews. */
  set(key: string, value: number): void {
    this.#keys.delete(key)
    this.#keys.set(key, value)
    if (this.#keys.size > this.#capacity) {
      const oldest = this.#keys.keys().next()
      if (oldest.done !== true) this.#keys.delete(oldest.value)
    }
  }

  delete(key: string): void {
    this.#keys.delete(key)
  }

  /** Oldest first. */
  entries(): IterableIterator<[string, number]> {
    return this.#keys.entries()
  }
}
