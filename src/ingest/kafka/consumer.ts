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

export interface ConsumerHandlers {
  /**
   * A partition is ours. Awaited before its first message is handed over.
   * @returns the offset to start from, or null for the group's committed one
   */
  assigned(at: TopicPartition): Promise<number | null>
  /**
   * Partitions go to another member. The part before its first `await` always runs before they are gone; a client
   * that can waits for the rest.
   */
  revoked(all: readonly TopicPartition[]): Promise<void>
  /** Messages of one partition in order; the next ones come when it resolves. `alive` keeps the membership. */
  messages(at: TopicPartition, messages: readonly KafkaMessage[], alive: () => Promise<void>): Promise<void>
  /** Newest offset on the broker, for lag. */
  highWatermark(at: TopicPartition, offset: number): void
}

export interface KafkaConsumer {
  start(handlers: ConsumerHandlers): Promise<void>
  /** Commits the next offset to read. Rejects when it did not happen; never throws for a lost partition. */
  commit(at: TopicPartition, offset: number): Promise<void>
  /** Leaves the group after revoked() has run for what it holds. */
  stop(): Promise<void>
}
