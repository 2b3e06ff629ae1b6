import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kafka } from 'kafkajs'
import type { BlobStore } from '../../core/blob-store.ts'
import type { KafkaProducer, ProducedMessage } from '../../core/kafka-producer.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { KafkaConfig } from './config.ts'
import { registerCodecs } from './kafkajs-codecs.ts'
import { kafkajsLogger, kafkajsSecurity } from './kafkajs-settings.ts'

/**
 * Values in a compacted topic, so that state follows its partition to whichever instance reads it next. Drawn in
 * docs/formats/snapshot-topic.md.
 *
 *   key GROUP|STREAM|SLOT|CHUNK    headers generation, chunks    value: at most CHUNK_BYTES of it
 *
 * Two slots take turns, so that a value cut short by a crash leaves the one before it whole. Compaction keeps the
 * newest message of each key, and so two values a stream.
 */
export class BlobTopic implements BlobStore {
  readonly #config: KafkaConfig
  readonly #topic: string
  readonly #producer: KafkaProducer
  readonly #kafka: Kafka
  readonly #generation = new Map<string, number>()
  #partitions: Promise<number> | null = null

  constructor(config: KafkaConfig, topic: string, producer: KafkaProducer, logger: Logger) {
    registerCodecs()
    this.#config = config
    this.#topic = topic
    this.#producer = producer
    this.#kafka = new Kafka({
      clientId: config.clientId,
      brokers: [...config.brokers],
      logCreator: kafkajsLogger(logger),
      ...kafkajsSecurity(config),
    })
  }

  async put(key: string, value: Uint8Array): Promise<void> {
    const generation = (this.#generation.get(key) ?? 0) + 1
    this.#generation.set(key, generation)
    const partition = partitionOf(key, await this.#partitionCount())
    const chunks = Math.max(1, Math.ceil(value.length / CHUNK_BYTES))
    for (let i = 0; i < chunks; i += CHUNKS_AT_ONCE) {
      const messages: ProducedMessage[] = []
      for (let c = i; c < Math.min(chunks, i + CHUNKS_AT_ONCE); c++) {
        messages.push({
          topic: this.#topic,
          partition,
          key: `${this.#config.groupId}|${key}|${generation % 2}|${c}`,
          value: value.subarray(c * CHUNK_BYTES, (c + 1) * CHUNK_BYTES),
          headers: { generation: String(generation), chunks: String(chunks) },
        })
      }
      await this.#producer.send(messages)
    }
  }

  async *get(key: string): AsyncGenerator<Uint8Array> {
    const slots = await this.#readPatiently(key)
    this.#generation.set(key, Math.max(0, ...slots.map((s) => s.generation)))
    for (const slot of slots.sort((a, b) => b.generation - a.generation)) {
      if (slot.chunks.length === slot.count && !slot.chunks.includes(EMPTY)) yield Buffer.concat(slot.chunks)
    }
  }

  /** A broker that is away for a moment must not cost the state. */
  async #readPatiently(key: string): Promise<Slot[]> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#read(key)
      } catch (cause) {
        if (tries >= READ_TRIES) throw cause
        await sleep(500)
      }
    }
  }

  /** Reads the key's partition from its beginning to where it ends now. kafkajs fetches only in a group: a throwaway one. */
  async #read(key: string): Promise<Slot[]> {
    const partition = partitionOf(key, await this.#partitionCount())
    const admin = this.#kafka.admin()
    const groupId = `${this.#config.groupId}-state-${randomUUID()}`
    const slots: Slot[] = [newSlot(), newSlot()]
    await admin.connect()
    try {
      const at = (await admin.fetchTopicOffsets(this.#topic)).find((p) => p.partition === partition)
      const end = Number(at?.high ?? 0)
      if (end <= Number(at?.low ?? 0)) return []
      await this.#readTo(groupId, partition, end, (k, generation, count, value) => {
        const m = /^(.*)\|([01])\|(\d+)$/s.exec(k)
        if (m === null || m[1] !== `${this.#config.groupId}|${key}`) return
        fill(slots[Number(m[2])]!, generation, count, Number(m[3]), value)
      })
      await admin.deleteGroups([groupId]).catch(() => {})
    } finally {
      await admin.disconnect()
    }
    return slots
  }

  async #readTo(
    groupId: string,
    partition: number,
    end: number,
    each: (key: string, generation: number, count: number, value: Buffer) => void,
  ): Promise<void> {
    const consumer = this.#kafka.consumer({
      groupId,
      maxWaitTimeInMs: 100,
      maxBytesPerPartition: 8 * 1024 * 1024,
    })
    await consumer.connect()
    try {
      await consumer.subscribe({ topic: this.#topic, fromBeginning: true })
      await new Promise<void>((resolve, reject) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
        // a batch at the end may be empty: compaction and transaction markers leave offsets without messages
        consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
          if (payload.partition === partition && Number(payload.lastOffset) + 1 >= end) resolve()
        })
        consumer
          .run({
            autoCommit: false,
            eachBatch: async ({ batch, resolveOffset }) => {
              for (const m of batch.messages) {
                if (batch.partition === partition && m.key !== null && m.value !== null) {
                  const header = (name: string) => Number(String(m.headers?.[name] ?? 'NaN'))
                  each(m.key.toString('utf8'), header('generation'), header('chunks'), m.value)
                }
                resolveOffset(m.offset)
              }
            },
          })
          .catch(reject)
      })
    } finally {
      await consumer.disconnect()
    }
  }

  /** Makes the topic when it is missing and the cluster lets us. */
  #partitionCount(): Promise<number> {
    this.#partitions ??= this.#ensureTopic().catch((cause) => {
      this.#partitions = null
      throw cause
    })
    return this.#partitions
  }

  async #ensureTopic(): Promise<number> {
    const admin = this.#kafka.admin()
    await admin.connect()
    try {
      const topics = [{ topic: this.#topic, numPartitions: NEW_PARTITIONS, configEntries: COMPACTED }]
      await admin.createTopics({ topics, waitForLeaders: false }).catch(() => false) // it may exist, or we may not be allowed to
      for (let tries = 0; ; tries++) {
        try {
          const { topics: found } = await admin.fetchTopicMetadata({ topics: [this.#topic] })
          return found[0]!.partitions.length
        } catch (cause) {
          if (tries >= METADATA_TRIES) throw cause // a new topic is unknown to its brokers for a moment
          await sleep(200)
        }
      }
    } finally {
      await admin.disconnect()
    }
  }
}

/** Under the brokers' default message.max.bytes of 1 MiB. */
const CHUNK_BYTES = 768 * 1024
const CHUNKS_AT_ONCE = 8
const NEW_PARTITIONS = 8
const COMPACTED = [
  { name: 'cleanup.policy', value: 'compact' },
  { name: 'segment.bytes', value: String(64 * 1024 * 1024) },
  { name: 'min.cleanable.dirty.ratio', value: '0.1' },
]
const METADATA_TRIES = 25
const READ_TRIES = 30
const MAX_CHUNKS = 100_000
const EMPTY = Buffer.alloc(0)

interface Slot {
  generation: number
  count: number
  chunks: Buffer[]
}

const newSlot = (): Slot => ({ generation: 0, count: -1, chunks: [] })

function fill(slot: Slot, generation: number, count: number, chunk: number, value: Buffer): void {
  if (!(count > 0 && count <= MAX_CHUNKS && chunk < count) || !Number.isSafeInteger(generation)) return
  if (generation !== slot.generation) {
    if (generation < slot.generation) return
    slot.generation = generation
    slot.count = count
    slot.chunks = new Array<Buffer>(count).fill(EMPTY)
  }
  slot.chunks[chunk] = value
}

const partitionOf = (key: string, partitions: number): number =>
  createHash('sha256').update(key).digest().readUInt32BE(0) % partitions
