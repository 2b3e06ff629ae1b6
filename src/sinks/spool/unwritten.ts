import type { Entry } from './backlog.ts'
import { ACKNOWLEDGED, encodeRecord, FINDING } from './record.ts'

/** Taken together, written together. */
export interface Write {
  readonly entries: readonly Entry[]
  /** By sink. */
  readonly acknowledgements: ReadonlyMap<string, readonly number[]>
}

/** What is not in the log yet: findings and acknowledgements, in the order they came. */
export class Unwritten {
  #entries: Entry[] = []
  #acknowledgements = new Map<string, readonly number[]>()

  get empty(): boolean {
    return this.#entries.length === 0 && this.#acknowledgements.size === 0
  }

  add(entry: Entry): void {
    this.#entries.push(entry)
  }

  acknowledge(sink: string, sequences: readonly number[]): void {
    this.#acknowledgements.set(sink, [...(this.#acknowledgements.get(sink) ?? []), ...sequences])
  }

  /** All of it; a finding that was delivered or dropped meanwhile needs no writing. Null when nothing is left. */
  take(): Write | null {
    const entries = this.#entries.filter((entry) => entry.waiting.size > 0)
    const acknowledgements = this.#acknowledgements
    this.#entries = []
    this.#acknowledgements = new Map()
    return entries.length === 0 && acknowledgements.size === 0 ? null : { entries, acknowledgements }
  }

  /** A write that failed is the next one again, before what came meanwhile. */
  putBack({ entries, acknowledgements }: Write): void {
    this.#entries = [...entries, ...this.#entries]
    for (const [sink, sequences] of acknowledgements) {
      this.#acknowledgements.set(sink, [...sequences, ...(this.#acknowledgements.get(sink) ?? [])])
    }
  }
}

/** Its records: one a finding, in order, and then one with all acknowledgements. */
export function encodeWrite({ entries, acknowledgements }: Write, last: number): Buffer[] {
  const records = entries.map((e) => encodeRecord(FINDING, e.sequence, JSON.stringify(e.record)))
  if (acknowledgements.size > 0) {
    records.push(encodeRecord(ACKNOWLEDGED, last, JSON.stringify(Object.fromEntries(acknowledgements))))
  }
  return records
}
