import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Kafka, logLevel } from 'kafkajs'
import { makeAuthority, makeCertificate, temporaryFiles } from '../../support/certificates.ts'
import { freePort, until } from '../../support/daemon.ts'
import { brokerSkipReason, startBroker } from '../../support/kafka/broker.ts'
import { metric, newFolder, removeFolder, startConsumer } from '../../support/kafka/consumer-daemon.ts'

const USER = 'reader'
const PASSWORD = 'correct-horse-42'

test('a broker is read over TLS with SASL/SCRAM, and a wrong password is said without it', {
  skip: brokerSkipReason() ?? false,
  timeout: 120_000,
}, async (t) => {
  const authority = makeAuthority('test authority')
  const { cert, key } = makeCertificate(authority, 'broker')
  const [ca, store] = temporaryFiles(t, authority.cert, `${key}${cert}`)
  const plain = await freePort()
  const broker = await startBroker({
    properties: {
      listeners: `SASL_SSL://127.0.0.1:{port},PLAINTEXT://127.0.0.1:${plain},CONTROLLER://127.0.0.1:{controllerPort}`,
      'advertised.listeners': `SASL_SSL://127.0.0.1:{port},PLAINTEXT://127.0.0.1:${plain}`,
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': store!,
      'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
      'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config':
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    },
    formatArguments: ['--add-scram', `SCRAM-SHA-512=[name=${USER},password=${PASSWORD}]`],
  })
  t.after(() => broker.stop())
  const admin = new Kafka({ brokers: [`127.0.0.1:${plain}`], logLevel: logLevel.NOTHING })
  const topic = 'secured'
  const control = admin.admin()
  await control.connect()
  await control.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
  await control.disconnect()
  const producer = admin.producer()
  await producer.connect()
  await producer.send({ topic, messages: [{ value: 'one line' }, { value: 'and another' }] })
  await producer.disconnect()
  const start = (password: string, folder: string) =>
    startConsumer({
      broker: broker.address,
      groupId: randomUUID(),
      topics: [{ topic, encoding: 'text' }],
      folder,
      kafka: { tls: { ca }, sasl: { mechanism: 'scram-sha-512', username: USER, password } },
    })
  const folder = newFolder()
  t.after(() => removeFolder(folder))
  const daemon = await start(PASSWORD, folder)
  await until(async () => (await metric(daemon, 'telltale_rows_total')) === 2, 20_000, 'two rows')
  assert.equal(await daemon.stop(), 0)
  const refused = await start('battery-staple-7', folder)
  await until(() => refused.output.includes('trying again'), 20_000, 'a word about it')
  await refused.stop()
  assert.doesNotMatch(refused.output, /battery-staple/)
})
