import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { TelltaleError } from '../../core/errors.ts'
import type { GitRepository } from './git-process.ts'

/**
 * Reads objects through one `git cat-file --batch-command`: the size is asked first, so that a huge blob is never sent.
 *
 *   > info <id>       < <id> blob <size> LF
 *   > contents <id>   < <id> blob <size> LF <bytes> LF
 */
export class ObjectReader {
  readonly #git: ChildProcessWithoutNullStreams
  readonly #pieces: AsyncIterator<Buffer>
  #buffered: Buffer = Buffer.alloc(0)
  readonly #maxBytes: number

  /** @param maxBytes larger objects are not read; 0 reads all */
  constructor(repository: GitRepository, maxBytes: number) {
    this.#git = repository.spawn(['cat-file', '--batch-command'])
    this.#git.stdin.on('error', () => {})
    this.#git.once('error', () => {})
    this.#git.stderr.resume()
    this.#pieces = this.#git.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    this.#maxBytes = maxBytes
  }

  /** An object's bytes; `missing` or `large` when it was not read. One call at a time. */
  async read(id: string): Promise<Buffer | 'missing' | 'large'> {
    const size = await this.#ask(`info ${id}`)
    if (size === null) return 'missing'
    if (this.#maxBytes > 0 && size > this.#maxBytes) return 'large'
    const length = await this.#ask(`contents ${id}`)
    if (length === null) return 'missing'
    const bytes = await this.#take(length + 1)
    return bytes.subarray(0, length)
  }

  close(): void {
    this.#git.stdin.end()
    this.#git.kill()
  }

  /** Size in the answer's header, or null when git has no such object. */
  async #ask(question: string): Promise<number | null> {
    this.#git.stdin.write(`${question}\n`)
    const header = await this.#line()
    const size = /^[0-9a-f]{40,64} \w+ (\d+)$/.exec(header)?.[1]
    return size === undefined ? null : Number(size)
  }

  async #line(): Promise<string> {
    for (;;) {
      const at = this.#buffered.indexOf(10)
      if (at >= 0) {
        const line = this.#buffered.toString('latin1', 0, at)
        this.#buffered = this.#buffered.subarray(at + 1)
        return line
      }
      await this.#more()
    }
  }

  async #take(length: number): Promise<Buffer> {
    if (this.#buffered.length < length) {
      const parts = [this.#buffered]
      let have = this.#buffered.length
      while (have < length) {
        const piece = await this.#next()
        parts.push(piece)
        have += piece.length
      }
      this.#buffered = Buffer.concat(parts)
    }
    const bytes = this.#buffered.subarray(0, length)
    this.#buffered = this.#buffered.subarray(length)
    return bytes
  }

  async #more(): Promise<void> {
    this.#buffered = Buffer.concat([this.#buffered, await this.#next()])
  }

  async #next(): Promise<Buffer> {
    const next = await this.#pieces.next()
    if (next.done === true) throw new TelltaleError('INPUT_UNREADABLE', 'git cat-file ended early')
    return next.value
  }
}

/** Author's name and date of a commit object's text. */
export function commitPlaceOf(id: string, text: string): { id: string; author: string; date: string } {
  const author = /^author (.*?) <[^\n]*> (\d+) [+-]\d{4}$/m.exec(text)
  const seconds = Number(author?.[2] ?? 0)
  return { id, author: author?.[1] ?? '', date: new Date(Math.min(seconds, 8e12) * 1000).toISOString() }
}
