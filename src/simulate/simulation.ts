import { encodeRequests, weightOf } from './encode.ts'
import { SIM_SIGNALS, type SimEvent, type SimSignal } from './event.ts'
import type { Output } from './output.ts'
import type { SimTraffic } from './traffic.ts'

/** Plays traffic into an output: at its own pace, compressed, or as fast as the receiver takes it. */

export interface SimulationOptions {
  readonly signals: readonly SimSignal[]
  /** Events of one signal in one request at most. */
  readonly batchMax: number
  /** Requests of one signal under way at once; past 1 their order is not kept. */
  readonly concurrency: number
  /** Event time that passes in one unit of wall time; Infinity sends as fast as accepted. */
  readonly speed: number
  /** Event time at which pacing starts, ms since epoch: all before it goes out as fast as accepted. */
  readonly pacedFromMs: number
  /** Wall time without any accepted request after which the run is given up. */
  readonly patienceMs: number
}

export interface Progress {
  /** Event time reached, ms since epoch. */
  eventMs: number
  /** Log records, spans and metric points accepted. */
  accepted: number
  /** The same, rejected by a partial success or refused with their request. */
  rejected: number
  requests: number
  retries: number
  bytes: number
  /** Why the receiver last said no; empty when it never did. */
  lastReason: string
}

const TICK_MS = 50
const BACKOFF_MIN_MS = 100
const BACKOFF_MAX_MS = 5000

interface Request {
  readonly signal: SimSignal
  readonly bytes: Uint8Array
  readonly weight: number
}

export class Simulation {
  readonly progress: Progress
  readonly #traffic: SimTraffic
  readonly #output: Output
  readonly #options: SimulationOptions
  readonly #underWay = new Map<SimSignal, Set<Promise<void>>>(SIM_SIGNALS.map((s) => [s, new Set()]))
  #pausedUntilMs = 0
  #lastAcceptedMs = 0
  #gaveUp = false
  #pacedSinceMs = 0

  constructor(traffic: SimTraffic, output: Output, options: SimulationOptions) {
    this.#traffic = traffic
    this.#output = output
    this.#options = options
    this.progress = {
      eventMs: traffic.startMs,
      accepted: 0,
      rejected: 0,
      requests: 0,
      retries: 0,
      bytes: 0,
      lastReason: '',
    }
  }

  /** @returns false when it was given up because the receiver accepted nothing for `patienceMs` */
  async run(stop: AbortSignal): Promise<boolean> {
    const traffic = this.#traffic
    this.#lastAcceptedMs = Date.now()
    const pending = new Map<SimSignal, SimEvent[]>(SIM_SIGNALS.map((s) => [s, []]))
    while (Number.isFinite(traffic.nextMs) && !stop.aborted && !this.#gaveUp) {
      const dueMs = this.#dueMs()
      if (traffic.nextMs > dueMs) {
        await sleep(TICK_MS, stop)
        continue
      }
      while (traffic.nextMs <= dueMs) {
        this.progress.eventMs = traffic.nextMs
        for (const event of traffic.take()) {
          if (this.#options.signals.includes(event.signal)) pending.get(event.signal)!.push(event)
        }
        if ([...pending.values()].some((events) => events.length >= this.#options.batchMax)) break
      }
      // all signals together, so that none lags the others in event time
      await this.#flush(pending, stop)
    }
    await Promise.all([...this.#underWay.values()].flatMap((set) => [...set]))
    return !this.#gaveUp
  }

  /** Event time that is due now. */
  #dueMs(): number {
    const { speed, pacedFromMs } = this.#options
    if (!Number.isFinite(speed)) return Number.MAX_VALUE
    if (this.#traffic.nextMs < pacedFromMs) return pacedFromMs
    const nowMs = Date.now()
    // live traffic follows the wall clock even when the backlog before it took long
    if (speed === 1) return Math.max(pacedFromMs, nowMs)
    if (this.#pacedSinceMs === 0) this.#pacedSinceMs = nowMs
    return pacedFromMs + (nowMs - this.#pacedSinceMs) * speed
  }

  async #flush(pending: Map<SimSignal, SimEvent[]>, stop: AbortSignal): Promise<void> {
    for (const [signal, events] of pending) {
      if (events.length === 0) continue
      const underWay = this.#underWay.get(signal)!
      for (const request of this.#requests(signal, events.splice(0))) {
        while (underWay.size >= this.#options.concurrency) await Promise.race(underWay)
        const sending: Promise<void> = this.#deliver(request, stop).finally(() => underWay.delete(sending))
        underWay.add(sending)
      }
    }
  }

  #requests(signal: SimSignal, events: readonly SimEvent[]): readonly Request[] {
    const encoded = encodeRequests(signal, events, this.#output.format)
    if (encoded.length === 1) {
      return [{ signal, bytes: encoded[0]!, weight: events.reduce((n, e) => n + weightOf(e), 0) }]
    }
    return encoded.map((bytes, i) => ({ signal, bytes, weight: weightOf(events[i]!) }))
  }

  /** Sends until the receiver decides; a retryable answer holds back every sender for the time it asks. */
  async #deliver(request: Request, stop: AbortSignal): Promise<void> {
    const { progress } = this
    for (let attempt = 0; !this.#gaveUp; attempt++) {
      const waitMs = this.#pausedUntilMs - Date.now()
      if (waitMs > 0) await sleep(waitMs, stop)
      const sent = await this.#output.send(request.signal, request.bytes)
      if (sent.kind === 'accepted') {
        progress.requests++
        progress.bytes += request.bytes.length
        progress.accepted += request.weight - sent.rejected
        progress.rejected += sent.rejected
        this.#lastAcceptedMs = Date.now()
        return
      }
      progress.lastReason = sent.reason
      if (sent.kind === 'refused') {
        progress.requests++
        progress.rejected += request.weight
        return
      }
      progress.retries++
      const nowMs = Date.now()
      const backoffMs = Math.min(BACKOFF_MIN_MS * 2 ** attempt, BACKOFF_MAX_MS)
      this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + (sent.afterMs ?? backoffMs))
      if (stop.aborted || nowMs - this.#lastAcceptedMs > this.#options.patienceMs) {
        progress.rejected += request.weight
        this.#gaveUp ||= !stop.aborted
        return
      }
    }
    progress.rejected += request.weight
  }
}

/** Ends early when `stop` is aborted. */
function sleep(ms: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    stop.addEventListener('abort', done)
  })
}
