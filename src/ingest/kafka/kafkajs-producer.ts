import { CompressionTypes, Kafka, Partitioners, type Producer } from 'kafkajs'
import type { Component } from '../../core/component.ts'
import type { KafkaProducer, ProducedMessage } from '../../core/kafka-producer.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { KafkaConfig } from './config.ts'
import { registerCodecs } from './kafkajs-codecs.ts'
import { kafkajsLogger, kafkajsSecurity } from './kafkajs-settings.ts'

/** Idempotent, acks=all, one request at a time: what is retried is written once, in order. */
export class KafkajsProducer implements KafkaProducer, Component {
  readonly #producer: Producer
  #connected: Promise<void> | null = null

  constructor(config: KafkaConfig, logger: Logger) {
    registerCodecs()
    const kafka = new Kafka({
      clientId: config.clientId,
      brokers: [...config.brokers],
      logCreator: kafkajsLogger(logger),
      ...kafkajsSecurity(config),
    })
    this.#producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
  }

  /** Connects when first needed, so that a broker that is away does not keep the daemon from starting. */
  async start(): Promise<void> {}

  async stop(): Promise<void> {
    if (this.#connected === null) return
    await this.#connected.catch(() => {})
    await this.#producer.disconnect()
    this.#connected = null
  }

  async send(messages: readonly ProducedMessage[]): Promise<void> {
    this.#connected ??= this.#producer.connect().catch((cause) => {
      this.#connected = null
      throw cause
    })
    await this.#connected
    const topics = Map.groupBy(messages, (m) => m.topic)
    await this.#producer.sendBatch({
      acks: -1,
      compression: CompressionTypes.GZIP,
      topicMessages: [...topics].map(([topic, list]) => ({
        topic,
        messages: list.map((m) => ({
          key: m.key,
          value:
            m.value === null ? null : Buffer.from(m.value.buffer, m.value.byteOffset, m.value.byteLength),
          ...(m.partition !== undefined && { partition: m.partition }),
          headers: Object.fromEntries(
            Object.entries(m.headers ?? {}).map(([k, v]) => [k, typeof v === 'string' ? v : Buffer.from(v)]),
          ),
        })),
      })),
    })
  }
}
