import type { BlobStore } from '../core/blob-store.ts'
import type { KafkaConfig } from '../ingest/kafka/config.ts'
import type { RootConfig } from '../registry.ts'
import type { Logger } from '../telemetry/logger.ts'

/** Reading from Kafka, or findings written there. */
export function usesKafka(config: RootConfig): boolean {
  const sinks = Object.values(config.sinks.outputs)
  return config.ingest.kafka.enabled || sinks.some((sink) => sink.type === 'kafka')
}

/** The Kafka client's parts: what reads, what writes, and where snapshots go. Loaded only by those who use them. */
export async function kafkaParts(config: KafkaConfig, logger: Logger, files: BlobStore) {
  const { KafkajsProducer } = await import('../ingest/kafka/kafkajs-producer.ts')
  const { makeConsumer } = await import('../ingest/kafka/make-consumer.ts')
  const { BlobTopic } = await import('../ingest/kafka/blob-topic.ts')
  const producer = new KafkajsProducer(config, logger)
  const consumer = config.enabled ? makeConsumer(config, logger) : null
  const { snapshotTopic } = config
  const store = snapshotTopic === undefined ? files : new BlobTopic(config, snapshotTopic, producer, logger)
  const stop = async () => {
    if (store instanceof BlobTopic) await store.stop()
    await producer.stop()
  }
  return { producer, consumer, store, stop }
}
