import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Cluster, type Consumer, Kafka } from 'kafkajs'
import type { BlobStore, BlobValue } from '../../core/blob-store.ts'
import type { KafkaProducer, ProducedMessage } from '../../core/kafka-producer.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { BlobSlots, readPlace } from './blob-slots.ts'
import type { KafkaConfig } from './config.ts'
import { consumerWithCluster, offsetsOf } from './kafkajs-cluster.ts'
import { registerCodecs } from './kafkajs-codecs.ts'
import { endIdlePolling } from './kafkajs-polling.ts'
import { kafkajsLogger, kafkajsSecurity } from './kafkajs-settings.ts'

/**
 * Values in a compacted topic, so that state follows its partition to whichever instance reads it next. Drawn in
 * docs/formats/snapshot-topic.md.
 *
 *   key GROUP|STREAM|SLOT|CHUNK    headers generation, chunks, writer    value: at most CHUNK_BYTES of it
 *
 * Two slots take turns, so that a value cut short by a crash leaves the one before it whole. Compaction keeps the
 * newest message of each key, and so two values a stream. Read without a consumer group: no join, no wait.
 */
export class BlobTopic implements BlobStore {
  readonly #group: string
  readonly #topic: string
  readonly #producer: KafkaProducer
  readonly #kafka: Kafka
  readonly #writer = randomUUID()
  readonly #generation = new Map<string, number>()
  #connection: Promise<{ consumer: Consumer; cluster: Cluster; partitions: number }> | null = null

