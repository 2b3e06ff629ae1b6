import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileCollector } from '../../support/file-collector.ts'
import { anomaly, secret } from '../../support/findings.ts'
import { HttpReceiver } from '../../support/http-receiver.ts'
import { inMs, scratchDir, sinksOf } from '../../support/sinks.ts'

test('findings go to /v1/logs of the address, with the headers given', async () => {
  const receiver = await new HttpReceiver().start()
  receiver.answer = () => ({ status: 200, body: '{}' })
  const { sinks, logger } = sinksOf({
    outputs: {
      logs: { type: 'otlp', url: `${receiver.url}/otlp/`, gzip: false, headers: { 'x-api-key': 'K3Y' } },
    },
  })
  await sinks.start(new AbortController().signal)
  sinks.emit(anomaly(1))
  await receiver.until(() => receiver.received.length === 1)
  assert.equal(receiver.received[0]!.path, '/otlp/v1/logs')
  assert.equal(receiver.received[0]!.headers['x-api-key'], 'K3Y')
  await sinks.stop(inMs(1000))
  await receiver.stop()
  assert.doesNotMatch(logger.lines.join(), /K3Y/)
})

const collector = fileCollector()

test('a real OpenTelemetry Collector takes findings as log records', { skip: collector.skip }, async (t) => {
  const running = await collector.start(scratchDir())
  t.after(() => running.stop())
  const { sinks } = sinksOf({ outputs: { logs: { type: 'otlp', url: running.url } } })
  t.after(() => sinks.stop(inMs(100)))
  await sinks.start(new AbortController().signal)
  sinks.emit(anomaly(1))
  sinks.emit(secret(2))
  const lines = await running.lines(() => sinks.health()[0]!.pending === 0)
  const records = lines.flatMap((line) => JSON.parse(line).resourceLogs[0].scopeLogs[0].logRecords)
  assert.deepEqual(records.map((r: { body: { stringValue: string } }) => r.body.stringValue).sort(), [
    secret(2).summary,
    anomaly(1).summary,
  ])
  const leak = records.find((r: { traceId?: string }) => r.traceId === secret(2).traceId)
  assert.equal(leak.spanId, secret(2).spanId)
  assert.equal(leak.eventName, 'telltale.finding')
})
