import type { BatchPool } from '../../columns/batch-pool.ts'
import {
  type RecordBatch,
  SIGNAL_LOGS,
  SIGNAL_METRICS,
  SIGNAL_SPANS,
  type Signal,
} from '../../columns/record-batch.ts'
import type { PayloadFormat } from '../../columns/stage.ts'
import { FieldMap } from '../file/field-map.ts'
import { JsonLinesReader } from '../file/json-lines-reader.ts'
import type { RowReader } from '../file/row-reader.ts'
import { TextReader } from '../file/text-reader.ts'
import type { KafkaTopic } from './config.ts'
import type { KafkaMessage } from './consumer.ts'

/** One or more messages as a batch for the pipeline. */
export interface Unit {
  readonly kind: 'batch'
  readonly batch: RecordBatch
  readonly format: PayloadFormat
  /** The messages in it; more than one where each is a row. */
  readonly messages: readonly KafkaMessage[]
}

/** A message that is no row. */
export interface BadMessage {
  readonly kind: 'bad'
  readonly message: KafkaMessage
}

/** A message without a value: a tombstone of a compacted topic. Nothing to observe. */
export interface EmptyMessage {
  readonly kind: 'empty'
  readonly message: KafkaMessage
}

const SIGNALS: Readonly<Record<KafkaTopic['signal'], Signal>> = {
  logs: SIGNAL_LOGS,
  spans: SIGNAL_SPANS,
  metrics: SIGNAL_METRICS,
}
/** As the detectors' clock has it: no event is later than its arrival, but for clocks that differ a little. */
const SKEW_MS = 1000
/** Rows of one batch of json or text messages: enough to spread the cost of a batch, few enough for short turns. */
const ROWS_PER_BATCH = 1024
const OPENING_BRACE = 0x7b
const EMPTY = new Uint8Array(0)

/**
 * Cuts messages into batches. OTLP: one request a message, one batch each. json and text: runs of messages with
 * consecutive offsets become one batch, a row each; a message that is no row ends the run and comes by itself.
 */
export class MessageBatches {
  readonly #topic: KafkaTopic
  readonly #pool: BatchPool
  readonly #reader: RowReader | null

  constructor(topic: KafkaTopic, pool: BatchPool) {
    this.#topic = topic
    this.#pool = pool
    this.#reader = readerOf(topic)
  }

  /**
   * Times come from the messages, so that reading them again gives the same.
   * @param nowMs stands in for the timestamp of messages that have none (format 0, Kafka before 0.10)
   */
  *cut(
    stream: string,
    messages: readonly KafkaMessage[],
    nowMs: number,
  ): Generator<Unit | BadMessage | EmptyMessage> {
    if (this.#reader === null) {
      for (const message of messages) {
        yield message.value === null ? { kind: 'empty', message } : this.#request(stream, message, nowMs)
      }
      return
    }
    let run: KafkaMessage[] = []
    let batch: RecordBatch | null = null
    for (const message of messages) {
      if (batch !== null && (run.length >= ROWS_PER_BATCH || message.offset !== run.at(-1)!.offset + 1)) {
        yield { kind: 'batch', batch, format: 'rows', messages: run }
        batch = null
      }
      if (batch === null) {
        batch = this.#rows(stream, message.offset, arrivalOf(message, nowMs))
        run = []
      }
      const readable = message.value !== null && this.#read(this.#reader, batch, message, nowMs)
      if (readable) run.push(message)
      else {
        if (run.length > 0) yield { kind: 'batch', batch, format: 'rows', messages: run }
        else this.#pool.give(batch)
        batch = null
        yield { kind: message.value === null ? 'empty' : 'bad', message }
      }
    }
    if (batch !== null) yield { kind: 'batch', batch, format: 'rows', messages: run }
  }

  #request(stream: string, message: KafkaMessage, nowMs: number): Unit {
    const batch = this.#take(stream, message.offset, arrivalOf(message, nowMs))
    batch.append(message.value ?? EMPTY)
    // the gateway passes on JSON as JSON; no export request in protobuf begins with this byte
    const isJson = this.#topic.encoding === 'otlp_json' || message.value?.[0] === OPENING_BRACE
    const format = isJson ? 'otlp_json' : 'otlp_proto'
    return { kind: 'batch', batch, format, messages: [message] }
  }

  #rows(stream: string, offset: number, arrivedMs: number): RecordBatch {
    const batch = this.#take(stream, offset, arrivedMs)
    batch.rowPerOffset = true
    batch.arrivedMs = new Float64Array(ROWS_PER_BATCH)
    this.#reader!.begin(batch)
    return batch
  }

  #take(stream: string, offset: number, arrivedMs: number): RecordBatch {
    const batch = this.#pool.take(SIGNALS[this.#topic.signal])
    batch.stream = stream
    batch.offset = offset
    batch.receivedMs = arrivedMs
    return batch
  }

  #read(reader: RowReader, batch: RecordBatch, message: KafkaMessage, nowMs: number): boolean {
    const value = message.value ?? EMPTY
    const arrivedMs = arrivalOf(message, nowMs)
    const row = batch.count
    reader.fallbackTimeMs = arrivedMs
    if (reader.read(value, 0, value.length) !== null) return false
    batch.arrivedMs![row] = arrivedMs
    batch.timeMs[row] = Math.min(batch.timeMs[row]!, arrivedMs + SKEW_MS)
    return true
  }
}

const arrivalOf = (message: KafkaMessage, nowMs: number): number =>
  message.timestampMs > 0 ? message.timestampMs : nowMs

function readerOf(topic: KafkaTopic): RowReader | null {
  if (topic.encoding === 'text')
    return new TextReader({
      series: topic.topic,
      year: new Date().getUTCFullYear(),
      timePattern: null,
      withOrigin: false,
    })
  if (topic.encoding !== 'json') return null
  const { time, severity, body, service, subject, value, status } = topic.fields
  const fields = new FieldMap({
    time,
    severity,
    body,
    subject,
    value,
    status,
    ...(service !== undefined && { series: [service] }),
  })
  return new JsonLinesReader({ fields, series: topic.topic, withOrigin: false })
}
