import { after } from 'node:test'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { registerCodecs } from '../../../src/ingest/kafka/kafkajs-codecs.ts'
import { until } from '../daemon.ts'
import { type Broker, brokerSkipReason, startBroker } from './broker.ts'

/** A broker for a test file: the one at TELLTALE_TEST_KAFKA, else one of its own, else a reason to skip. */

const given = process.env['TELLTALE_TEST_KAFKA']
export const skip: string | false = given === undefined ? (brokerSkipReason() ?? false) : false

let own: Promise<Broker> | null = null

/** `host:port`; started when first asked for, stopped after the file's tests. */
export async function brokerAddress(): Promise<string> {
  if (given !== undefined) return given
  own ??= startBroker()
  return (await own).address
}
// here, not where it starts: there it would be the first test's alone
after(async () => (await own)?.stop())

export const client = (address: string): Kafka =>
  new Kafka({ brokers: [address], clientId: 'test', logLevel: logLevel.NOTHING, retry: { retries: 8 } })

/** A name no other test has. */
export const unique = (name: string): string =>
  `${name}-${process.pid}-${Math.floor(performance.now() * 1000).toString(36)}`

export async function makeTopics(address: string, partitions: number, ...topics: string[]): Promise<void> {
  const admin = client(address).admin()
  await admin.connect()
  const list = topics.map((topic) => ({ topic, numPartitions: partitions }))
  await admin.createTopics({ topics: list, waitForLeaders: true })
  await admin.disconnect()
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
  const admin = client(address).admin()
  await admin.connect()
  // a new group has no coordinator for a moment
  const [found] = await admin.fetchOffsets({ groupId, topics: [topic] }).catch(() => [])
  await admin.disconnect()
  if (found === undefined) return []
  return found.partitions.sort((a, b) => a.partition - b.partition).map((p) => Number(p.offset))
}

/** End of each partition. */
export async function ends(address: string, topic: string): Promise<number[]> {
  const admin = client(address).admin()
  await admin.connect()
  const found = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
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
  const consumer = client(address).consumer({ groupId: unique('reader') })
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
