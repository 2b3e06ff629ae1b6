/** Puts together the chunks of the two values kept of one key. Chunks of different writers never mix. */

/** Where a chunk belongs, as its message says. */
export interface ChunkPlace {
  readonly slot: number
  readonly chunk: number
  readonly chunks: number
  readonly generation: number
  /** Differs for every writer, so that two that believe to own a key leave no mixture that looks whole. */
  readonly writer: string
}

interface Slot {
  generation: number
  writer: string
  missing: number
  readonly chunks: (Uint8Array | null)[]
}

export class BlobSlots {
  readonly #slots = new Map<number, Slot>()

  /** In the order of the log: a later chunk replaces an earlier one in its place, as compaction will. */
  add(place: ChunkPlace, value: Uint8Array): void {
    const { slot, chunk, chunks, generation, writer } = place
    let known = this.#slots.get(slot)
    if (known === undefined || known.generation !== generation || known.writer !== writer) {
      known = { generation, writer, missing: chunks, chunks: new Array<null>(chunks).fill(null) }
      this.#slots.set(slot, known)
    }
    if (known.chunks.length !== chunks) return
    if (known.chunks[chunk] === null) known.missing--
    known.chunks[chunk] = value
  }

  /** Higher than any begun, and not into the slot that holds the newest whole value. */
  get nextGeneration(): number {
    const next = 1 + Math.max(0, ...[...this.#slots.values()].map((s) => s.generation))
    const whole = [...this.#slots.values()].filter((s) => s.missing === 0).map((s) => s.generation)
    const newest = Math.max(0, ...whole)
    return newest > 0 && next % 2 === newest % 2 ? next + 1 : next
  }

  /** What each slot holds, newest first; null where a value is incomplete. */
  values(): (Uint8Array | null)[] {
    return [...this.#slots.values()]
      .sort((a, b) => b.generation - a.generation)
      .map((s) => (s.missing === 0 ? Buffer.concat(s.chunks as Uint8Array[]) : null))
  }
}

const MAX_CHUNKS = 100_000

/** @returns null when the message is none of ours */
export function readPlace(
  key: string,
  header: (name: string) => string,
): (ChunkPlace & { key: string }) | null {
  const m = /^(.*)\|([01])\|(\d{1,6})$/s.exec(key)
  if (m === null) return null
  const chunk = Number(m[3])
  const chunks = Number(header('chunks'))
  const generation = Number(header('generation'))
  if (!(Number.isSafeInteger(chunks) && chunks <= MAX_CHUNKS && chunk < chunks)) return null
  if (!Number.isSafeInteger(generation)) return null
  return { key: m[1]!, slot: Number(m[2]), chunk, chunks, generation, writer: header('writer') }
}
