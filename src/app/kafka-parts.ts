import type { BlobStore } from '../core/blob-store.ts'
import type { RootConfig } from '../registry.ts'
import type { Logger } from '../telemetry/logger.ts'

/** Reading from Kafka, or findings or telemetry written there. */
export function usesKafka(config: RootConfig): boolean {
  const sinks = Object.values(config.sinks.outputs)
  return config.ingest.kafka.enabled || config.gateway.enabled || sinks.some((sink) => sink.type === 'kafka')
}

/** The Kafka client's parts: what reads, what writes, and where snapshots go. Loaded only by those who use them. */
export async function kafkaParts({ ingest, gateway }: RootConfig, logger: Logger, files: BlobStore) {
  const config = ingest.kafka
  const { KafkajsProducer } = await import('../ingest/kafka/kafkajs-producer.ts')
  const { makeConsumer } = await import('../ingest/kafka/make-consumer.ts')
  const { BlobTopic } = await import('../ingest/kafka/blob-topic.ts')
  const producer = new KafkajsProducer(config, logger)
  // one of its own: findings and snapshots do not queue behind telemetry
  const gatewayProducer = gateway.enabled ? new KafkajsProducer(config, logger, gateway.compression) : null
  const consumer = config.enabled ? makeConsumer(config, logger) : null
  const { snapshotTopic } = config
  const store = snapshotTopic === undefined ? files : new BlobTopic(config, snapshotTopic, producer, logger)
  const stop = async () => {
    if (store instanceof BlobTopic) await store.stop()
    await Promise.all([producer.stop(), gatewayProducer?.stop()])
  }
  return { producer, gatewayProducer, consumer, store, stop }
}
