/** What findings, dead letters and snapshots are written with; the app makes one from the Kafka configuration. */
export interface ProducedMessage {
  readonly topic: string
  /** Text is written as UTF-8. */
  readonly key: string | Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: Readonly<Record<string, string | Uint8Array>>
  /** Fixed partition, else by the key's hash. */
  readonly partition?: number
}

export interface KafkaProducer {
  /** Resolves when the broker has all of them (acks=all); retries by itself for a while, then rejects. */
  send(messages: readonly ProducedMessage[]): Promise<void>
}
