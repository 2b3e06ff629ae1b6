import { Durability } from './durability.ts'
import type { LogRecord } from './log-record.ts'
import type { Segment } from './segments.ts'

export interface Entry {
  readonly sequence: number
  /** null when memory was full and forgot it; it is on disk then. */
  record: LogRecord | null
  /** Sinks that have not delivered it. */
  readonly waiting: Set<string>
  segment: Segment | null
  /** Byte range of the payload in the segment. */
  start: number
  end: number
}

export type DropReason = 'overflow' | 'damaged'

/** Which findings wait for which sink, and how many of them memory holds. Knows nothing of files but where an entry lies. */
export class Backlog {
  readonly durability = new Durability()
  readonly #entries = new Map<number, Entry>()
  /** Sequences in memory, oldest first. */
  readonly #inMemory = new Set<number>()
  readonly #pending = new Map<string, Set<number>>()
  readonly #maxInMemory: number
  readonly #onDropped: (sinks: readonly string[], why: DropReason) => void

  constructor(maxInMemory: number, onDropped: (sinks: readonly string[], why: DropReason) => void) {
    this.#maxInMemory = maxInMemory
    this.#onDropped = onDropped
  }

  addSink(name: string): void {
    this.#pending.set(name, new Set())
  }

  hasSink(name: string): boolean {
    return this.#pending.has(name)
  }

  /** Sequences this sink has to deliver, oldest first. */
  pending(sink: string): ReadonlySet<number> {
    return this.#pending.get(sink) ?? new Set()
  }

  get(sequence: number): Entry | undefined {
    return this.#entries.get(sequence)
  }

  /** The sinks of a record that there are. */
  sinksOf(record: LogRecord): Set<string> {
    return new Set(record.targets.map((t) => t.sink).filter((s) => this.#pending.has(s)))
  }

  /** A new finding, in memory only and not shown to its sinks yet. */
  add(sequence: number, record: LogRecord, waiting: Set<string>): Entry {
    const entry: Entry = { sequence, record, waiting, segment: null, start: 0, end: 0 }
    this.#entries.set(sequence, entry)
    this.#inMemory.add(sequence)
    this.durability.add(sequence)
    return entry
  }

  /** A finding that lies on disk, as an earlier process left it. */
  restore(entry: Entry): void {
    this.#entries.set(entry.sequence, entry)
    this.show(entry)
  }

  /** From here on its sinks see it. */
  show(entry: Entry): void {
    for (const sink of entry.waiting) this.#pending.get(sink)!.add(entry.sequence)
  }

  /** The sink is done with these, delivered or not. */
  acknowledge(sink: string, sequences: Iterable<number>): void {
    const pending = this.#pending.get(sink)
    if (pending === undefined) return
    for (const sequence of sequences) {
      pending.delete(sequence)
      const entry = this.#entries.get(sequence)
      if (entry === undefined) continue
      entry.waiting.delete(sink)
      if (entry.waiting.size === 0) this.#forget(entry)
    }
  }

  /** Memory gives up the oldest: those on disk are read back when their turn comes, others are dropped. */
  boundMemory(): void {
    while (this.#inMemory.size > this.#maxInMemory) {
      const oldest = this.#inMemory.values().next().value!
      this.#inMemory.delete(oldest)
      const entry = this.#entries.get(oldest)!
      if (entry.segment !== null) entry.record = null
      else this.drop(entry, 'overflow')
    }
  }

  drop(entry: Entry, why: DropReason): void {
    const sinks = [...entry.waiting]
    for (const sink of sinks) this.#pending.get(sink)?.delete(entry.sequence)
    entry.waiting.clear()
    this.#forget(entry)
    this.#onDropped(sinks, why)
  }

  /** Everything undelivered in a segment that has to go. */
  dropSegment(segment: Segment): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.segment === segment) this.drop(entry, 'overflow')
    }
  }

  #forget(entry: Entry): void {
    if (!this.#entries.delete(entry.sequence)) return
    this.#inMemory.delete(entry.sequence)
    this.durability.safe([entry.sequence])
    if (entry.segment !== null) entry.segment.live--
  }
}
