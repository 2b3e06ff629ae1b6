import { write } from 'node:fs'
import { promisify } from 'node:util'

const writeTo = promisify(write)

/**
 * Standard output by file descriptor, off the event loop: `process.stdout` to a full pipe would block ingest. What a
 * slow reader has not taken (EAGAIN) is kept and goes first next time, so a line is never cut.
 */
export class StdoutWriter {
  readonly #fd: number
  #rest: Buffer = Buffer.alloc(0)

  constructor(fd: number) {
    this.#fd = fd
  }

  /** Rejects with EAGAIN when the reader is slow; call again with nothing to go on. */
  async append(lines: Buffer): Promise<void> {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, lines]) : lines
    try {
      while (bytes.length > 0) {
        const { bytesWritten } = await writeTo(this.#fd, bytes, 0, bytes.length, null)
        bytes = bytes.subarray(bytesWritten)
      }
      this.#rest = bytes
    } catch (error) {
      const slow = (error as NodeJS.ErrnoException).code === 'EAGAIN'
      this.#rest = slow ? Buffer.from(bytes) : Buffer.alloc(0)
      throw error
    }
  }
}
