import { type RecordBatch, SIGNAL_NAMES } from '../../columns/record-batch.ts'
import type { Intake, PayloadFormat } from '../../columns/stage.ts'
import type { Clock } from '../../core/clock.ts'
import type { Component } from '../../core/component.ts'
import { type ErrorCode, TelltaleError } from '../../core/errors.ts'
import type { KafkaProducer, ProducedMessage } from '../../core/kafka-producer.ts'
import { DONE, type Outcome } from '../../core/outcome.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Meter } from '../../telemetry/meter.ts'
import type { GatewayConfig } from './config.ts'
import { GatewayMetrics } from './metrics.ts'
import { type Failure, Outbox } from './outbox.ts'
import { sliceJson } from './slice-json.ts'
import { type Sliced, sliceRequest } from './slice-request.ts'

export interface GatewayDeps {
  readonly producer: KafkaProducer
  readonly clock: Clock
  readonly logger: Logger
  readonly meter: Meter
}

const RETRY_AFTER_MS = 1000
const SAY_EVERY_MS = 60_000

/**
 * The door that OTLP receivers see in gateway mode: a request becomes messages, one or more a resource key, and is
 * answered when the broker has them all (acks=all). At least once: a sender that is told to retry may double records.
 */
export class Gateway implements Intake, Component {
  readonly #config: GatewayConfig
  readonly #deps: GatewayDeps
  readonly #metrics: GatewayMetrics
  readonly #outbox: Outbox
  readonly #topics: readonly string[]
  readonly #names: readonly Uint8Array[]
  #draining = false
  #saidMs = Number.NEGATIVE_INFINITY

  constructor(config: GatewayConfig, deps: GatewayDeps) {
    this.#config = config
    this.#deps = deps
    this.#topics = SIGNAL_NAMES.map((name) => config.topics[name])
    this.#names = config.keyBy.map((name) => Buffer.from(name))
    this.#outbox = new Outbox({
      producer: deps.producer,
      clock: deps.clock,
      sendBytes: config.maxMessageBytes,
      timeoutMs: config.timeout,
      onSend: (seconds, messages, error) => this.#sent(seconds, messages, error),
    })
    this.#metrics = new GatewayMetrics(deps.meter, () => this.#outbox.bytes)
  }

  async start(): Promise<void> {
    this.#outbox.start()
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#draining = true
    await this.#outbox.stop(deadlineMs)
  }

  admit(payloadBytes: number): Outcome | null {
    if (this.#draining) return retry('DRAINING', 'stopping')
    const { bytes } = this.#outbox
    if (bytes === 0 || bytes + payloadBytes <= this.#config.maxWaitingBytes) return null
    return retry('QUEUE_FULL', 'Kafka is slower than what comes in')
  }

  submit(batch: RecordBatch, format: PayloadFormat, settle: (outcome: Outcome) => void): void {
    const full = this.admit(batch.payloadEnd)
    if (full !== null) {
      settle(full)
      return
    }
    const sliced = this.#slice(batch, format)
    if (sliced instanceof TelltaleError) {
      settle({ kind: 'refused', cause: sliced })
      return
    }
    batch.rejected = sliced.rejected
    this.#metrics.rejected.add(sliced.rejected)
    if (sliced.slices.length === 0) {
      settle(sliced.rejected === 0 ? DONE : { kind: 'refused', cause: TOO_LARGE })
      return
    }
    const topic = this.#topics[batch.signal]!
    const messages = sliced.slices.map(({ key, value }): ProducedMessage => ({ topic, key, value }))
    this.#outbox.put(messages, (failure) => settle(failure === null ? DONE : outcomeOf(failure)))
  }

  #slice(batch: RecordBatch, format: PayloadFormat): Sliced | TelltaleError {
    const { keyBy, maxMessageBytes } = this.#config
    const end = batch.payloadEnd
    batch.ensureBytes(end) // the wire kernel reads up to 16 bytes past the end
    const bytes = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength)
    if (format !== 'otlp_json') return sliceRequest(bytes, end, this.#names, maxMessageBytes) ?? BAD_PROTOBUF
    try {
      return sliceJson(bytes.toString('utf8', 0, end), keyBy, maxMessageBytes) ?? BAD_JSON
    } catch (cause) {
      return cause instanceof RangeError ? TOO_DEEP : BAD_JSON
    }
  }

  #sent(seconds: number, messages: readonly ProducedMessage[], error: string | null): void {
    this.#metrics.sendSeconds.observe(seconds)
    if (error === null) {
      this.#metrics.written(messages, this.#topics)
      return
    }
    this.#metrics.failures.with(error).add()
    const nowMs = this.#deps.clock.nowMs()
    if (nowMs - this.#saidMs < SAY_EVERY_MS) return
    this.#saidMs = nowMs
    this.#deps.logger.warn({ error }, 'Kafka did not take what OTLP senders sent; they are told to retry')
  }
}

const retry = (code: ErrorCode, message: string): Outcome => ({
  kind: 'retry',
  afterMs: RETRY_AFTER_MS,
  cause: new TelltaleError(code, message),
})

function outcomeOf(failure: Failure): Outcome {
  if (failure === 'too_large') return { kind: 'refused', cause: TOO_LARGE }
  if (failure === 'stopped') return retry('DRAINING', 'stopping')
  return retry('KAFKA_FAILED', failure === 'timeout' ? 'Kafka was not in time' : 'Kafka did not take it')
}

const TOO_LARGE = new TelltaleError('TOO_LARGE', 'larger than a Kafka message may be')
const TOO_DEEP = new TelltaleError('TOO_DEEP', 'brackets nest too deep')
const BAD_JSON = new TelltaleError('BAD_JSON', 'not an OTLP export request')
const BAD_PROTOBUF = new TelltaleError('BAD_PROTOBUF', 'the protobuf framing is broken')
