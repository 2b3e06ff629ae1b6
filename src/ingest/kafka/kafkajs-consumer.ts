import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Admin,
  type Cluster,
  type Consumer,
  type EachBatchPayload,
  Kafka,
  type KafkaMessage as WireMessage,
} from 'kafkajs'
import type { Logger } from '../../telemetry/logger.ts'
import type { KafkaConfig } from './config.ts'
import type { Bounds, ConsumerHandlers, KafkaConsumer, KafkaMessage, TopicPartition } from './consumer.ts'
import { consumerWithCluster, type Membership, offsetsOf, onJoin } from './kafkajs-cluster.ts'
import { registerCodecs } from './kafkajs-codecs.ts'
import { endIdlePolling } from './kafkajs-polling.ts'
import { kafkajsLogger, kafkajsSecurity } from './kafkajs-settings.ts'
import { Slabs } from './slabs.ts'

/** Every partition's batch may be under way at once: the pipeline behind takes them in turn anyway. */
const PARTITIONS_AT_ONCE = 64
const RETRY_MS = 1000
/** How often topics and partitions are looked up anew: what appears or goes is noticed within it. */
const METADATA_MAX_AGE_MS = 30_000
/** Share of the session in which a hand-over must be done, lest the group think us dead. */
const HAND_OVER_SHARE = 0.6

/** kafkajs' codecs are one table a process, so this is, too. */
const SLABS = new Slabs()

/** A partition of one generation. */
interface Held {
  readonly at: TopicPartition
  readonly membership: Membership
  /** Where to start; null until known. */
  position: number | null
  /** True after the first batch at `position`. */
  reached: boolean
}

/** One life of the client: from connecting until it has to be made anew. */
interface Session {
  readonly consumer: Consumer
  readonly cluster: Cluster
  readonly topics: readonly string[]
  readonly end: () => void
}

/**
 * kafkajs behind {@link KafkaConsumer}.
 *
 *   before each join -> revoked() of all it held, awaited       then it joins, and others may have them
 *   GROUP_JOIN -> all paused -> assigned() each -> seek, resume
 *
 * A topic that is missing would keep kafkajs from starting, one that goes away would stop it: so only those that exist
 * are subscribed to, and when that changes the client is made anew.
 */
export class KafkajsConsumer implements KafkaConsumer {
  readonly #config: KafkaConfig
  readonly #logger: Logger
  readonly #kafka: Kafka
  readonly #metadataMaxAgeMs: number
  #handlers!: ConsumerHandlers
  #held = new Map<string, Held>()
  #membership: Membership | null = null
  #session: Session | null = null
  #running: Promise<void> | null = null
  readonly #stopping = new AbortController()

