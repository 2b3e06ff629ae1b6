const EVERY_MS = 100
const WIDTH = 24

/** A bar on a terminal, nothing elsewhere. */
export class Progress {
  readonly #out: NodeJS.WriteStream | null
  readonly #now: () => number
  readonly #startMs: number
  #nextMs = 0

  constructor(out: NodeJS.WriteStream, wanted: boolean, now: () => number = () => performance.now()) {
    this.#out = wanted && out.isTTY ? out : null
    this.#now = now
    this.#startMs = now()
  }

  /** @param share of the input read, 0 to 1, or null when its size is unknown */
  show(name: string, share: number | null, rows: number, findings: number): void {
    if (this.#out === null) return
    const now = this.#now()
    if (now < this.#nextMs) return
    this.#nextMs = now + EVERY_MS
    const perSecond = Math.round(rows / Math.max(0.001, (now - this.#startMs) / 1000))
    const done = share === null ? '' : `${bar(share)} ${String(Math.floor(share * 100)).padStart(3)}% `
    const text = `${name} ${done}${rows} rows, ${perSecond}/s, ${findings} findings`
    this.#out.write(`\r\u001b[K${text.slice(0, (this.#out.columns ?? 80) - 1)}`)
  }

  clear(): void {
    this.#out?.write('\r\u001b[K')
  }
}

function bar(share: number): string {
  const full = Math.max(0, Math.min(WIDTH, Math.round(share * WIDTH)))
  return `[${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}]`
}
