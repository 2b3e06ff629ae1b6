import { type FileHandle, mkdir, open, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { CHECKPOINT, encodeRecord, HEADER_BYTES, MAGIC, type RawRecord, readRecords } from './record.ts'

/** One file of the spool. Only the newest is written; older ones are read and, once all is delivered, removed. */
export interface Segment {
  readonly number: number
  readonly path: string
  readonly handle: FileHandle
  bytes: number
  /** The checkpoint at its head, magic included; what is past it are findings and acknowledgements. */
  headBytes: number
  /** Findings in it that some sink still has to deliver. */
  live: number
}

const NAME = /^(\d{12})\.spool$/

/**
 * The files of a spool folder: `000000000001.spool`, `000000000002.spool`, ... Each starts with a checkpoint, so any
 * suffix of the files is enough to go on from. A start never writes to an old file: what a crash tore stays torn and
 * is never appended to.
 */
export class Segments {
  readonly #dir: string
  /** Oldest first; the last is written. */
  readonly list: Segment[] = []
  #next = 1

  constructor(dir: string) {
    this.#dir = dir
  }

  get active(): Segment {
    return this.list[this.list.length - 1]!
  }

  get bytes(): number {
    return this.list.reduce((sum, segment) => sum + segment.bytes, 0)
  }

  /**
   * Reads every segment, oldest first.
   * @returns bytes that were no whole record (a torn tail, or damage)
   */
  async recover(visit: (segment: Segment, record: RawRecord, bytes: Buffer) => void): Promise<number> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    const numbers = (await readdir(this.#dir))
      .map((name) => NAME.exec(name)?.[1])
      .filter((digits) => digits !== undefined)
      .map(Number)
      .sort((a, b) => a - b)
    let damaged = 0
    for (const number of numbers) {
      const path = this.#path(number)
      const handle = await open(path, 'r')
      const bytes = await handle.readFile()
      // Findings of a killed process may be in the page cache only; they count as safe from here on.
      await handle.datasync()
      const segment: Segment = { number, path, handle, bytes: bytes.length, headBytes: 0, live: 0 }
      this.list.push(segment)
      const end = readRecords(bytes, (record) => visit(segment, record, bytes))
      damaged += bytes.length - end
      this.#next = number + 1
    }
    return damaged
  }

  /**
   * Starts a new segment with a checkpoint and makes it, and all before it, safe on disk. Each piece of the checkpoint
   * is a record and a write of its own, so that a large one holds up nothing else in the process.
   */
  async roll(sequence: number, checkpoint: Iterable<string>): Promise<void> {
    if (this.list.length > 0) await this.#syncActive()
    const number = this.#next
    const path = this.#path(number)
    const handle = await open(path, 'wx+', 0o600)
    this.#next = number + 1
    let headBytes = 0
    try {
      headBytes += await writeAt(handle, MAGIC, headBytes)
      for (const piece of checkpoint) {
        headBytes += await writeAt(handle, encodeRecord(CHECKPOINT, sequence, piece), headBytes)
      }
      await handle.sync()
      const dir = await open(this.#dir, 'r')
      await dir.sync().finally(() => dir.close())
    } catch (error) {
      await handle.close().catch(() => {})
      await unlink(path).catch(() => {})
      throw error
    }
    this.list.push({ number, path, handle, bytes: headBytes, headBytes, live: 0 })
  }

  /**
   * Appends to the newest segment. The place is given, so that trying again after a failed write overwrites what the
   * failure left.
   * @returns byte offset of the first record
   */
  async append(records: readonly Buffer[]): Promise<number> {
    const segment = this.active
    const bytes = Buffer.concat(records)
    const at = segment.bytes
    segment.bytes = at + (await writeAt(segment.handle, bytes, at))
    return at
  }

  sync(): Promise<void> {
    return this.#syncActive()
  }

  /** @returns the payload's text; the caller knows place and length from the walk or the write */
  async read(segment: Segment, start: number, end: number): Promise<string> {
    const bytes = Buffer.allocUnsafe(end - start + HEADER_BYTES)
    const { bytesRead } = await segment.handle.read(bytes, 0, bytes.length, start - HEADER_BYTES)
    let text: string | null = null
    if (bytesRead === bytes.length) {
      readRecords(Buffer.concat([MAGIC, bytes]), (record) => {
        text = bytes.toString('utf8', record.start - MAGIC.length, record.end - MAGIC.length)
      })
    }
    if (text === null) throw new Error('a record of the spool does not pass its checksum')
    return text
  }

  async removeOldest(): Promise<void> {
    const segment = this.list.shift()
    if (segment === undefined) return
    await segment.handle.close().catch(() => {})
    await unlink(segment.path).catch(() => {})
  }

  async close(): Promise<void> {
    for (const segment of this.list.splice(0)) await segment.handle.close().catch(() => {})
  }

  #syncActive(): Promise<void> {
    return this.active.handle.datasync()
  }

  #path(number: number): string {
    return join(this.#dir, `${String(number).padStart(12, '0')}.spool`)
  }
}

/** All of the bytes, however few a write takes. @returns their number */
async function writeAt(handle: FileHandle, bytes: Buffer, at: number): Promise<number> {
  let written = 0
  while (written < bytes.length) {
    const result = await handle.write(bytes, written, bytes.length - written, at + written)
    written += result.bytesWritten
  }
  return written
}
