import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { TelltaleError } from '../../core/errors.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { KafkaConfig } from './config.ts'
import type { Bounds, ConsumerHandlers, KafkaConsumer, KafkaMessage, TopicPartition } from './consumer.ts'
import {
  ASSIGN,
  type RdConsumer,
  type RdError,
  type RdMessage,
  type RdModule,
  type RdTopicPartition,
  REVOKE,
} from './rdkafka-module.ts'
import { rdkafkaProperties } from './rdkafka-settings.ts'

/**
 * `consume(n)` waits its timeout for each message that is not there: few, and not for long. While they are there, more at
 * once: with 32 of 300 B, each batch has a few rows and costs more than they do.
 */
const MESSAGES_MIN = 32
const MESSAGES_MAX = 1024
const BYTES_AT_ONCE = 4 * 1024 * 1024
/** The first of a batch waits no longer than this for the last. */
const FILL_MAX_MS = 200
const CONSUME_WAIT_MS = 20
const REQUEST_TIMEOUT_MS = 5000
const RETRY_MS = 1000
const TOKEN_EVERY_MS = 60_000

/**
 * node-rdkafka behind {@link KafkaConsumer}, with the eager protocol: librdkafka keeps the membership in its own
 * threads and waits for assign() and unassign(), so hand-overs are simply awaited.
 *
 *   rebalance: assign -> assigned() each -> assign(offsets)        revoke -> revoked() -> unassign()
 */
export class RdkafkaConsumer implements KafkaConsumer {
  readonly #config: KafkaConfig
  readonly #logger: Logger
  readonly #consumer: RdConsumer
  #handlers!: ConsumerHandlers
  #held: readonly TopicPartition[] = []
  /** Rebalances one after the other. */
  #rebalancing: Promise<void> = Promise.resolve()
  #ends: RdTopicPartition[] = []
  readonly #commits = new Map<string, (error: RdError | null) => void>()
  #consuming: Promise<void> | null = null
  #tokenTimer: NodeJS.Timeout | null = null
  #stopping = false
  #said = ''
  #atOnce = MESSAGES_MIN

