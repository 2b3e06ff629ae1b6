import { CompressionTypes, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'
import type { SimSignal } from './event.ts'
import type { Output, Sent } from './output.ts'

/** The topics of the OpenTelemetry Collector's Kafka exporter. */
export const KAFKA_TOPICS: Readonly<Record<SimSignal, string>> = {
  logs: 'otlp_logs',
  spans: 'otlp_spans',
  metrics: 'otlp_metrics',
}

export interface KafkaOutputOptions {
  readonly brokers: readonly string[]
  readonly format: 'protobuf' | 'json'
  readonly gzip: boolean
  /** Topic names by signal. */
  readonly topics: Readonly<Record<SimSignal, string>>
}

/** One export request a message, without a key, as the Collector writes them by default. */
export class KafkaOutput implements Output {
  readonly format: 'protobuf' | 'json'
  readonly target: string
  readonly #options: KafkaOutputOptions
  readonly #producer: Producer
  #connected: Promise<void> | null = null

  constructor(options: KafkaOutputOptions) {
    this.#options = options
    this.format = options.format
    this.target = `Kafka ${options.brokers.join(',')}`
    const kafka = new Kafka({
      clientId: 'telltale-simulate',
      brokers: [...options.brokers],
      logLevel: logLevel.NOTHING,
      retry: { retries: 2 },
    })
    this.#producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  }

  async send(signal: SimSignal, request: Uint8Array): Promise<Sent> {
    const { topics, gzip } = this.#options
    try {
      this.#connected ??= this.#producer.connect()
      await this.#connected
      await this.#producer.send({
        topic: topics[signal],
        acks: -1,
        compression: gzip ? CompressionTypes.GZIP : CompressionTypes.None,
        messages: [{ value: Buffer.from(request.buffer, request.byteOffset, request.byteLength) }],
      })
      return { kind: 'accepted', rejected: 0 }
    } catch (error) {
      this.#connected = null
      const reason = (error as { type?: string }).type ?? (error as Error).name
      // larger than the brokers take: it will never fit
      return reason === 'MESSAGE_TOO_LARGE'
        ? { kind: 'refused', reason }
        : { kind: 'retry', afterMs: null, reason }
    }
  }

  async close(): Promise<void> {
    await this.#producer.disconnect()
  }
}
