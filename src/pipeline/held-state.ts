import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StateReading } from '../columns/stage.ts'

/** Steps to a reading that are taken in the turn in which it was asked for: enough for a small state. */
const STEPS_AT_ONCE = 4
/** A state of this size is copied in that turn as well, two milliseconds, and nobody waits. */
const COPIED_AT_ONCE_BYTES = 4 * 1024 * 1024
/** How long a stream waits for its state to be written; what is left by then is copied, and the stream goes on. */
const HOLD_MS = 500
const COPIED_A_TURN_BYTES = 4 * 1024 * 1024

/**
 * A detector state on its way out, unchanged meanwhile because its stream is held, and let go as soon as may be:
 *
 *   small: copied at once, let go      large: piece by piece through one buffer to whoever writes, let go after the last
 *                                             slow writer: after HOLD_MS the rest is copied, let go, written from there
 *
 * The loop is never kept for longer than a step; a large state is not in memory twice but where the writer is slow.
 */
export class HeldState {
  /** Length of the state; rejects when it cannot be read. */
  readonly bytes: Promise<number>
  readonly #letGo: () => void
  readonly #timer: NodeJS.Timeout
  #pieces: Iterator<Uint8Array> | null = null
  readonly #copies: Uint8Array[] = []
  #buffer = new Uint8Array(0)
  #held = true

  /** @param letGo called once, when the state may change again */
  constructor(steps: Generator<void, StateReading>, letGo: () => void) {
    this.#letGo = letGo
    this.#timer = setTimeout(() => void this.#copyRest(), HOLD_MS)
    this.bytes = this.#begin(steps).catch((cause) => {
      this.end()
      throw cause
    })
    this.bytes.catch(() => {}) // asked for later
  }

  /** To be read once; each piece is good until the next is asked for. */
  async *pieces(): AsyncGenerator<Uint8Array, void> {
    try {
      await this.bytes
      for (;;) {
        const copy = this.#copies.shift()
        const piece = copy ?? this.#next()
        if (piece === null) return
        if (piece.length > 0) yield copy ?? this.#buffered(piece)
      }
    } finally {
      this.end()
    }
  }

  /** Nobody will read on. */
  end(): void {
    clearTimeout(this.#timer)
    this.#pieces = null
    if (!this.#held) return
    this.#held = false
    this.#letGo()
  }

  async #begin(steps: Generator<void, StateReading>): Promise<number> {
    let step = steps.next()
    for (let i = 1; step.done !== true; i++) {
      if (i >= STEPS_AT_ONCE) await nextTurn()
      step = steps.next()
    }
    const { bytes, pieces } = step.value
    if (!this.#held) return bytes
    this.#pieces = pieces[Symbol.iterator]()
    if (bytes <= COPIED_AT_ONCE_BYTES) this.#copySome(bytes)
    return bytes
  }

  /** @returns null after the last: the state may change again */
  #next(): Uint8Array | null {
    const next = this.#pieces?.next()
    if (next !== undefined && next.done !== true) return next.value
    this.end()
    return null
  }

  /** @returns false after the last piece */
  #copySome(bytesMax: number): boolean {
    for (let bytes = 0; bytes <= bytesMax; ) {
      const piece = this.#next()
      if (piece === null) return false
      this.#copies.push(new Uint8Array(piece))
      bytes += piece.length
    }
    return true
  }

  async #copyRest(): Promise<void> {
    await this.bytes.catch(() => {})
    while (this.#copySome(COPIED_A_TURN_BYTES)) await nextTurn()
  }

  #buffered(piece: Uint8Array): Uint8Array {
    if (this.#buffer.length < piece.length) this.#buffer = new Uint8Array(piece.length)
    this.#buffer.set(piece)
    return this.#buffer.subarray(0, piece.length)
  }
}
