import type { ErrorCode } from '../../core/errors.ts'
import type { KafkaProducer } from '../../core/kafka-producer.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { KafkaMessage } from './consumer.ts'
import type { KafkaMetrics } from './metrics.ts'
import type { OwnedPartition } from './partition.ts'

/** More wait for the broker than this, and the partition waits too: a flood of poison must not fill memory. */
const MAX_UNDERWAY = 64

/** Messages that cannot be decoded, as they came, with the reason and their origin in headers. */
export class DeadLetters {
  readonly #topic: string | undefined
  readonly #producer: KafkaProducer | null
  readonly #metrics: KafkaMetrics
  readonly #logger: Logger

  constructor(
    topic: string | undefined,
    producer: KafkaProducer | null,
    metrics: KafkaMetrics,
    logger: Logger,
  ) {
    this.#topic = topic
    this.#producer = producer
    this.#metrics = metrics
    this.#logger = logger
  }

  add(partition: OwnedPartition, message: KafkaMessage, code: ErrorCode): void {
    const { topic } = partition.at
    if (this.#topic === undefined || this.#producer === null) {
      this.#metrics.undecodable.with(topic, code, 'skipped').add()
      return
    }
    // copies: the message's own bytes are used again before the letter is written
    const key = copyOf(message.key)
    const value = copyOf(message.value)
    const own = Object.entries(message.headers).map(([name, bytes]) => [name, copyOf(bytes)])
    const headers = {
      ...(Object.fromEntries(own) as KafkaMessage['headers']),
      'telltale.error.code': code,
      'telltale.source.topic': topic,
      'telltale.source.partition': String(partition.at.partition),
      'telltale.source.offset': String(message.offset),
    }
    const letter = this.#producer.send([{ topic: this.#topic, key, value, headers }]).then(
      () => this.#metrics.undecodable.with(topic, code, 'dead-letter').add(),
      () => {
        this.#metrics.undecodable.with(topic, code, 'lost').add()
        const where = { ...partition.at, offset: message.offset, code }
        this.#logger.warn(where, 'dead letter not written; the message is still in its own topic')
      },
    )
    partition.letters.add(letter)
    void letter.then(() => partition.letters.delete(letter))
  }

  /** Resolves when the partition may go on. */
  async room(partition: OwnedPartition): Promise<void> {
    while (partition.letters.size >= MAX_UNDERWAY) await Promise.race(partition.letters)
  }
}

const copyOf = (bytes: Uint8Array | null): Uint8Array | null => (bytes === null ? null : Buffer.from(bytes))
