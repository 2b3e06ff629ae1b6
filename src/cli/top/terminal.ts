import type { ReadStream, WriteStream } from 'node:tty'

/** Control sequences of ECMA-48 and xterm. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l' // other screen, no cursor, no wrapping
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const CLEAR_LINE = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'
const QUIT = /^[q\u0003\u0004]/i

/** A terminal that shows whole screens until somebody presses q. Given back as it was. */
export class Terminal {
  closed = false
  readonly #in: ReadStream
  readonly #out: WriteStream
  readonly #wakers = new Set<() => void>()
  #draw: (() => void) | null = null
  readonly #onKey = (keys: Buffer): void => {
    if (QUIT.test(keys.toString('latin1'))) this.close()
  }
  readonly #onResize = (): void => this.#draw?.()
  readonly #onSignal = (): void => this.close()

  constructor(input: ReadStream, output: WriteStream) {
    this.#in = input
    this.#out = output
  }

  get columns(): number {
    return this.#out.columns || 80
  }

  get rows(): number {
    return this.#out.rows || 24
  }

  /** @param draw called again when the size changes */
  open(draw: () => void): void {
    this.#draw = draw
    if (this.#in.isTTY) {
      this.#in.setRawMode(true)
      this.#in.on('data', this.#onKey).resume()
    }
    this.#out.on('resize', this.#onResize)
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, this.#onSignal)
    this.#out.write(ENTER)
  }

  show(lines: readonly string[]): void {
    if (this.closed) return
    this.#out.write(HOME + lines.map((line) => line + CLEAR_LINE).join('\r\n') + CLEAR_BELOW)
  }

  /** Ends early when the terminal is closed. */
  async pause(ms: number): Promise<void> {
    if (this.closed) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wakers.add(() => {
        clearTimeout(timer)
        resolve()
      })
    })
    this.#wakers.clear()
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    if (this.#in.isTTY) this.#in.setRawMode(false)
    this.#in.off('data', this.#onKey).pause()
    this.#out.off('resize', this.#onResize)
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.off(signal, this.#onSignal)
    this.#out.write(LEAVE)
    for (const wake of this.#wakers) wake()
  }
}
