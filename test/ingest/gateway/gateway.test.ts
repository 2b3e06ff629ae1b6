import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyTable } from '../../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../../src/columns/record-batch.ts'
import { SYSTEM_CLOCK } from '../../../src/core/clock.ts'
import type { ProducedMessage } from '../../../src/core/kafka-producer.ts'
import type { Outcome } from '../../../src/core/outcome.ts'
import { gatewayConfig } from '../../../src/ingest/gateway/config.ts'
import { Gateway } from '../../../src/ingest/gateway/gateway.ts'
import { Meter } from '../../../src/telemetry/meter.ts'
import { until } from '../../support/daemon.ts'
import { OTLP } from '../../support/otlp-proto.ts'
import { memoryLogger } from '../../support/silent-logger.ts'

const request = (service: string, body = 'hello'): Uint8Array => {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] }
  const logRecords = [{ body: { stringValue: body } }]
  return OTLP.logs
    .encode(OTLP.logs.fromObject({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }))
    .finish()
}

/** A gateway over a producer that does what the test says. */
function setUp(send: (messages: readonly ProducedMessage[]) => Promise<void>, config: object = {}) {
  const sends: (readonly ProducedMessage[])[] = []
  const producer = {
    send: (messages: readonly ProducedMessage[]) => {
      sends.push(messages)
      return send(messages)
    },
  }
  const logger = memoryLogger()
  const meter = new Meter()
  const gateway = new Gateway(gatewayConfig.parse(config), { producer, clock: SYSTEM_CLOCK, logger, meter })
  void gateway.start()
  const take = (payload: Uint8Array): Promise<Outcome> => {
    const batch = new RecordBatch(new KeyTable(7))
    batch.reset(SIGNAL_LOGS)
    batch.append(payload)
    return new Promise((settle) => gateway.submit(batch, 'otlp_proto', settle))
  }
  return { gateway, take, sends, logger }
}

const codeOf = (outcome: Outcome): string => (outcome.kind === 'done' ? 'done' : outcome.cause.code)
const protocolError = (type: string) => Object.assign(new Error(type), { type })

test('requests that come while a send is under way go together in the next one, in order', async () => {
  const first = Promise.withResolvers<void>()
  const { take, sends } = setUp(() => (sends.length === 1 ? first.promise : Promise.resolve()))
  const one = take(request('a'))
  await until(() => sends.length === 1, 20_000, 'a send under way')
  const rest = ['b', 'a', 'c'].map((s) => take(request(s)))
  first.resolve()
  const outcomes = await Promise.all([one, ...rest])
  assert.deepEqual(outcomes.map(codeOf), ['done', 'done', 'done', 'done'])
  assert.deepEqual(
    sends.map((messages) => messages.map((m) => m.key)),
    [['a'], ['b', 'a', 'c']],
  )
  assert.deepEqual(Buffer.from(sends[1]![0]!.value!), Buffer.from(request('b')))
})

test('past the bytes that may wait senders are told to retry, and taken again once Kafka has caught up', async () => {
  const slow = Promise.withResolvers<void>()
  const { gateway, take } = setUp(() => slow.promise, { maxWaitingBytes: '1KiB' })
  const waiting = take(request('a', 'x'.repeat(900)))
  assert.equal(codeOf(await take(request('a', 'x'.repeat(900)))), 'QUEUE_FULL')
  assert.equal(gateway.admit(900)?.kind, 'retry')
  slow.resolve()
  assert.equal(codeOf(await waiting), 'done')
  assert.equal(gateway.admit(900), null)
})

test('a request that Kafka has not taken in time is answered with retry, and is not sent after that', async () => {
  const slow = Promise.withResolvers<void>()
  const { take, sends } = setUp(() => slow.promise, { timeout: '100ms' })
  const sent = take(request('a'))
  await until(() => sends.length === 1, 20_000, 'a send under way')
  const waiting = take(request('b'))
  assert.deepEqual([await sent, await waiting].map(codeOf), ['KAFKA_FAILED', 'KAFKA_FAILED'])
  slow.resolve()
  assert.equal(codeOf(await take(request('c'))), 'done')
  assert.deepEqual(
    sends.map((messages) => messages.map((m) => m.key)),
    [['a'], ['c']],
  )
})

test('a message the broker finds too large is refused, and those sent with it are written', async () => {
  const { take } = setUp(async (messages) => {
    if (messages.some((m) => m.value!.length > 500)) throw protocolError('MESSAGE_TOO_LARGE')
  })
  const outcomes = await Promise.all([
    take(request('a')),
    take(request('b', 'x'.repeat(600))),
    take(request('c')),
  ])
  assert.deepEqual(outcomes.map(codeOf), ['done', 'TOO_LARGE', 'done'])
})

test('a send that fails is told to its senders, and said once without a word of what was sent', async () => {
  const { take, logger } = setUp(async () => {
    throw Object.assign(new Error('secret text of a payload'), { name: 'KafkaJSNumberOfRetriesExceeded' })
  })
  const outcomes = [await take(request('a')), await take(request('a'))]
  assert.deepEqual(outcomes.map(codeOf), ['KAFKA_FAILED', 'KAFKA_FAILED'])
  assert.equal(outcomes[0]!.kind, 'retry')
  assert.equal(logger.lines.length, 1)
  assert.doesNotMatch(logger.lines.join(), /secret text/)
})

test('stopping, it writes what waits, takes no more, and gives up at the deadline', async () => {
  const slow = Promise.withResolvers<void>()
  const { gateway, take } = setUp(() => slow.promise)
  const waiting = take(request('a'))
  const stopped = gateway.stop(Date.now() + 5000)
  assert.equal(codeOf(await take(request('b'))), 'DRAINING')
  slow.resolve()
  await stopped
  assert.equal(codeOf(await waiting), 'done')
  const stuck = setUp(() => new Promise(() => {}))
  const lost = stuck.take(request('a'))
  await stuck.gateway.stop(Date.now() + 30)
  assert.equal(codeOf(await lost), 'DRAINING')
})

test('a broken request is refused, an empty one is done', async () => {
  const { take, sends } = setUp(async () => {})
  assert.equal(codeOf(await take(new Uint8Array([0x0a, 0xff]))), 'BAD_PROTOBUF')
  assert.equal(codeOf(await take(new Uint8Array(0))), 'done')
  assert.equal(sends.length, 0)
})
