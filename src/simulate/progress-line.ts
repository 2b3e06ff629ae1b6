import type { Progress } from './simulation.ts'
import type { SimTraffic } from './traffic.ts'

/** How far a simulation is, in one line: rewritten on a terminal, one every ten seconds elsewhere. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  readonly #traffic: SimTraffic
  readonly #progress: Progress
  readonly #timer: NodeJS.Timeout
  readonly #startedMs = Date.now()
  #lastAccepted = 0
  #lastMs = Date.now()

  constructor(stream: NodeJS.WriteStream, traffic: SimTraffic, progress: Progress) {
    this.#stream = stream
    this.#traffic = traffic
    this.#progress = progress
    this.#timer = setInterval(() => this.#print(), stream.isTTY ? 500 : 10_000)
    this.#timer.unref()
  }

  /** Prints the closing line. */
  stop(): void {
    clearInterval(this.#timer)
    const seconds = Math.max(0.001, (Date.now() - this.#startedMs) / 1000)
    const { accepted, rejected, requests, retries, bytes, lastReason } = this.#progress
    const rate = Math.round(accepted / seconds).toLocaleString('en')
    const trouble = [
      rejected > 0 ? `${rejected.toLocaleString('en')} rejected` : '',
      retries > 0 ? `${retries} retries` : '',
      lastReason === '' ? '' : `last reason: ${lastReason}`,
    ].filter((part) => part !== '')
    this.#write(
      `${accepted.toLocaleString('en')} records in ${requests.toLocaleString('en')} requests, ` +
        `${(bytes / 1e6).toFixed(1)} MB, ${seconds.toFixed(1)} s, ${rate}/s` +
        `${trouble.length > 0 ? `; ${trouble.join(', ')}` : ''}`,
      true,
    )
  }

  #print(): void {
    const { startMs, endMs, windows } = this.#traffic
    const { eventMs, accepted, retries } = this.#progress
    const nowMs = Date.now()
    const rate = Math.round(((accepted - this.#lastAccepted) * 1000) / Math.max(1, nowMs - this.#lastMs))
    this.#lastAccepted = accepted
    this.#lastMs = nowMs
    const share = Math.min(100, Math.round((100 * (eventMs - startMs)) / (endMs - startMs)))
    const acting = windows
      .filter((w) => w.startMs <= eventMs && eventMs < w.endMs)
      .map((w) => `${w.kind} on ${w.service}`)
    this.#write(
      `${String(share).padStart(3)} %  ${new Date(eventMs).toISOString().slice(11, 19)}  ` +
        `${accepted.toLocaleString('en')} records, ${rate.toLocaleString('en')}/s` +
        `${retries > 0 ? `, ${retries} retries` : ''}${acting.length > 0 ? `, ${acting.join(', ')}` : ''}`,
      false,
    )
  }

  #write(line: string, last: boolean): void {
    if (!this.#stream.isTTY) this.#stream.write(`${line}\n`)
    else this.#stream.write(`\r\u001b[2K${line}${last ? '\n' : ''}`)
  }
}
