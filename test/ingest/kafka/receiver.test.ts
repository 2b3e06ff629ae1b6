import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { BatchPool } from '../../../src/columns/batch-pool.ts'
import { KeyTable } from '../../../src/columns/key-table.ts'
import type { Intake, StreamStates } from '../../../src/columns/stage.ts'
import { SYSTEM_CLOCK } from '../../../src/core/clock.ts'
import { DONE } from '../../../src/core/outcome.ts'
import { kafkaConfig } from '../../../src/ingest/kafka/config.ts'
import type { ConsumerHandlers, KafkaConsumer, KafkaMessage } from '../../../src/ingest/kafka/consumer.ts'
import { KafkaReceiver } from '../../../src/ingest/kafka/receiver.ts'
import { Meter } from '../../../src/telemetry/meter.ts'
import { until } from '../../support/daemon.ts'
import { memoryLogger } from '../../support/silent-logger.ts'

const AT = [0, 1].map((partition) => ({ topic: 'otlp_logs', partition }))

/** The receiver between a client and a pipeline that do what the test says. */
async function setUp() {
  const ends: Promise<number>[] = []
  const seeks: number[] = []
  let handlers!: ConsumerHandlers
  const consumer: KafkaConsumer = {
    start: (given) => {
      handlers = given
    },
    bounds: async () => ({ low: 0, high: 100, committed: 0, topicKnown: true }),
    ends: async (all) => {
      const end = await (ends.shift() ?? Promise.resolve(100))
      return all.map(() => end)
    },
    commit: async () => {},
    seek: (_at, offset) => void seeks.push(offset),
    stop: async () => {},
  }
  const saved: string[] = []
  let saving: Promise<boolean> = Promise.resolve(true)
  const states: StreamStates = {
    open: async () => null,
    observedUntil: () => {},
    checkpoint: (stream, offset) => {
      saved.push(`${stream}@${offset}`)
      return saving
    },
    close: () => {},
  }
  const intake: Intake = {
    admit: () => null,
    submit: (_batch, _format, settle) => void setImmediate(() => settle(DONE)),
  }
  const receiver = new KafkaReceiver(kafkaConfig.parse({ checkpointEvery: '50ms' }), {
    consumer,
    producer: null,
    intake,
    states,
    pool: new BatchPool(new KeyTable(7)),
    clock: SYSTEM_CLOCK,
    logger: memoryLogger(),
    meter: new Meter(),
  })
  await receiver.start()
  const read = (partition: number, from: number, to: number) => {
    const messages = Array.from({ length: to - from }, (_, i): KafkaMessage => {
      return {
        offset: from + i,
        timestampMs: Date.now(),
        key: null,
        value: new Uint8Array(0),
        headers: {},
      }
    })
    return handlers.messages(AT[partition]!, messages, async () => {})
  }
  const slowly = (pending: Promise<boolean>) => {
    saving = pending
  }
  return { receiver, handlers, read, ends, seeks, saved, slowly }
}

test('a partition that came back while a round of checkpoints went on is not saved under its old offset', async (t) => {
  const { receiver, handlers, read, saved, slowly } = await setUp()
  t.after(() => receiver.stop(0))
  const first = Promise.withResolvers<boolean>()
  slowly(first.promise)
  await Promise.all(AT.map((at) => handlers.assigned(at)))
  await Promise.all([read(0, 0, 10), read(1, 0, 10)])
  await until(() => saved.length === 1, 20_000, 'the first of the round')
  // the other waits its turn, goes away meanwhile and comes back with a state that has seen more or less
  handlers.lost([AT[1]!])
  await handlers.assigned(AT[1]!)
  slowly(Promise.resolve(true))
  first.resolve(true)
  await sleep(150)
  assert.ok(!saved.includes('kafka:otlp_logs/1@10'), saved.join())
})

test('a log that grew while its end was asked for is not taken for one made anew', async (t) => {
  const { receiver, handlers, read, ends, seeks } = await setUp()
  t.after(() => receiver.stop(0))
  const asked = Promise.withResolvers<number>()
  ends.push(asked.promise)
  await handlers.assigned(AT[0]!)
  await read(0, 0, 10)
  await until(() => ends.length === 0, 20_000, 'asked for the end')
  await read(0, 10, 20)
  asked.resolve(10)
  await sleep(50)
  assert.deepEqual(seeks, [])
  ends.push(Promise.resolve(4))
  await until(() => seeks.length > 0, 20_000, 'the end before what was read, twice the same: made anew')
  assert.deepEqual(seeks, [0])
})
