import type { Clock } from '../../core/clock.ts'
import type { KafkaProducer, ProducedMessage } from '../../core/kafka-producer.ts'

/** Why messages were not written. `too_large`: the broker takes no message of this size. */
export type Failure = 'failed' | 'too_large' | 'timeout' | 'stopped'

export interface OutboxOptions {
  readonly producer: KafkaProducer
  readonly clock: Clock
  /** Bytes of one send. All of it may go to one partition, where it is one record batch, which brokers bound. */
  readonly sendBytes: number
  readonly timeoutMs: number
  /** After each send. @param error name or code of what went wrong, null when it was written */
  readonly onSend: (seconds: number, messages: readonly ProducedMessage[], error: string | null) => void
}

/** The messages of one request; settled once all are written, or one is not. */
interface Parcel {
  left: number
  readonly untilMs: number
  settle: ((failure: Failure | null) => void) | null
}

interface Waiting {
  readonly message: ProducedMessage
  readonly bytes: number
  readonly parcel: Parcel
}

const SWEEP_MS = 250
/** What a message costs beside its value. */
const OVERHEAD_BYTES = 128
/** The broker's word for a message, or a record batch, past its bounds. */
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])

/**
 * Requests on their way to the broker: one send at a time, which takes all that has gathered meanwhile, so that sends
 * grow with the load and the order of each key is kept.
 *
 *   put -> [waiting, bytes counted] -> send of up to sendBytes -> settle
 */
export class Outbox {
  readonly #o: OutboxOptions
  #waiting: Waiting[] = []
  #sending = false
  #timer: NodeJS.Timeout | null = null
  readonly #parcels = new Set<Parcel>()
  /** Bytes not yet written or given up, those under way included. */
  bytes = 0

  constructor(options: OutboxOptions) {
    this.#o = options
  }

  start(): void {
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS)
    this.#timer.unref()
  }

  /** @param settle called once, later */
  put(messages: readonly ProducedMessage[], settle: (failure: Failure | null) => void): void {
    const untilMs = this.#o.clock.nowMs() + this.#o.timeoutMs
    const parcel: Parcel = { left: messages.length, untilMs, settle }
    this.#parcels.add(parcel)
    for (const message of messages) {
      const bytes = (message.value?.length ?? 0) + OVERHEAD_BYTES
      this.bytes += bytes
      this.#waiting.push({ message, bytes, parcel })
    }
    if (!this.#sending) void this.#sendAll()
  }

  /** Writes what waits until the deadline, and gives up the rest. @param deadlineMs ms since epoch */
  async stop(deadlineMs: number): Promise<void> {
    while (this.#parcels.size > 0 && this.#o.clock.nowMs() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    if (this.#timer !== null) clearInterval(this.#timer)
    for (const parcel of [...this.#parcels]) this.#settle(parcel, 'stopped')
  }

  async #sendAll(): Promise<void> {
    this.#sending = true
    // a turn later, so that what one turn of the loop brings goes together
    await new Promise((resolve) => setImmediate(resolve))
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) await this.#send(batch)
    this.#sending = false
  }

  /** What goes next: in order, without what nobody waits for any more. */
  #next(): Waiting[] {
    const batch: Waiting[] = []
    let bytes = 0
    let taken = 0
    for (const one of this.#waiting) {
      const wanted = one.parcel.settle !== null
      if (wanted && batch.length > 0 && bytes + one.bytes > this.#o.sendBytes) break
      taken++
      if (!wanted) {
        this.bytes -= one.bytes
        continue
      }
      batch.push(one)
      bytes += one.bytes
    }
    this.#waiting = this.#waiting.slice(taken)
    return batch
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    const startMs = performance.now()
    const messages = batch.map((w) => w.message)
    let error: string | null = null
    try {
      await this.#o.producer.send(messages)
    } catch (cause) {
      error = errorName(cause)
    }
    this.#o.onSend((performance.now() - startMs) / 1000, messages, error)
    const tooLarge = error !== null && TOO_LARGE.has(error)
    if (tooLarge && batch.length > 1) {
      for (const one of batch) await this.#send([one]) // the others must not suffer from one
      return
    }
    for (const { parcel, bytes } of batch) {
      this.bytes -= bytes
      if (error !== null) this.#settle(parcel, tooLarge ? 'too_large' : 'failed')
      else if (--parcel.left === 0) this.#settle(parcel, null)
    }
  }

  /** Senders that waited too long are told so; what has not been sent by then is dropped: they send it again. */
  #sweep(): void {
    const nowMs = this.#o.clock.nowMs()
    for (const parcel of this.#parcels) if (nowMs >= parcel.untilMs) this.#settle(parcel, 'timeout')
  }

  #settle(parcel: Parcel, failure: Failure | null): void {
    const { settle } = parcel
    if (settle === null) return
    parcel.settle = null
    this.#parcels.delete(parcel)
    settle(failure)
  }
}

/** The protocol's name of an error where it has one; kafkajs wraps it in the error that ended its retries. */
function errorName(cause: unknown): string {
  const error = cause as { type?: string; name?: string; cause?: { type?: string } }
  return error.type ?? error.cause?.type ?? error.name ?? 'unknown'
}
