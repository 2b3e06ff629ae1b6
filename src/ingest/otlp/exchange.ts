import type { RecordBatch } from '../../columns/record-batch.ts'
import { TelltaleError } from '../../core/errors.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Answer, BodyFormat } from './answer.ts'
import { type Encoding, inflate, tooLarge } from './inflate.ts'
import type { OtlpDeps, OtlpShared, Transport } from './shared.ts'
import type { SignalRoute } from './signal.ts'

/**
 * One export request between its first byte and its answer, whatever the transport.
 *
 *   admit -> push* -> finish -> (inflate) -> intake.submit -> settle -> answer
 *      \________\________ abort (client gone, deadline): nothing more is heard
 *
 * Wire chunks are kept as they come and copied into a batch only when the last one is here: a slow body pins its own
 * bytes, never a batch. What all requests of a transport hold is bounded by `maxInFlightBytes`.
 */

export interface ExchangeLimits {
  readonly maxWireBytes: number
  readonly maxInflatedBytes: number
  readonly maxInFlightBytes: number
}

/** What a kept chunk costs beside its bytes; keeps one-byte chunks from slipping past the bound. */
const CHUNK_COST_BYTES = 256
const RETRY_AFTER_MS = 1000

export class Exchange {
  readonly #deps: OtlpDeps
  readonly #shared: OtlpShared
  readonly #limits: ExchangeLimits
  readonly #transport: Transport
  readonly #route: SignalRoute
  #chunks: Uint8Array[] = []
  #wireBytes = 0
  #payloadBytes = 0
  #chargedBytes = 0
  /** No answer will be given any more: it was given, or the client is gone. */
  #over = false
  #submitted = false
  #released = false

  constructor(
    deps: OtlpDeps,
    shared: OtlpShared,
    limits: ExchangeLimits,
    transport: Transport,
    route: SignalRoute,
  ) {
    this.#deps = deps
    this.#shared = shared
    this.#limits = limits
    this.#transport = transport
    this.#route = route
    shared.requests[transport]++
  }

  /** Asked before the body is read. @param bytes its length on the wire, 0 when unknown */
  admit(bytes: number): Outcome | null {
    if (bytes > this.#limits.maxWireBytes) return refused(tooLarge(this.#limits.maxWireBytes))
    if (this.#shared.bytes[this.#transport] + bytes > this.#limits.maxInFlightBytes) return inFlightFull()
    return this.#deps.intake.admit(bytes)
  }

  /** Keeps a chunk of the body. @returns null to go on, else what to answer at once */
  push(chunk: Uint8Array): Outcome | null {
    if (this.#over) return null
    this.#wireBytes += chunk.length
    if (this.#wireBytes > this.#limits.maxWireBytes) return refused(tooLarge(this.#limits.maxWireBytes))
    if (this.#charge(chunk.length + CHUNK_COST_BYTES) !== null) return inFlightFull()
    this.#chunks.push(chunk)
    return null
  }

  /** The body is complete. `answer` is called once unless the exchange is aborted first. */
  finish(encoding: Encoding, format: BodyFormat, answer: (answer: Answer) => void): void {
    if (this.#over) return
    const batch = this.#deps.pool.take(this.#route.signal)
    const chunks = this.#chunks
    this.#chunks = []
    if (encoding === 'identity') {
      batch.ensureBytes(this.#wireBytes)
      for (const chunk of chunks) batch.append(chunk)
      this.#submit(batch, format, answer)
      return
    }
    const wire = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    const grow = (bytes: number): TelltaleError | null => (this.#over ? GONE : this.#charge(bytes))
    inflate(encoding, wire, this.#limits.maxInflatedBytes, batch, grow, (error) => {
      if (error === null && !this.#over) {
        this.#submit(batch, format, answer)
        return
      }
      this.#deps.pool.give(batch)
      if (error !== null && !this.#over)
        answer({ outcome: error.spec.retryable ? retry(error) : refused(error), rejected: 0 })
    })
  }

  /** Counts the answer that is about to be sent; the exchange is over. */
  answered(outcome: Outcome): void {
    if (this.#over) return
    this.#over = true
    const code = outcome.kind === 'done' ? 'OK' : outcome.cause.code
    this.#shared.count(this.#transport, this.#route.name, code, this.#wireBytes, this.#payloadBytes)
    if (code !== 'OK') this.#note(code)
    if (!this.#submitted) this.#release()
  }

  /** The client is gone: no answer is given; a batch under way is still given back when it settles. */
  abort(): void {
    this.answered(refused(GONE))
  }

  get over(): boolean {
    return this.#over
  }

  #submit(batch: RecordBatch, format: BodyFormat, answer: (answer: Answer) => void): void {
    const { clock, intake, pool } = this.#deps
    batch.receivedMs = clock.nowMs()
    batch.stream = 'otlp'
    batch.offset = this.#shared.nextOffset()
    this.#payloadBytes = batch.payloadEnd
    this.#submitted = true
    let settled = false
    const settle = (outcome: Outcome): void => {
      if (settled) return
      settled = true
      this.#release()
      const rejected = outcome.kind === 'done' ? batch.rejected : 0
      pool.give(batch)
      if (!this.#over) answer({ outcome, rejected })
    }
    try {
      intake.submit(batch, format, settle)
    } catch (error) {
      // The contract says it never throws. The batch may still be in somebody's hands, so it is not reused.
      // An error's message may quote payload, so only its name is logged.
      const name = error instanceof Error ? error.name : 'unknown'
      this.#deps.logger.error({ error: name }, 'a batch failed inside the pipeline')
      if (settled) return
      settled = true
      this.#release()
      if (!this.#over)
        answer({ outcome: refused(new TelltaleError('INTERNAL', 'internal error')), rejected: 0 })
    }
  }

  #charge(bytes: number): TelltaleError | null {
    const held = this.#shared.bytes
    if (held[this.#transport] + bytes > this.#limits.maxInFlightBytes) return FULL
    held[this.#transport] += bytes
    this.#chargedBytes += bytes
    return null
  }

  #release(): void {
    if (this.#released) return
    this.#released = true
    this.#chunks = []
    this.#shared.bytes[this.#transport] -= this.#chargedBytes
    this.#shared.requests[this.#transport]--
  }

  #note(code: string): void {
    if (!this.#shared.mayLog(`${this.#transport} ${code}`, this.#deps.clock.nowMs())) return
    const { name } = this.#route
    this.#deps.logger.warn(
      { transport: this.#transport, signal: name, code },
      'OTLP requests are not being taken',
    )
  }
}

/** Compared by identity and never thrown, so one instance each is enough. */
const FULL = new TelltaleError('QUEUE_FULL', 'too many bytes of requests are under way')
const GONE = new TelltaleError('CLIENT_GONE', 'the client went away before it was answered')
const STOPPING = new TelltaleError('DRAINING', 'the daemon is stopping')

export const refused = (cause: TelltaleError): Outcome => ({ kind: 'refused', cause })
const retry = (cause: TelltaleError): Outcome => ({ kind: 'retry', afterMs: RETRY_AFTER_MS, cause })
const inFlightFull = (): Outcome => retry(FULL)
export const draining = (): Outcome => retry(STOPPING)
