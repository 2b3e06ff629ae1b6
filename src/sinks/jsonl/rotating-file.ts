import { type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Appends whole lines to a file and rotates it by size: `PATH` to `PATH.1`, `PATH.1` to `PATH.2`, ... A file that
 * somebody else moved away (logrotate) is made anew. Errors of the file system are the caller's.
 */
export class RotatingFile {
  readonly #path: string
  readonly #maxBytes: number
  readonly #keep: number
  #handle: FileHandle | null = null
  #inode = 0
  #bytes = 0

  constructor(path: string, maxBytes: number, keep: number) {
    this.#path = path
    this.#maxBytes = maxBytes
    this.#keep = keep
  }

  /** All of `lines` or nothing: what a failed write left is cut off again. */
  async append(lines: Buffer, fsync: boolean): Promise<void> {
    await this.#ready()
    if (this.#bytes > 0 && this.#bytes + lines.length > this.#maxBytes) await this.#rotate()
    const handle = this.#handle!
    try {
      await handle.appendFile(lines)
      if (fsync) await handle.datasync()
      this.#bytes += lines.length
    } catch (error) {
      await handle.truncate(this.#bytes).catch(() => {})
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = null
  }

  async #ready(): Promise<void> {
    if (this.#handle !== null) {
      const now = await stat(this.#path).catch(() => null)
      if (now?.ino === this.#inode) return
      await this.close()
    }
    await mkdir(dirname(this.#path), { recursive: true })
    const handle = await open(this.#path, 'a+', 0o640)
    const { size, ino } = await handle.stat()
    this.#handle = handle
    this.#inode = ino
    this.#bytes = size
    await this.#endLine(handle)
  }

  /** A process killed in the middle of a line left it open; the next line must not run on from it. */
  async #endLine(handle: FileHandle): Promise<void> {
    if (this.#bytes === 0) return
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, this.#bytes - 1)
    if (buffer[0] === 0x0a) return
    await handle.appendFile('\n')
    this.#bytes++
  }

  async #rotate(): Promise<void> {
    await this.close()
    if (this.#keep === 0) await unlink(this.#path)
    for (let n = this.#keep; n > 0; n--) {
      const from = n === 1 ? this.#path : `${this.#path}.${n - 1}`
      await rename(from, `${this.#path}.${n}`).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
    }
    await this.#ready()
  }
}