  constructor(config: KafkaConfig, logger: Logger) {
    registerCodecs(SLABS)
    endIdlePolling()
    this.#config = config
    this.#logger = logger
    this.#metadataMaxAgeMs = Number(config.clientOptions['metadataMaxAge'] ?? METADATA_MAX_AGE_MS)
    this.#kafka = new Kafka({
      clientId: config.clientId,
      brokers: [...config.brokers],
      logCreator: kafkajsLogger(logger),
      ...kafkajsSecurity(config),
      retry: { initialRetryTime: 200, maxRetryTime: 2000, retries: 8, factor: 0.2 },
    })
  }

  start(handlers: ConsumerHandlers): void {
    this.#handlers = handlers
    this.#running = this.#live()
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort()
    const leftMs = Math.max(0, deadlineMs - Date.now())
    const timeout = new AbortController()
    await Promise.race([this.#running, sleep(leftMs, null, { signal: timeout.signal }).catch(() => {})])
    timeout.abort()
  }

  async bounds(at: TopicPartition): Promise<Bounds> {
    const { cluster } = this.#open()
    const { topic, partition } = at
    const membership = this.#membership
    if (membership === null) throw new Error('not in the group')
    const partitions = cluster.findTopicPartitionMetadata(topic).map((p) => ({ partition: p.partitionId }))
    const [low, high, group] = await Promise.all([
      offsetsOf(cluster, topic, [partition], 'low'),
      offsetsOf(cluster, topic, [partition], 'high'),
      membership.coordinator.offsetFetch({ groupId: membership.groupId, topics: [{ topic, partitions }] }),
    ])
    const first = low.get(partition)
    const end = high.get(partition)
    if (first === undefined || end === undefined) throw new Error('no such partition')
    const committed = group.responses
      .flatMap((t) => t.partitions)
      .map((p) => ({ partition: p.partition, offset: Number(p.offset) }))
      .filter((p) => p.offset >= 0)
    const own = committed.find((p) => p.partition === partition)
    return { low: first, high: end, committed: own?.offset ?? null, topicKnown: committed.length > 0 }
  }

  async ends(all: readonly TopicPartition[]): Promise<readonly (number | null)[]> {
    const { cluster } = this.#open()
    const byTopic = new Map<string, ReadonlyMap<number, number>>()
    for (const [topic, list] of Map.groupBy(all, (at) => at.topic)) {
      const partitions = list.map((at) => at.partition)
      byTopic.set(topic, await offsetsOf(cluster, topic, partitions, 'high'))
    }
    return all.map((at) => byTopic.get(at.topic)?.get(at.partition) ?? null)
  }

  async commit(at: TopicPartition, offset: number): Promise<void> {
    const held = this.#held.get(keyOf(at))
    if (held === undefined) throw new Error('not ours')
    const { groupId, memberId, generationId, coordinator } = held.membership
    const partitions = [{ partition: at.partition, offset: String(offset) }]
    const topics = [{ topic: at.topic, partitions }]
    await coordinator.offsetCommit({ groupId, memberId, groupGenerationId: generationId, topics })
  }

  seek(at: TopicPartition, offset: number): void {
    const held = this.#held.get(keyOf(at))
    if (held === undefined) return
    held.position = offset
    held.reached = false
    this.#session?.consumer.seek({ ...at, offset: String(offset) })
  }

  #open(): Session {
    if (this.#session === null) throw new Error('not connected')
    return this.#session
  }

  /** Session after session until stopped. Never rejects. */
  async #live(): Promise<void> {
    const { signal } = this.#stopping
    let said = ''
    while (!signal.aborted) {
      let problem: string
      try {
        problem = await this.#runSession()
      } catch (cause) {
        problem = (cause as { type?: string }).type ?? (cause as Error).name
      }
      if (problem !== '' && problem !== said)
        this.#logger.warn({ problem }, 'Kafka: trying again until it answers')
      said = problem
      if (!signal.aborted) await sleep(RETRY_MS, null, { signal }).catch(() => {})
    }
  }

  /** @returns why it ended; empty when all is well */
  async #runSession(): Promise<string> {
    const admin = this.#kafka.admin({ retry: { retries: 1 } })
    let watch: NodeJS.Timeout | null = null
    try {
      await admin.connect()
      const topics = await this.#existing(admin)
      const missing = this.#config.topics.map((t) => t.topic).filter((t) => !topics.includes(t))
      if (topics.length === 0) return `no such topic: ${missing.join(', ')}`
      if (missing.length > 0)
        this.#logger.warn({ missing }, 'topics that do not exist; read as soon as they do')
      const ended = Promise.withResolvers<string>()
      const session = this.#connect(topics, ended.resolve)
      this.#session = session
      const { consumer } = session
      this.#stopping.signal.addEventListener('abort', session.end)
      try {
        await consumer.connect()
        for (const topic of topics) await consumer.subscribe({ topic, fromBeginning: true })
        watch = setInterval(() => void this.#compare(admin, session), this.#metadataMaxAgeMs)
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
          eachBatch: (payload) => this.#eachBatch(payload),
        })
        return await ended.promise
      } finally {
        this.#stopping.signal.removeEventListener('abort', session.end)
        await this.#giveBack()
        this.#session = null
        this.#membership = null
        await consumer.disconnect().catch(() => {})
      }
    } finally {
      if (watch !== null) clearInterval(watch)
      await admin.disconnect().catch(() => {})
    }
  }

  #connect(topics: readonly string[], ended: (why: string) => void): Session {
    const { config } = { config: this.#config }
    const { consumer, cluster } = consumerWithCluster(this.#kafka, {
      groupId: config.groupId,
      sessionTimeout: config.sessionTimeout,
      rebalanceTimeout: config.sessionTimeout * 2,
      heartbeatInterval: Math.floor(config.sessionTimeout / 10),
      maxBytesPerPartition: config.fetchBytes,
      maxWaitTimeInMs: 250,
      metadataMaxAge: this.#metadataMaxAgeMs,
      // for ever: a broker that is away for an hour must not end the daemon
      retry: { initialRetryTime: 200, maxRetryTime: 2000, retries: Number.MAX_SAFE_INTEGER, factor: 0.2 },
      ...config.clientOptions,
    })
    const joined = (membership: Membership) => {
      this.#membership = membership
    }
    onJoin(cluster, config.groupId, () => this.#giveBack(), joined)
    const { events } = consumer
    consumer.on(events.GROUP_JOIN, ({ payload }) => this.#joined(consumer, payload.memberAssignment))
    consumer.on(events.END_BATCH_PROCESS, ({ payload }) => {
      // only markers of transactions: nothing was handed over
      const held = this.#held.get(keyOf(payload))
      if (payload.batchSize === 0 && held?.reached === true)
        this.#handlers.passed(held.at, Number(payload.lastOffset) + 1)
    })
    consumer.on(events.CRASH, ({ payload }) => {
      const cause = payload.error as { type?: string; name: string }
      this.#logger.warn({ error: cause.type ?? cause.name }, 'the Kafka client starts again')
      this.#dropAll() // it has left the group
      if (!payload.restart) ended(cause.type ?? cause.name)
    })
    return { consumer, cluster, topics, end: () => ended('') }
  }

  async #existing(admin: Admin): Promise<readonly string[]> {
    const there = new Set(await admin.listTopics())
    return this.#config.topics.map((t) => t.topic).filter((t) => there.has(t))
  }

  async #compare(admin: Admin, session: Session): Promise<void> {
    const now = await this.#existing(admin).catch(() => null)
    if (now !== null && now.join() !== session.topics.join()) session.end()
  }

  #joined(consumer: Consumer, assignment: Readonly<Record<string, readonly number[]>>): void {
    this.#dropAll()
    const membership = this.#membership
    if (membership === null) return
    for (const [topic, partitions] of Object.entries(assignment)) {
      if (partitions.length > 0) consumer.pause([{ topic, partitions: [...partitions] }])
      for (const partition of partitions) {
        const held: Held = { at: { topic, partition }, membership, position: null, reached: false }
        this.#held.set(keyOf(held.at), held)
        void this.#begin(consumer, held)
      }
    }
  }

  async #begin(consumer: Consumer, held: Held): Promise<void> {
    const position = await this.#handlers.assigned(held.at)
    if (position === null || this.#held.get(keyOf(held.at)) !== held) return
    held.position = position
    const { topic, partition } = held.at
    consumer.seek({ topic, partition, offset: String(position) })
    consumer.resume([{ topic, partitions: [partition] }])
  }

  /** Lets go of everything, in good order when we still may. Whoever joins next finds it saved. */
  async #giveBack(): Promise<void> {
    const held = [...this.#held.values()]
    if (held.length === 0) return
    const { membership } = held[0]!
    if (!(await stillMember(membership))) {
      this.#dropAll()
      return
    }
    const { sessionTimeout } = this.#config
    const alive = setInterval(() => void stillMember(membership), sessionTimeout / 10)
    const timeout = new AbortController()
    const done = this.#handlers.revoked(held.map((h) => h.at))
    await Promise.race([
      done,
      sleep(sessionTimeout * HAND_OVER_SHARE, null, { signal: timeout.signal }).catch(() => {}),
    ])
    clearInterval(alive)
    timeout.abort()
    this.#dropAll()
  }

  #dropAll(): void {
    const held = [...this.#held.values()].map((h) => h.at)
    this.#held = new Map()
    if (held.length > 0) this.#handlers.lost(held)
  }

  async #eachBatch({ batch, heartbeat, resolveOffset }: EachBatchPayload): Promise<void> {
    const key = keyOf(batch)
    const held = this.#held.get(key)
    const position = held?.position ?? null
    const last = batch.messages.at(-1)
    if (held === undefined || position === null || last === undefined) return
    if (!held.reached) {
      // fetched before the seek took effect; asked for once, because the log may really begin later by now
      held.reached = true
      if (Number(batch.messages[0]!.offset) > position) {
        this.#session?.consumer.seek({ ...held.at, offset: String(position) })
        return
      }
    }
    await this.#handlers.messages(held.at, batch.messages.map(toMessage), heartbeat)
    giveBack(batch.messages)
    if (this.#held.get(key) !== held || held.position !== position) return
    resolveOffset(last.offset)
    this.#handlers.passed(held.at, Number(batch.lastOffset()) + 1)
    await heartbeat()
  }
}