  constructor(config: KafkaConfig, topic: string, producer: KafkaProducer, logger: Logger) {
    registerCodecs()
    endIdlePolling()
    this.#group = config.groupId
    this.#topic = topic
    this.#producer = producer
    this.#kafka = new Kafka({
      clientId: config.clientId,
      brokers: [...config.brokers],
      logCreator: kafkajsLogger(logger),
      ...kafkajsSecurity(config),
    })
  }

  async put(key: string, value: BlobValue): Promise<void> {
    value.sealed.catch(() => {}) // looked at before the last chunk
    const generation = (this.#generation.get(key) ?? 0) + 1
    this.#generation.set(key, generation)
    try {
      await this.#write(key, generation, value)
    } catch (cause) {
      // the next one into the same slot: the other holds the last that is whole
      this.#generation.set(key, generation + 1)
      throw cause
    }
  }

  async #write(key: string, generation: number, { bytes, pieces, sealed }: BlobValue): Promise<void> {
    const { partitions } = await this.#connected()
    const partition = partitionOf(key, partitions)
    const chunks = Math.max(1, Math.ceil(bytes / CHUNK_BYTES))
    const headers = { generation: String(generation), chunks: String(chunks), writer: this.#writer }
    const messages: ProducedMessage[] = []
    let chunk = 0
    for await (const value of chunked(pieces, bytes)) {
      const name = `${this.#group}|${key}|${generation % 2}|${chunk++}`
      messages.push({ topic: this.#topic, partition, key: name, value, headers })
      if (messages.length === CHUNKS_AT_ONCE && chunk < chunks) await this.#producer.send(messages.splice(0))
    }
    await sealed // without its last chunk it is no value
    await this.#producer.send(messages)
  }

  /** An incomplete value is given as no bytes, which no reader takes for a value. */
  async *get(key: string): AsyncGenerator<Uint8Array> {
    const slots = await this.#readPatiently(key)
    this.#generation.set(key, slots.nextGeneration - 1)
    for (const value of slots.values()) yield value ?? new Uint8Array(0)
  }

  async stop(): Promise<void> {
    const connection = await this.#connection?.catch(() => null)
    this.#connection = null
    await connection?.consumer.disconnect().catch(() => {})
  }

  /** A broker that is away for a moment must not cost the state. */
  async #readPatiently(key: string): Promise<BlobSlots> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#read(key)
      } catch (cause) {
        if (tries >= READ_TRIES) throw cause
        await sleep(READ_RETRY_MS)
      }
    }
  }

  /** Reads the key's partition from its beginning to where it ends now. */
  async #read(key: string): Promise<BlobSlots> {
    const { cluster, partitions } = await this.#connected()
    const partition = partitionOf(key, partitions)
    const slots = new BlobSlots()
    await cluster.refreshMetadataIfNecessary()
    const low = (await offsetsOf(cluster, this.#topic, [partition], 'low')).get(partition) ?? 0
    const high = (await offsetsOf(cluster, this.#topic, [partition], 'high')).get(partition) ?? 0
    const wanted = `${this.#group}|${key}`
    for (let offset = low; offset < high; ) {
      const messages = await this.#fetch(cluster, partition, offset)
      for (const m of messages) {
        const place = m.key === null ? null : readPlace(m.key.toString('utf8'), (n) => String(m.headers?.[n]))
        if (place !== null && place.key === wanted && m.value !== null) slots.add(place, m.value)
      }
      const last = messages.at(-1)
      if (last === undefined) break // compaction left nothing from here to the end
      offset = Number(last.offset) + 1
    }
    return slots
  }

  async #fetch(cluster: Cluster, partition: number, offset: number): Promise<readonly FetchedMessage[]> {
    const leader = Object.keys(cluster.findLeaderForPartitions(this.#topic, [partition]))[0]
    if (leader === undefined) throw new Error('partition has no leader')
    const broker = await cluster.findBroker({ nodeId: leader })
    const partitions = [{ partition, fetchOffset: String(offset), maxBytes: FETCH_BYTES }]
    const { responses } = (await broker.fetch({
      maxWaitTime: 100,
      minBytes: 1,
      maxBytes: FETCH_BYTES,
      isolationLevel: READ_COMMITTED,
      topics: [{ topic: this.#topic, partitions }],
    })) as FetchResponse
    const messages = responses[0]?.partitions[0]?.messages ?? []
    return messages.filter((m) => Number(m.offset) >= offset && m.isControlRecord !== true)
  }

  #connected() {
    this.#connection ??= this.#connect().catch((cause) => {
      this.#connection = null
      throw cause
    })
    return this.#connection
  }

  /** Makes the topic when it is missing and the cluster lets us. */
  async #connect(): Promise<{ consumer: Consumer; cluster: Cluster; partitions: number }> {
    const admin = this.#kafka.admin()
    await admin.connect()
    try {
      const topics = [{ topic: this.#topic, numPartitions: NEW_PARTITIONS, configEntries: COMPACTED }]
      // it may exist, or we may not be allowed to
      await admin.createTopics({ topics, waitForLeaders: true }).catch(() => false)
    } finally {
      await admin.disconnect()
    }
    const { consumer, cluster } = consumerWithCluster(this.#kafka, { groupId: `${this.#group}-state` })
    await consumer.connect()
    for (let tries = 0; ; tries++) {
      try {
        await cluster.addTargetTopic(this.#topic)
        const partitions = cluster.findTopicPartitionMetadata(this.#topic).length
        if (partitions > 0) return { consumer, cluster, partitions }
      } catch (cause) {
        if (tries >= METADATA_TRIES) {
          await consumer.disconnect().catch(() => {})
          throw cause // a new topic is unknown to its brokers for a moment, this one for longer
        }
      }
      await sleep(METADATA_RETRY_MS)
    }
  }
}

interface FetchedMessage {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly offset: string
  readonly headers?: Readonly<Record<string, Buffer>>
  readonly isControlRecord?: boolean
}

interface FetchResponse {
  readonly responses: readonly {
    readonly partitions: readonly { readonly messages: readonly FetchedMessage[] }[]
  }[]
}

/** Under the brokers' default message.max.bytes of 1 MiB. */
const CHUNK_BYTES = 768 * 1024
const CHUNKS_AT_ONCE = 8
const FETCH_BYTES = 8 * 1024 * 1024
/** Fetch request, field isolation_level. */
const READ_COMMITTED = 1
const NEW_PARTITIONS = 8
const COMPACTED = [
  { name: 'cleanup.policy', value: 'compact' },
  { name: 'segment.bytes', value: String(64 * 1024 * 1024) },
  { name: 'min.cleanable.dirty.ratio', value: '0.1' },
]
const METADATA_TRIES = 25
const METADATA_RETRY_MS = 200
const READ_TRIES = 30
const READ_RETRY_MS = 500

/** The pieces anew in chunks of {@link CHUNK_BYTES}, copies; one empty chunk of nothing. */
async function* chunked(pieces: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes
  let chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, left))
  let filled = 0
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      const n = Math.min(piece.length - from, chunk.length - filled)
      chunk.set(piece.subarray(from, from + n), filled)
      filled += n
      from += n
      if (filled < chunk.length) continue
      yield chunk
      left -= filled
      chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, left))
      filled = 0
      if (left === 0) return
    }
  }
  if (bytes > 0) throw new Error('value is shorter than it says')
  yield chunk
}

const partitionOf = (key: string, partitions: number): number =>
  createHash('sha256').update(key).digest().readUInt32BE(0) % partitions
