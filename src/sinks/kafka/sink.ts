import { TelltaleError } from '../../core/errors.ts'
import type { KafkaProducer, ProducedMessage } from '../../core/kafka-producer.ts'
import { DONE, type Outcome } from '../../core/outcome.ts'
import type { Notification, Sink, SinkTraits } from '../delivery/sink.ts'
import type { KafkaSinkConfig } from './config.ts'

/** A Kafka topic. The producer is made by the app, from the Kafka settings it has anyway. */
export class KafkaSink implements Sink {
  readonly traits: SinkTraits = {
    maxItems: 256,
    mixesGroups: true,
    reminds: false,
    resendMs: null,
    sightingMs: 0,
  }
  readonly #topic: string
  readonly #producer: () => KafkaProducer

  constructor(config: KafkaSinkConfig, producer: () => KafkaProducer) {
    this.#topic = config.topic
    this.#producer = producer
  }

  async start(): Promise<void> {}

  async send(n: Notification): Promise<Outcome> {
    const messages = n.items.map(({ event, finding }): ProducedMessage => {
      const value = Buffer.from(JSON.stringify(finding))
      const headers = {
        'telltale-event': event,
        'telltale-id': finding.id,
        'content-type': 'application/json',
      }
      return { topic: this.#topic, key: finding.fingerprint, value, headers }
    })
    try {
      await this.#producer().send(messages)
      return DONE
    } catch (error) {
      // Error texts of clients may quote addresses; the name is enough to look it up.
      const cause = new TelltaleError(
        'SINK_FAILED',
        `Kafka did not take the findings: ${(error as Error).name}`,
      )
      return { kind: 'retry', afterMs: 0, cause }
    }
  }

  async stop(): Promise<void> {}
}