  constructor(config: KafkaConfig, logger: Logger, module: RdModule) {
    this.#config = config
    this.#logger = logger
    const properties = {
      ...rdkafkaProperties(config),
      rebalance_cb: (error: RdError, all: readonly RdTopicPartition[]) => this.#rebalance(error, all),
      offset_commit_cb: (error: RdError | null, all: readonly RdTopicPartition[]) => {
        for (const at of all) this.#commits.get(commitKey(at, at.offset ?? -1))?.(error)
      },
    }
    this.#consumer = makeClient(module, properties)
    this.#consumer.setDefaultConsumeTimeout(CONSUME_WAIT_MS)
    this.#consumer.on('partition.eof', (at: RdTopicPartition) => void this.#ends.push(at))
    // it mends by itself what it can; texts may quote addresses
    this.#consumer.on('event.error', (error: RdError) => {
      const problem = PROBLEMS.get(error.code)
      if (problem !== undefined) this.#say(problem)
      else this.#logger.debug({ rdkafka: error.code }, 'Kafka client')
    })
  }

  start(handlers: ConsumerHandlers): void {
    this.#handlers = handlers
    this.#consuming = this.#live()
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true
    if (this.#tokenTimer !== null) clearInterval(this.#tokenTimer)
    const until = <T>(work: Promise<T>) =>
      Promise.race([work, sleep(Math.max(0, deadlineMs - Date.now()), null, { ref: false })])
    await until(Promise.resolve(this.#consuming))
    await until(this.#giveBack())
    const gone = new Promise<void>((resolve) => this.#consumer.disconnect(resolve))
    await until(gone)
  }

  async bounds(at: TopicPartition): Promise<Bounds> {
    const { topic, partition } = at
    const consumer = this.#consumer
    const metadata = await promised<{ topics: { name: string; partitions: { id: number }[] }[] }>((done) =>
      consumer.getMetadata({ topic, timeout: REQUEST_TIMEOUT_MS }, done),
    )
    const partitions = metadata.topics.find((t) => t.name === topic)?.partitions ?? []
    const { lowOffset, highOffset } = await this.#watermarks(at)
    const found = await promised<readonly RdTopicPartition[]>((done) =>
      consumer.committed(
        partitions.map((p) => ({ topic, partition: p.id })),
        REQUEST_TIMEOUT_MS,
        done,
      ),
    )
    // librdkafka says -1001 where nothing is committed
    const committed = found.filter((p) => (p.offset ?? -1) >= 0)
    const own = committed.find((p) => p.partition === partition)?.offset ?? null
    return { low: lowOffset, high: highOffset, committed: own, topicKnown: committed.length > 0 }
  }

  async ends(all: readonly TopicPartition[]): Promise<readonly (number | null)[]> {
    return Promise.all(
      all.map((at) =>
        this.#watermarks(at).then(
          (w) => w.highOffset,
          () => null,
        ),
      ),
    )
  }

  async commit(at: TopicPartition, offset: number): Promise<void> {
    const key = commitKey(at, offset)
    const answered = new Promise<void>((resolve, reject) => {
      const timeout = setTimeout(() => reject(new Error('no answer')), REQUEST_TIMEOUT_MS)
      this.#commits.set(key, (error) => {
        clearTimeout(timeout)
        if (error != null && error.code !== 0) reject(failure(error))
        else resolve()
      })
    })
    try {
      this.#consumer.commit({ topic: at.topic, partition: at.partition, offset })
      await answered
    } finally {
      this.#commits.delete(key)
    }
  }

  seek(at: TopicPartition, offset: number): void {
    this.#consumer.seek({ ...at, offset }, REQUEST_TIMEOUT_MS, () => {})
  }

  async #live(): Promise<void> {
    while (!this.#stopping) {
      try {
        if (!this.#consumer.isConnected()) {
          await this.#connect().catch((cause) => {
            this.#say(PROBLEMS.get(cause.code) ?? `librdkafka ${cause.code ?? cause.name}`)
            throw cause
          })
        }
        await this.#consumeOnce()
      } catch (cause) {
        this.#logger.debug({ rdkafka: (cause as { code?: number }).code }, 'Kafka: trying again')
        await sleep(RETRY_MS, null, { ref: false })
      }
    }
  }

  async #connect(): Promise<void> {
    const { sasl, topics } = this.#config
    if (sasl?.mechanism === 'oauthbearer' && sasl.tokenFile !== undefined) {
      const { tokenFile } = sasl
      const refresh = async () =>
        this.#consumer.setOauthBearerToken((await readFile(tokenFile, 'utf8')).trim())
      await refresh()
      this.#tokenTimer ??= setInterval(() => void refresh().catch(() => {}), TOKEN_EVERY_MS).unref()
    }
    await promised((done) => this.#consumer.connect({ timeout: REQUEST_TIMEOUT_MS }, done))
    this.#consumer.subscribe(topics.map((t) => t.topic))
  }

  /** Once until it changes. */
  #say(problem: string): void {
    if (problem !== this.#said) this.#logger.warn({ problem }, 'Kafka: trying again until it answers')
    this.#said = problem
  }

  async #consumeOnce(): Promise<void> {
    const startMs = performance.now()
    const messages = await promised<readonly RdMessage[]>((done) =>
      this.#consumer.consume(this.#atOnce, done),
    )
    this.#adapt(messages, performance.now() - startMs)
    if (messages.length > 0) this.#said = ''
    const ends = this.#ends.splice(0)
    const alive = async () => {}
    await Promise.all(byPartition(messages).map(({ at, list }) => this.#handlers.messages(at, list, alive)))
    // after the messages that were before it
    for (const { topic, partition, offset } of ends) {
      if (offset !== undefined) this.#handlers.passed({ topic, partition }, offset)
    }
  }

  #adapt(messages: readonly RdMessage[], tookMs: number): void {
    const bytes = messages.reduce((sum, m) => sum + (m.value?.length ?? 0), 0)
    if (tookMs > FILL_MAX_MS || bytes > BYTES_AT_ONCE) {
      this.#atOnce = Math.max(MESSAGES_MIN, this.#atOnce >> 1)
    } else if (messages.length === this.#atOnce && bytes < BYTES_AT_ONCE / 2) {
      this.#atOnce = Math.min(MESSAGES_MAX, this.#atOnce * 2)
    }
  }

  #rebalance(error: RdError, all: readonly RdTopicPartition[]): void {
    this.#rebalancing = this.#rebalancing.then(async () => {
      await this.#giveBack()
      if (error.code === REVOKE) this.#consumer.unassign()
      if (error.code === ASSIGN) await this.#begin(all)
    })
    this.#rebalancing.catch((cause) =>
      this.#logger.warn({ error: (cause as Error).name }, 'Kafka: rebalance failed'),
    )
  }

  async #begin(all: readonly RdTopicPartition[]): Promise<void> {
    const held = all.map(({ topic, partition }) => ({ topic, partition }))
    this.#held = held
    const started = await Promise.all(
      held.map(async (at) => ({ ...at, offset: await this.#handlers.assigned(at) })),
    )
    if (this.#held !== held || this.#stopping) return
    this.#consumer.assign(started.flatMap((s) => (s.offset === null ? [] : [{ ...s, offset: s.offset }])))
  }

  async #giveBack(): Promise<void> {
    const held = this.#held
    this.#held = []
    if (held.length === 0) return
    await this.#handlers.revoked(held)
  }

  #watermarks(at: TopicPartition): Promise<{ lowOffset: number; highOffset: number }> {
    return promised((done) =>
      this.#consumer.queryWatermarkOffsets(at.topic, at.partition, REQUEST_TIMEOUT_MS, done),
    )
  }
}

