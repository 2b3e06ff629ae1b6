import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'

/**
 * One file read to its end and then again whenever it grew: through rotation (another file under the name), truncation
 * (shorter than what was read) and absence (it appears later). What was written to the old file before it was moved is
 * read before the new one is opened.
 */

const CHUNK_BYTES = 256 * 1024

export interface FollowedFileEvents {
  /** Bytes in order; the chunk is reused. */
  readonly onBytes: (chunk: Uint8Array) => void
  /** Another file, or the same from its beginning, follows. */
  readonly onReset: () => void
}

export class FollowedFile {
  readonly path: string
  readonly #events: FollowedFileEvents
  readonly #chunk = new Uint8Array(CHUNK_BYTES)
  #fd: number | null = null
  #position = 0
  /** Whether the file was there at any time. */
  opened = false

  constructor(path: string, events: FollowedFileEvents) {
    this.path = path
    this.#events = events
  }

  /**
   * Reads what is new.
   * @param maxBytes stops after so many, so that one fast file does not starve the others
   * @returns whether there may be more at once
   * @throws the error of `open` or `read`, except that the file is absent
   */
  poll(maxBytes: number): boolean {
    if (this.#fd === null && !this.#open()) return false
    if (this.#read(maxBytes)) return true
    const now = statOrNull(this.path)
    const open = fstatSync(this.#fd!)
    if (now !== null && (now.ino !== open.ino || now.dev !== open.dev)) {
      // Moved away: its last bytes may have come between the read and the look at the name.
      if (this.#read(maxBytes)) return true
      this.close()
      this.#events.onReset()
      return true
    }
    if (open.size < this.#position) {
      this.#position = 0
      this.#events.onReset()
      return true
    }
    return false
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd)
    this.#fd = null
    this.#position = 0
  }

  #open(): boolean {
    try {
      this.#fd = openSync(this.path, 'r')
      this.opened = true
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw error
    }
  }

  /** @returns whether it stopped at `maxBytes` */
  #read(maxBytes: number): boolean {
    let total = 0
    for (;;) {
      const n = readSync(this.#fd!, this.#chunk, 0, CHUNK_BYTES, this.#position)
      if (n === 0) return false
      this.#position += n
      total += n
      this.#events.onBytes(this.#chunk.subarray(0, n))
      if (total >= maxBytes) return true
    }
  }
}

function statOrNull(path: string): Stats | null {
  try {
    return statSync(path)
  } catch {
    return null
  }
}
