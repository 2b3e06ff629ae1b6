import { type Consumer, type EachBatchPayload, Kafka, type KafkaMessage as WireMessage } from 'kafkajs'
import type { Logger } from '../../telemetry/logger.ts'
import type { KafkaConfig } from './config.ts'
import type { ConsumerHandlers, KafkaConsumer, KafkaMessage, TopicPartition } from './consumer.ts'
import { registerCodecs } from './kafkajs-codecs.ts'
import { kafkajsLogger, kafkajsSecurity } from './kafkajs-settings.ts'

/** Every partition's batch may be under way at once: the pipeline behind takes them in turn anyway. */
const PARTITIONS_AT_ONCE = 64

/**
 * kafkajs behind {@link KafkaConsumer}.
 *
 *   GROUP_JOIN -> assigned() per new partition -> seek            eachBatch waits for it, then messages()
 *   REBALANCING -> revoked() of all, its synchronous part before kafkajs rejoins
 *
 * Eviction (UNKNOWN_MEMBER_ID) emits no REBALANCING, so every GROUP_JOIN starts all partitions anew.
 */
export class KafkajsConsumer implements KafkaConsumer {
  readonly #config: KafkaConfig
  readonly #logger: Logger
  readonly #consumer: Consumer
  #handlers!: ConsumerHandlers
  /** Where each partition of this generation starts; its promise gates the first batch. */
  #starts = new Map<string, Promise<number | null>>()
  #positioned = new Set<string>()
  #held: TopicPartition[] = []

  constructor(config: KafkaConfig, logger: Logger) {
    registerCodecs()
    this.#config = config
    this.#logger = logger
    const kafka = new Kafka({
      clientId: config.clientId,
      brokers: [...config.brokers],
      logCreator: kafkajsLogger(logger),
      ...kafkajsSecurity(config),
      // for ever: a broker that is away for an hour must not end the daemon
      retry: { initialRetryTime: 200, maxRetryTime: 2000, retries: Number.MAX_SAFE_INTEGER, factor: 0.2 },
    })
    this.#consumer = kafka.consumer({
      groupId: config.groupId,
      sessionTimeout: config.sessionTimeout,
      rebalanceTimeout: config.sessionTimeout * 2,
      heartbeatInterval: Math.floor(config.sessionTimeout / 10),
      maxBytesPerPartition: config.fetchBytes,
      maxWaitTimeInMs: 250,
      ...config.clientOptions,
    })
  }

  async start(handlers: ConsumerHandlers): Promise<void> {
    this.#handlers = handlers
    const consumer = this.#consumer
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.#joined(payload.memberAssignment))
    consumer.on(consumer.events.REBALANCING, () => void this.#revokeAll())
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      const cause = payload.error as { type?: string; name: string }
      this.#logger.warn(
        { error: cause.type ?? cause.name, restart: payload.restart },
        'the Kafka client starts again',
      )
      void this.#revokeAll()
    })
    await consumer.connect()
    for (const { topic } of this.#config.topics) {
      await consumer.subscribe({ topic, fromBeginning: this.#config.startFrom === 'earliest' })
    }
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => this.#eachBatch(payload),
    })
  }

  async commit(at: TopicPartition, offset: number): Promise<void> {
    // a commit that waited across a rejoin would carry the new generation: the receiver checks ownership before and
    // after, and a rewound commit costs a replay from the snapshot, never a wrong state
    await this.#consumer.commitOffsets([{ ...at, offset: String(offset) }])
  }

  async stop(): Promise<void> {
    await this.#revokeAll()
    await this.#consumer.disconnect()
  }

  #joined(assignment: Readonly<Record<string, readonly number[]>>): void {
    this.#starts = new Map()
    this.#positioned = new Set()
    this.#held = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    )
    for (const at of this.#held) {
      const start = this.#handlers.assigned(at)
      this.#starts.set(keyOf(at), start)
      start.then(
        (from) => {
          if (from !== null && this.#starts.get(keyOf(at)) === start)
            this.#consumer.seek({ ...at, offset: String(from) })
        },
        () => {}, // awaited, and so reported, by eachBatch
      )
    }
  }

  async #revokeAll(): Promise<void> {
    const held = this.#held
    this.#held = []
    this.#starts = new Map()
    if (held.length > 0) await this.#handlers.revoked(held)
  }

  async #eachBatch({ batch, heartbeat, isRunning, isStale, resolveOffset }: EachBatchPayload): Promise<void> {
    const at = { topic: batch.topic, partition: batch.partition }
    const key = keyOf(at)
    const start = this.#starts.get(key)
    if (start === undefined || !isRunning() || isStale()) return
    const from = await start
    if (this.#starts.get(key) !== start) return // another generation meanwhile
    const first = Number(batch.messages[0]?.offset ?? batch.highWatermark)
    if (!this.#positioned.has(key)) {
      // fetched before the seek took effect; asked for once, because the log may really begin later by now
      this.#positioned.add(key)
      if (from !== null && from < first) {
        this.#consumer.seek({ ...at, offset: String(from) })
        return
      }
    }
    this.#handlers.highWatermark(at, Number(batch.highWatermark))
    const messages = batch.messages.filter((m) => from === null || Number(m.offset) >= from).map(toMessage)
    if (messages.length > 0) await this.#handlers.messages(at, messages, heartbeat)
    const last = batch.messages.at(-1)
    if (last !== undefined && this.#starts.get(key) === start) resolveOffset(last.offset)
    await heartbeat()
  }
}

const keyOf = (at: TopicPartition): string => `${at.topic}/${at.partition}`

function toMessage(m: WireMessage): KafkaMessage {
  const headers: Record<string, Uint8Array> = {}
  for (const [name, value] of Object.entries(m.headers ?? {})) {
    const one = Array.isArray(value) ? value[0] : value
    if (one !== undefined) headers[name] = typeof one === 'string' ? Buffer.from(one) : one
  }
  return { offset: Number(m.offset), timestampMs: Number(m.timestamp), key: m.key, value: m.value, headers }
}