/** @throws TelltaleError CONFIG_INVALID with the name of the property, for what librdkafka does not know */
function makeClient(module: RdModule, properties: object): RdConsumer {
  try {
    return new module.KafkaConsumer(properties, { 'auto.offset.reset': 'earliest' })
  } catch (cause) {
    throw new TelltaleError('CONFIG_INVALID', `ingest.kafka.clientOptions: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** librdkafka's errors that somebody may have to do something about. */
const PROBLEMS: ReadonlyMap<number, string> = new Map([
  [-169, 'AUTHENTICATION'],
  [-181, 'TLS'],
  [-187, 'ALL_BROKERS_DOWN'],
  [-193, 'RESOLVE'],
])

const keyOf = (at: RdTopicPartition): string => `${at.topic}/${at.partition}`
const commitKey = (at: RdTopicPartition, offset: number): string => `${keyOf(at)}@${offset}`

const failure = (error: RdError): Error => Object.assign(new Error('librdkafka'), { code: error.code })

function promised<T>(
  start: (done: (error: RdError | null | undefined, value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error != null) reject(failure(error))
      else resolve(value)
    })
  })
}

interface Run {
  readonly at: TopicPartition
  readonly list: KafkaMessage[]
}

/** The messages of each partition, in their order; most come in long runs of one. */
function byPartition(messages: readonly RdMessage[]): readonly Run[] {
  const runs = new Map<string, Run>()
  let run: Run | null = null
  for (const m of messages) {
    if (run === null || m.partition !== run.at.partition || m.topic !== run.at.topic) {
      const key = keyOf(m)
      run = runs.get(key) ?? { at: { topic: m.topic, partition: m.partition }, list: [] }
      runs.set(key, run)
    }
    run.list.push(toMessage(m))
  }
  return [...runs.values()]
}

const NO_HEADERS: KafkaMessage['headers'] = {}

/** Most messages have none. */
function headersOf(given: RdMessage['headers']): KafkaMessage['headers'] {
  if (given === undefined || given.length === 0) return NO_HEADERS
  const headers: Record<string, Uint8Array> = {}
  for (const header of given) {
    for (const [name, value] of Object.entries(header)) {
      headers[name] ??= typeof value === 'string' ? Buffer.from(value) : value
    }
  }
  return headers
}

function toMessage(m: RdMessage): KafkaMessage {
  const key = typeof m.key === 'string' ? Buffer.from(m.key) : (m.key ?? null)
  return {
    offset: m.offset,
    timestampMs: m.timestamp ?? 0,
    key,
    value: m.value,
    headers: headersOf(m.headers),
  }
}
