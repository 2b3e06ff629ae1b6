import type { ScanTotals } from '../scanner/files/file-finding.ts'

/** Often enough to be read, seldom enough to cost nothing. */
const EVERY_MS = 100

/** One line on standard error that is written over, for a person who waits. */
export class ScanProgress {
  readonly #on: boolean
  #lastMs = 0
  #shown = false

  constructor(on: boolean) {
    this.#on = on
  }

  show(totals: ScanTotals): void {
    const nowMs = performance.now()
    if (!this.#on || nowMs - this.#lastMs < EVERY_MS) return
    this.#lastMs = nowMs
    this.#shown = true
    const commits = totals.commits > 0 ? `, ${totals.commits.toLocaleString('en')} commits` : ''
    process.stderr.write(
      `\r\x1b[2K${totals.files.toLocaleString('en')} files, ${(totals.bytes / 1e6).toFixed(0)} MB${commits}`,
    )
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\x1b[2K')
  }
}