const keyOf = (at: TopicPartition): string => `${at.topic}/${at.partition}`

/** What the coordinator answers to a member that it has given up. */
const GIVEN_UP: ReadonlySet<string> = new Set([
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'FENCED_INSTANCE_ID',
])

async function stillMember({ groupId, memberId, generationId, coordinator }: Membership): Promise<boolean> {
  try {
    await coordinator.heartbeat({ groupId, memberId, groupGenerationId: generationId })
    return true
  } catch (cause) {
    return !GIVEN_UP.has((cause as { type?: string }).type ?? '')
  }
}

/** Nobody reads the bytes of the messages any more. */
function giveBack(messages: readonly WireMessage[]): void {
  let last: ArrayBufferLike | undefined
  for (const { value } of messages) {
    if (value === null || value.buffer === last) continue
    last = value.buffer
    SLABS.give(value)
  }
}

const NO_HEADERS: KafkaMessage['headers'] = {}

function toMessage(m: WireMessage): KafkaMessage {
  return {
    offset: Number(m.offset),
    timestampMs: Number(m.timestamp),
    key: m.key,
    value: m.value,
    headers: headersOf(m.headers),
  }
}

/** Most messages have none. */
function headersOf(given: WireMessage['headers']): KafkaMessage['headers'] {
  let headers: Record<string, Uint8Array> | null = null
  for (const name in given) {
    const value = given[name]
    const one = Array.isArray(value) ? value[0] : value
    if (one === undefined) continue
    headers ??= {}
    headers[name] = typeof one === 'string' ? Buffer.from(one) : one
  }
  return headers ?? NO_HEADERS
}
