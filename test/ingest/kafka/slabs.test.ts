import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ProducedMessage } from '../../../src/core/kafka-producer.ts'
import { DeadLetters } from '../../../src/ingest/kafka/dead-letters.ts'
import { KafkaMetrics } from '../../../src/ingest/kafka/metrics.ts'
import { OwnedPartition } from '../../../src/ingest/kafka/partition.ts'
import { Slabs } from '../../../src/ingest/kafka/slabs.ts'
import { Meter } from '../../../src/telemetry/meter.ts'
import { memoryLogger } from '../../support/silent-logger.ts'

test('what is kept stays as it is until it is given back, in whatever order that happens', () => {
  const step = fc.record({ bytes: fc.integer({ min: 0, max: 40_000 }), back: fc.nat() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const slabs = new Slabs()
      const held: { kept: Buffer; letter: number }[] = []
      for (const [i, { bytes, back }] of steps.entries()) {
        const kept = slabs.keep(Buffer.alloc(bytes, i))
        assert.equal(kept.length, bytes)
        held.push({ kept, letter: i })
        if (back % 2 === 0) {
          const [{ kept: done } = held[0]!] = held.splice(back % held.length, 1)
          slabs.give(done.subarray(done.length >> 1))
          slabs.give(done) // twice is once
        }
        for (const one of held) assert.ok(one.kept.every((byte) => byte === one.letter))
      }
    }),
    { numRuns: 50 },
  )
})

test('a slab that was given back is used again, what is not of the slabs is let be', () => {
  const slabs = new Slabs()
  const first = slabs.keep(Buffer.alloc(100_000))
  slabs.give(Buffer.alloc(100_000))
  assert.notEqual(slabs.keep(Buffer.alloc(100_000)).buffer, first.buffer)
  slabs.give(first.subarray(5, 10))
  assert.equal(slabs.keep(Buffer.alloc(90_000)).buffer, first.buffer)
})

test('a dead letter holds the bytes of its message though their place is used again before it is written', async () => {
  const sent: ProducedMessage[] = []
  const producer = { send: async (messages: readonly ProducedMessage[]) => void sent.push(...messages) }
  const metrics = new KafkaMetrics(new Meter(), () => [])
  const letters = new DeadLetters('dead', producer, metrics, memoryLogger())
  const topic = { topic: 't', signal: 'logs', encoding: 'json', fields: {} } as const
  const partition = new OwnedPartition({ topic: 't', partition: 0 }, topic)
  const slab = Buffer.from('key value header')
  const [key, value, header] = [slab.subarray(0, 3), slab.subarray(4, 9), slab.subarray(10)]
  letters.add(partition, { offset: 3, timestampMs: 1, key, value, headers: { of: header } }, 'BAD_JSON')
  slab.fill(0)
  await Promise.all(partition.letters)
  assert.equal(String(sent[0]!.key), 'key')
  assert.equal(String(sent[0]!.value), 'value')
  assert.equal(String(sent[0]!.headers!['of']), 'header')
})
