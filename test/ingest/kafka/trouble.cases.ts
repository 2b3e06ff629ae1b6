import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { CompressionTypes } from 'kafkajs'
import { registerCodecs } from '../../../src/ingest/kafka/kafkajs-codecs.ts'
import { loadRdkafka, readsEverything } from '../../../src/ingest/kafka/rdkafka-module.ts'
import { until } from '../../support/daemon.ts'
import { metric, newFolder, removeFolder, startConsumer } from '../../support/kafka/consumer-daemon.ts'
import {
  ask,
  brokerAddress,
  type Client,
  committed,
  client as connection,
  makeTopics,
  produce,
  skipOf,
  unique,
} from '../../support/kafka/with-broker.ts'

const timeout = 120_000
const line = (i: number) => JSON.stringify({ ts: Date.now(), msg: `order ${i} taken`, app: 'shop' })
const fields = { time: 'ts', body: 'msg', service: 'app' }

/** An empty OTLP request is a good one. */
const GOOD = { otlp_proto: '', otlp_json: '{}', json: line(1), text: 'all is well' }
const POISON = {
  otlp_proto: Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]),
  otlp_json: '{"resourceLogs": [',
  json: '{"ts": 1, "msg": ',
}

/** What depends on the client. */
export function troubleCases(client: Client): void {
  const skip = skipOf(client)
  // a node-rdkafka built where libzstd-dev was missing
  const native = client === 'rdkafka' ? loadRdkafka() : null
  const noZstd = native !== null && !readsEverything(native)

  test(`a poison message of each encoding goes to the dead letters with its origin, and the next ones are read, with ${client}`, {
    skip,
    timeout,
  }, async () => {
    const broker = await brokerAddress()
    const dead = unique('dead')
    const encodings = Object.keys(POISON) as (keyof typeof POISON)[]
    const topics = encodings.map((encoding) => ({ topic: unique(encoding), encoding, fields }))
    await makeTopics(broker, 1, dead, ...topics.map((t) => t.topic))
    for (const { topic, encoding } of topics) {
      await produce(broker, topic, [
        { value: GOOD[encoding] },
        { value: POISON[encoding] },
        { value: GOOD[encoding] },
      ])
    }
    const groupId = randomUUID()
    const folder = newFolder()
    const daemon = await startConsumer({
      broker,
      groupId,
      topics,
      folder,
      client,
      kafka: { deadLetterTopic: dead },
    })
    for (const { topic } of topics) {
      await until(async () => (await committed(broker, groupId, topic))[0] === 3, 20_000, `${topic} read`)
    }
    assert.equal(await metric(daemon, 'telltale_kafka_undecodable_total'), 3)
    const letters = new Map<string, { value: Buffer; offset: string; code: string }>()
    const reader = connection(broker).consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 })
    await reader.connect()
    await reader.subscribe({ topic: dead, fromBeginning: true })
    await reader.run({
      eachMessage: async ({ message: { headers, value } }) => {
        const header = (name: string) => String(headers![`telltale.${name}`])
        letters.set(header('source.topic'), {
          value: value!,
          offset: header('source.offset'),
          code: header('error.code'),
        })
      },
    })
    await until(() => letters.size === 3, 20_000, 'three letters')
    await reader.disconnect()
    for (const { topic, encoding } of topics) {
      const letter = letters.get(topic)!
      assert.deepEqual(letter.value, Buffer.from(POISON[encoding]))
      assert.equal(letter.offset, '1')
      assert.match(letter.code, /^[A-Z_]+$/)
    }
    await daemon.stop()
    assert.doesNotMatch(daemon.output, /resourceLogs/, 'no payload in the log')
    removeFolder(folder)
  })

  test(`every codec is read, with ${client}`, { skip, timeout }, async () => {
    registerCodecs()
    const broker = await brokerAddress()
    const topic = unique('codecs')
    await makeTopics(broker, 1, topic)
    const codecs = [
      CompressionTypes.None,
      CompressionTypes.GZIP,
      CompressionTypes.Snappy,
      CompressionTypes.LZ4,
      ...(noZstd ? [] : [CompressionTypes.ZSTD]),
    ]
    const messages = Array.from({ length: 50 }, (_, i) => ({ value: line(i) }))
    for (const codec of codecs) await produce(broker, topic, messages, codec)
    const groupId = randomUUID()
    const folder = newFolder()
    const daemon = await startConsumer({
      broker,
      groupId,
      topics: [{ topic, encoding: 'json', fields }],
      folder,
      client,
    })
    await until(
      async () => (await metric(daemon, 'telltale_rows_total')) === 50 * codecs.length,
      20_000,
      'all rows',
    )
    await daemon.stop()
    removeFolder(folder)
  })

  test(`a topic made anew is read from its beginning, a partition added from its first message, with ${client}`, {
    skip,
    timeout,
  }, async () => {
    const broker = await brokerAddress()
    const topic = unique('anew')
    const other = unique('other')
    await makeTopics(broker, 1, topic, other)
    const send = (n: number, partition = 0) =>
      produce(
        broker,
        topic,
        Array.from({ length: n }, (_, i) => ({ value: line(i), partition })),
      )
    await send(20)
    const groupId = randomUUID()
    const folder = newFolder()
    const topics = [topic, other].map((name) => ({ topic: name, encoding: 'json', fields }))
    const clientOptions =
      client === 'rdkafka' ? { 'topic.metadata.refresh.interval.ms': 500 } : { metadataMaxAge: 500 }
    const kafka = { startFrom: 'latest', clientOptions }
    const daemon = await startConsumer({ broker, groupId, topics, folder, client, kafka })
    const rows = async () => await metric(daemon, 'telltale_rows_total')
    await until(() => daemon.output.split('"partition assigned"').length > 2, 15_000, 'assigned')
    await send(5)
    await until(async () => (await rows()) === 5, 15_000, 'what came after the start')
    await ask(broker, (admin) => admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] }))
    await send(3, 1)
    await until(
      async () => (await rows()) === 8,
      20_000,
      'what came to the new partition before it was noticed',
    )
    await until(async () => (await committed(broker, groupId, topic)).join() === '25,3', 15_000, 'committed')
    await ask(broker, (admin) => admin.deleteTopics({ topics: [topic] }))
    await produce(broker, other, [{ value: line(0) }])
    await until(async () => (await rows()) === 9, 20_000, 'the other topic while this one is gone')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await makeTopics(broker, 2, topic)
    await send(7)
    await until(async () => (await rows()) === 16, 30_000, 'the topic made anew')
    await daemon.stop()
    removeFolder(folder)
  })
}
