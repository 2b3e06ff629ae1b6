import { setFlagsFromString } from 'node:v8'
import { TelltaleError } from '../../core/errors.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { KafkaConfig } from './config.ts'
import type { KafkaConsumer } from './consumer.ts'
import { KafkajsConsumer } from './kafkajs-consumer.ts'
import { RdkafkaConsumer } from './rdkafka-consumer.ts'
import { loadRdkafka, readsEverything } from './rdkafka-module.ts'

/**
 * Fetched bytes lie outside the heap, yet V8 counts them against the room that the last marking left the heap: a third
 * of it and more, so that a few hundred batches of 50 KB bring the next one. As much again as the heap holds, which is
 * the most that V8 gives by itself, is a seventh of the CPU of such a batch with kafkajs, a quarter with node-rdkafka.
 */
const HEAP_GROWING = '--heap-growing-percent=100'

/** The client that `kafka.client` asks for. @throws TelltaleError CONFIG_INVALID when it is asked for and not built */
export function makeConsumer(config: KafkaConfig, logger: Logger): KafkaConsumer {
  setFlagsFromString(HEAP_GROWING)
  const native = config.client === 'kafkajs' ? null : loadRdkafka()
  if (native === null) {
    if (config.client === 'rdkafka')
      throw new TelltaleError(
        'CONFIG_INVALID',
        'ingest.kafka.client: node-rdkafka does not load; npm run build:rdkafka',
      )
    return new KafkajsConsumer(config, logger)
  }
  if (!readsEverything(native)) {
    logger.warn('node-rdkafka was built without zstd (libzstd-dev)')
    if (config.client === 'auto') return new KafkajsConsumer(config, logger)
  }
  return new RdkafkaConsumer(config, logger, native)
}
