/** Which findings are neither delivered nor on disk, and who waits for that to end. */
export class Durability {
  /** Sequences, oldest first: they are added in order. */
  readonly #unsafe = new Set<number>()
  #waiters: { sequence: number; resolve: () => void }[] = []

  get size(): number {
    return this.#unsafe.size
  }

  add(sequence: number): void {
    this.#unsafe.add(sequence)
  }

  all(): number[] {
    return [...this.#unsafe]
  }

  /** Delivered, fsynced, or dropped and counted. */
  safe(sequences: Iterable<number>): void {
    for (const sequence of sequences) this.#unsafe.delete(sequence)
    if (this.#waiters.length === 0) return
    const first = this.#unsafe.values().next()
    const oldest = first.done === true ? Number.POSITIVE_INFINITY : first.value
    const done = this.#waiters.filter((w) => w.sequence < oldest)
    this.#waiters = this.#waiters.filter((w) => w.sequence >= oldest)
    for (const waiter of done) waiter.resolve()
  }

  /** Resolves when no sequence up to this one is unsafe. */
  until(sequence: number): Promise<void> {
    if (this.#unsafe.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push({ sequence, resolve }))
  }
}
