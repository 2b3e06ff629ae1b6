import { Kafka, logLevel } from 'kafkajs'
import { registerCodecs } from '../../src/ingest/kafka/kafkajs-codecs.ts'
import { endIdlePolling } from '../../src/ingest/kafka/kafkajs-polling.ts'
import { loadRdkafka } from '../../src/ingest/kafka/rdkafka-module.ts'

/** A loop of the client that only counts; answers any message of its parent with the count and the CPU it took. */

const [broker = '', topic = '', groupId = '', client = 'kafkajs', sessionMs = '', fetchBytes = ''] =
  process.argv.slice(2)
/** As many as the daemon takes at once. */
const AT_ONCE = 1024
let seen = 0
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send!({ messages: seen, cpuSeconds: (user + system) / 1e6 })
})

const rdkafka = client === 'rdkafka' ? loadRdkafka() : null
if (rdkafka !== null) {
  const properties = {
    'metadata.broker.list': broker,
    'group.id': groupId,
    'enable.auto.commit': false,
    'session.timeout.ms': Number(sessionMs),
    'max.poll.interval.ms': Number(sessionMs),
    'max.partition.fetch.bytes': Number(fetchBytes),
  }
  const consumer = new rdkafka.KafkaConsumer(properties, { 'auto.offset.reset': 'earliest' })
  consumer.setDefaultConsumeTimeout(20)
  const loop = () =>
    consumer.consume(AT_ONCE, (_error, messages) => {
      seen += messages?.length ?? 0
      setImmediate(loop)
    })
  consumer.connect({}, () => {
    consumer.subscribe([topic])
    loop()
  })
} else {
  registerCodecs()
  endIdlePolling()
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: 250,
    sessionTimeout: Number(sessionMs),
    maxBytesPerPartition: Number(fetchBytes),
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      seen += batch.messages.length
    },
  })
}
