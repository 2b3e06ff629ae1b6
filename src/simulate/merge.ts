import type { SimEvent, Source } from './event.ts'

/**
 * Many sources as one, in time order: a binary heap by `nextMs`, the earliest at the root.
 *
 *        0
 *      1   2        children of i: 2i+1, 2i+2
 *     3 4 5 6
 */
export class MergedSources implements Source {
  readonly #heap: Source[]

  constructor(sources: readonly Source[]) {
    this.#heap = [...sources]
    for (let i = this.#heap.length >> 1; i >= 0; i--) this.#sink(i)
  }

  get nextMs(): number {
    return this.#heap[0]?.nextMs ?? Number.POSITIVE_INFINITY
  }

  take(): readonly SimEvent[] {
    const events = this.#heap[0]!.take()
    this.#sink(0)
    return events
  }

  #sink(from: number): void {
    const heap = this.#heap
    let at = from
    for (;;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && heap[child]!.nextMs < heap[least]!.nextMs) least = child
      }
      if (least === at) return
      const held = heap[at]!
      heap[at] = heap[least]!
      heap[least] = held
      at = least
    }
  }
}
