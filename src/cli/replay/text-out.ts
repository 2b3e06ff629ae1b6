import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { TelltaleError } from '../../core/errors.ts'

const FLUSH_CHARS = 256 * 1024

/** Lines to a file or standard output (`-`), gathered so that a line costs no system call. */
export class TextOut {
  readonly #stream: WriteStream | NodeJS.WriteStream
  readonly #path: string
  #parts: string[] = []
  #chars = 0
  #failed: Error | null = null

  constructor(path: string) {
    this.#path = path
    this.#stream = path === '-' ? process.stdout : createWriteStream(path)
    this.#stream.on('error', (error) => {
      this.#failed = error
    })
  }

  line(text: string): void {
    this.#parts.push(text, '\n')
    this.#chars += text.length + 1
  }

  /** Waits while the receiver is slower than we are. @throws TelltaleError INPUT_UNREADABLE when it is gone */
  async drain(): Promise<void> {
    if (this.#chars < FLUSH_CHARS) return
    await this.#flush()
  }

  async close(): Promise<void> {
    await this.#flush()
    if (this.#path === '-') return
    this.#stream.end()
    await finished(this.#stream).catch((error: Error) => {
      this.#failed = error
    })
    this.#check()
  }

  async #flush(): Promise<void> {
    this.#check()
    const text = this.#parts.join('')
    this.#parts = []
    this.#chars = 0
    if (text === '') return
    await new Promise<void>((resolve) => {
      this.#stream.write(text, () => resolve())
    })
    this.#check()
  }

  #check(): void {
    if (this.#failed === null) return
    const code = (this.#failed as { code?: string }).code ?? 'unknown'
    throw new TelltaleError('OUTPUT_UNWRITABLE', `cannot write ${this.#path}: ${code}`, {
      cause: this.#failed,
    })
  }
}
