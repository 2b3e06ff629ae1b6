import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProducedMessage } from '../../../src/core/kafka-producer.ts'
import { anomaly, resolved } from '../../support/findings.ts'
import { HttpReceiver } from '../../support/http-receiver.ts'
import { inMs, sinksOf } from '../../support/sinks.ts'

test('findings are messages keyed by fingerprint, tried again until the broker has them', async () => {
  const sent: ProducedMessage[] = []
  let failures = 2
  const kafka = () => ({
    async send(messages: readonly ProducedMessage[]) {
      if (failures-- > 0) throw new Error('broker:9092 is away')
      sent.push(...messages)
    },
  })
  const { sinks, logger } = sinksOf({ outputs: { topic: { type: 'kafka', topic: 'found' } } }, { kafka })
  await sinks.start(new AbortController().signal)
  sinks.emit(anomaly(1))
  sinks.emit(resolved(anomaly(1)))
  await new HttpReceiver().until(() => sent.length === 2)
  assert.deepEqual(
    sent.map((m) => [m.topic, m.key, m.headers?.['telltale-event']]),
    [
      ['found', anomaly(1).fingerprint, 'firing'],
      ['found', anomaly(1).fingerprint, 'resolved'],
    ],
  )
  assert.deepEqual(JSON.parse(Buffer.from(sent[0]!.value!).toString()), anomaly(1))
  assert.doesNotMatch(logger.lines.join(), /broker:9092/)
  await sinks.stop(inMs(1000))
})

test('without a producer findings wait and the reason is said', async () => {
  const { sinks } = sinksOf({ outputs: { topic: { type: 'kafka' } } })
  await sinks.start(new AbortController().signal)
  sinks.emit(anomaly(1))
  await new HttpReceiver().until(() => !sinks.health()[0]!.healthy)
  assert.equal(sinks.health()[0]!.pending, 1)
  await sinks.stop(inMs(100))
})
