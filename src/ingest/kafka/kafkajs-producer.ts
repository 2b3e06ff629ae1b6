import { CompressionTypes, Kafka, Partitioners, type Producer } from 'kafkajs'
import type { Component } from '../../core/component.ts'
import type { KafkaProducer, ProducedMessage } from '../../core/kafka-producer.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { KafkaConfig } from './config.ts'
import { registerCodecs } from './kafkajs-codecs.ts'
import { endIdlePolling } from './kafkajs-polling.ts'
import { kafkajsLogger, kafkajsSecurity } from './kafkajs-settings.ts'

const CODECS = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
} as const

/** Idempotent, acks=all, one request at a time: what is retried is written once, in order. */
export class KafkajsProducer implements KafkaProducer, Component {
  readonly #kafka: Kafka
  readonly #compression: CompressionTypes
  #producer: Promise<Producer> | null = null

  constructor(config: KafkaConfig, logger: Logger, compression: keyof typeof CODECS = 'gzip') {
    registerCodecs()
    endIdlePolling()
    this.#compression = CODECS[compression]
    this.#kafka = new Kafka({
      clientId: config.clientId,
      brokers: [...config.brokers],
      logCreator: kafkajsLogger(logger),
      ...kafkajsSecurity(config),
    })
  }

  /** Connects when first needed, so that a broker that is away does not keep the daemon from starting. */
  async start(): Promise<void> {}

  async stop(): Promise<void> {
    const producer = await this.#producer?.catch(() => null)
    this.#producer = null
    await producer?.disconnect().catch(() => {})
  }

  async send(messages: readonly ProducedMessage[]): Promise<void> {
    this.#producer ??= this.#connect()
    const connecting = this.#producer
    try {
      const producer = await connecting
      await producer.sendBatch({
        acks: -1,
        compression: this.#compression,
        topicMessages: [...Map.groupBy(messages, (m) => m.topic)].map(([topic, list]) => ({
          topic,
          messages: list.map(toWire),
        })),
      })
    } catch (cause) {
      // its sequence numbers and the broker's may differ by now: a new one gets a new identity
      if (this.#producer === connecting) this.#producer = null
      void connecting.then((producer) => producer.disconnect()).catch(() => {})
      throw cause
    }
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    return producer
  }
}

const toWire = ({ key, value, partition, headers }: ProducedMessage) => ({
  key: key === null || typeof key === 'string' ? key : asBuffer(key),
  value: value === null ? null : asBuffer(value),
  ...(partition !== undefined && { partition }),
  headers: Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, v]) => [name, typeof v === 'string' ? v : asBuffer(v)]),
  ),
})

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
