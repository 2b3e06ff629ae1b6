import { Kafka, logLevel } from 'kafkajs'
import { registerCodecs } from '../../src/ingest/kafka/kafkajs-codecs.ts'
import { endIdlePolling } from '../../src/ingest/kafka/kafkajs-polling.ts'
import { loadRdkafka } from '../../src/ingest/kafka/rdkafka-module.ts'

/** A loop of the client that only counts; prints `ready`, then `done COUNT` when it has seen them all. */

const [broker = '', topic = '', groupId = '', wanted = '0', client = 'kafkajs'] = process.argv.slice(2)
let seen = 0
const count = (n: number) => {
  seen += n
  if (seen >= Number(wanted)) process.stdout.write(`done ${seen}\n`)
}
process.on('SIGTERM', () => process.exit(0))

const rdkafka = client === 'rdkafka' ? loadRdkafka() : null
if (rdkafka !== null) {
  const properties = { 'metadata.broker.list': broker, 'group.id': groupId, 'enable.auto.commit': false }
  const consumer = new rdkafka.KafkaConsumer(properties, { 'auto.offset.reset': 'earliest' })
  consumer.setDefaultConsumeTimeout(20)
  const loop = () =>
    consumer.consume(32, (_error, messages) => {
      count(messages?.length ?? 0)
      setImmediate(loop)
    })
  consumer.connect({}, () => {
    consumer.subscribe([topic])
    process.stdout.write('ready\n')
    loop()
  })
} else {
  registerCodecs()
  endIdlePolling()
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 250 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  process.stdout.write('ready\n')
  await consumer.run({ autoCommit: false, eachBatch: async ({ batch }) => count(batch.messages.length) })
}
