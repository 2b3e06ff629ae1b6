/** What telltale asks of a Kafka client; kafkajs and node-rdkafka each fill it. */

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface KafkaMessage {
  readonly offset: number
  /** ms since epoch, as the broker has it; 0 when unknown */
  readonly timestampMs: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: Readonly<Record<string, Uint8Array>>
}

/** What the brokers know of a partition. */
export interface Bounds {
  /** First offset that is still there. */
  readonly low: number
  /** Offset after the last message that can be read. */
  readonly high: number
  /** What the group committed, or null. */
  readonly committed: number | null
  /** Whether the group committed anything in this topic, this partition or another. */
  readonly topicKnown: boolean
}

export interface ConsumerHandlers {
  /**
   * A partition is ours. Nothing of it is handed over before this resolves.
   * @returns the offset to start from; null when it went away meanwhile
   */
  assigned(at: TopicPartition): Promise<number | null>
  /**
   * Partitions go to another member, who may have them when this resolves. The part before its first `await` runs at
   * once: nothing is observed after it.
   */
  revoked(all: readonly TopicPartition[]): Promise<void>
  /** Partitions are already somebody else's: nothing may be saved or committed. */
  lost(all: readonly TopicPartition[]): void
  /** Messages of one partition in order; the next ones come when it resolves. `alive` keeps the membership. */
  messages(at: TopicPartition, messages: readonly KafkaMessage[], alive: () => Promise<void>): Promise<void>
  /** Everything below `next` was handed over, or is no message (transaction markers, compacted away). */
  passed(at: TopicPartition, next: number): void
}

export interface KafkaConsumer {
  /** Returns at once; connects, and connects again, in the background. */
  start(handlers: ConsumerHandlers): void
  /** Rejects when the brokers do not answer. */
  bounds(at: TopicPartition): Promise<Bounds>
  /** {@link Bounds.high} of each partition given, in the same order; null where the brokers do not say. */
  ends(all: readonly TopicPartition[]): Promise<readonly (number | null)[]>
  /**
   * Commits the next offset to read, once, in the generation in which the partition was assigned: rejects when the
   * brokers do not answer or that generation is over.
   */
  commit(at: TopicPartition, offset: number): Promise<void>
  /** Reads on from another offset. */
  seek(at: TopicPartition, offset: number): void
  /** Leaves the group after revoked() has run for what it holds. @param deadlineMs ms since epoch */
  stop(deadlineMs: number): Promise<void>
}
