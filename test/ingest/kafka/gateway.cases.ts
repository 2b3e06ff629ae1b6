import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { OTLPLogExporter as GrpcLogs } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs'
import { until } from '../../support/daemon.ts'
import {
  findingsOf,
  metric,
  newFolder,
  removeFolder,
  startConsumer,
} from '../../support/kafka/consumer-daemon.ts'
import { servicesIn, startGateway } from '../../support/kafka/gateway.ts'
import { brokerAddress, makeTopics, readTopic, skip, unique } from '../../support/kafka/with-broker.ts'

const timeout = 120_000
export function gatewayCases(): void {
  test('what OTLP exporters send through the gateway is read by the consumer, keyed by service, and a secret in it found', {
    skip,
    timeout,
  }, async (t) => {
    const broker = await brokerAddress()
    const topic = unique('gateway')
    await makeTopics(broker, 4, topic)
    const gateway = await startGateway(t, broker, topic)
    const exporters: Record<string, LogRecordExporter> = {
      proto: new ProtoLogs({ url: `${gateway.httpUrl}/v1/logs` }),
      json: new JsonLogs({ url: `${gateway.httpUrl}/v1/logs` }),
      grpc: new GrpcLogs({ url: gateway.grpcUrl }),
    }
    for (const [service, exporter] of Object.entries(exporters)) {
      const provider = new LoggerProvider({
        resource: resourceFromAttributes({ 'service.name': service }),
        processors: [new BatchLogRecordProcessor({ exporter })],
      })
      const logger = provider.getLogger('test')
      for (let i = 0; i < 20; i++) logger.emit({ body: `order ${i} taken` })
      if (service === 'grpc')
        logger.emit({ body: `token ${['ghp', 'x7Kq2LmN9pRsT4vWyZ1aB3cD5eF6gH8iJ0kL'].join('_')}` })
      await provider.forceFlush()
      await provider.shutdown()
    }
    for (const { key, value } of await readTopic(broker, topic)) {
      assert.deepEqual(new Set(servicesIn(value)), new Set([key]))
    }
    const folder = newFolder()
    const daemon = await startConsumer({ broker, groupId: randomUUID(), topics: [{ topic }], folder })
    t.after(() => daemon.stop('SIGKILL'))
    await until(async () => (await metric(daemon, 'telltale_rows_total')) === 61, 20_000, 'all records')
    await until(
      () => findingsOf(daemon.read('findings.jsonl')).some((f) => f.kind === 'secret'),
      10_000,
      'the secret',
    )
    await daemon.stop()
    await gateway.stop()
    removeFolder(folder)
  })

  test('while Kafka does not take it senders are answered 503 with Retry-After, and nothing is lost', {
    skip,
    timeout,
  }, async (t) => {
    const broker = await brokerAddress()
    const topic = unique('later')
    const gateway = await startGateway(t, broker, topic)
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
    const logRecords = [{ body: { stringValue: 'order taken' } }]
    const body = JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })
    const send = () =>
      fetch(`${gateway.httpUrl}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
    const refused = await send()
    assert.equal(refused.status, 503)
    assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/)
    await makeTopics(broker, 1, topic)
    await until(async () => (await send()).status === 200, 30_000, 'taken once the topic is there')
    assert.ok((await readTopic(broker, topic)).length >= 1)
    assert.equal(await gateway.stop(), 0)
  })
}
