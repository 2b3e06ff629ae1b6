import { after } from 'node:test'
import { type Admin, Kafka, logLevel, Partitioners } from 'kafkajs'
import { registerCodecs } from '../../../src/ingest/kafka/kafkajs-codecs.ts'
import { loadRdkafka } from '../../../src/ingest/kafka/rdkafka-module.ts'
import { until } from '../daemon.ts'
import { type Broker, brokerSkipReason, startBroker } from './broker.ts'
import { type SecureListener, secureListener } from './secure-listener.ts'

/** A broker for a test file: the one at TELLTALE_TEST_KAFKA, else one of its own, else a reason to skip. */

export type Client = 'kafkajs' | 'rdkafka'

/** Of suites that run with one client. */
export const CLIENT: Client = process.env['TELLTALE_TEST_KAFKA_CLIENT'] === 'rdkafka' ? 'rdkafka' : 'kafkajs'

const given = process.env['TELLTALE_TEST_KAFKA']
const noBroker = brokerSkipReason()

/** Why tests with this client are skipped. */
export function skipOf(client: Client): string | false {
  if (client === 'rdkafka' && loadRdkafka() === null)
    return 'node-rdkafka is not here: npm run build:rdkafka builds it'
  return given === undefined ? (noBroker ?? false) : false
}

/** The same for those that need a broker of this file's own. */
export const ownSkipOf = (client: Client): string | false => skipOf(client) || (noBroker ?? false)
export const skip: string | false = skipOf(CLIENT)

/** The shortest session the broker takes, so that a killed member is not waited for longer than need be. */
export const SHORTEST_SESSION = given === undefined ? '3s' : '6s'

interface OwnBroker {
  readonly broker: Broker
  readonly secure: SecureListener
}

let own: Promise<OwnBroker> | null = null

/** Started when first asked for, stopped after the file's tests. */
export function ownBroker(): Promise<OwnBroker> {
  own ??= secureListener().then(async (secure) => {
    const properties = { ...secure.properties, 'group.min.session.timeout.ms': '1000' }
    return { secure, broker: await startBroker({ properties, formatArguments: secure.formatArguments }) }
  })
  return own
}

/** `host:port` of the one given, else of this file's own. */
export const brokerAddress = async (): Promise<string> => given ?? (await ownBroker()).broker.address

// here, not where it starts: there it would be the first test's alone
after(async () => {
  for (const admin of admins.values()) await (await admin).disconnect().catch(() => {})
  const { broker, secure } = (await own?.catch(() => null)) ?? {} // its test has said why
  await broker?.stop()
  secure?.remove()
})

export const client = (address: string): Kafka =>
  new Kafka({ brokers: [address], clientId: 'test', logLevel: logLevel.NOTHING, retry: { retries: 8 } })

/** A name no other test has. */
export const unique = (name: string): string =>
  `${name}-${process.pid}-${Math.floor(performance.now() * 1000).toString(36)}`

const admins = new Map<string, Promise<Admin>>()

/** One connection a broker: to make it takes a dozen times as long as to ask. A broken one is made anew, once. */
export async function ask<T>(address: string, what: (admin: Admin) => Promise<T>): Promise<T> {
  const known = admins.get(address)
  if (known !== undefined) {
    try {
      return await what(await known)
    } catch {
      admins.delete(address)
      void known.then((admin) => admin.disconnect()).catch(() => {})
    }
  }
  const admin = client(address).admin()
  const made = admin.connect().then(() => admin)
  made.catch(() => {})
  admins.set(address, made)
  return what(await made)
}

export async function makeTopics(address: string, partitions: number, ...topics: string[]): Promise<void> {
  const list = topics.map((topic) => ({ topic, numPartitions: partitions }))
  await ask(address, (admin) => admin.createTopics({ topics: list, waitForLeaders: true }))
}

export interface TestMessage {
  readonly value: Uint8Array | string | null
  readonly partition?: number
  readonly key?: string
  readonly timestampMs?: number
}

export async function produce(
  address: string,
  topic: string,
  messages: readonly TestMessage[],
  compression = 0,
): Promise<void> {
  const producer = client(address).producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  await producer.send({
    topic,
    compression,
    messages: messages.map(({ value, partition, key, timestampMs }) => ({
      value: value === null ? null : Buffer.from(value),
      key: key ?? null,
      ...(partition !== undefined && { partition }),
      ...(timestampMs !== undefined && { timestamp: String(timestampMs) }),
    })),
  })
  await producer.disconnect()
}

/** What the group committed in a topic, by partition; -1 where nothing. */
export async function committed(address: string, groupId: string, topic: string): Promise<number[]> {
  // a new group has no coordinator for a moment
  const [found] = await ask(address, (admin) =>
    admin.fetchOffsets({ groupId, topics: [topic] }).catch(() => []),
  )
  if (found === undefined) return []
  return found.partitions.sort((a, b) => a.partition - b.partition).map((p) => Number(p.offset))
}

/** End of each partition. */
export async function ends(address: string, topic: string): Promise<number[]> {
  const found = await ask(address, (admin) => admin.fetchTopicOffsets(topic))
  return found.sort((a, b) => a.partition - b.partition).map((p) => Number(p.high))
}

export interface ReadMessage {
  readonly partition: number
  readonly key: string
  readonly value: Buffer
}

/** Everything in a topic as of now. */
export async function readTopic(address: string, topic: string): Promise<ReadMessage[]> {
  registerCodecs()
  const wanted = (await ends(address, topic)).reduce((sum, end) => sum + end, 0)
  const consumer = client(address).consumer({ groupId: unique('reader'), maxWaitTimeInMs: 100 }) // it ends no sooner
  const messages: ReadMessage[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ partition, message: { key, value } }) => {
      messages.push({ partition, key: String(key), value: value! })
    },
  })
  await until(() => messages.length >= wanted, 20_000, `${wanted} messages of ${topic}`)
  await consumer.disconnect()
  return messages
}
