import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { OTLPLogExporter as GrpcLogs } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs'
import { HttpOutput } from '../../../src/simulate/http-output.ts'
import { PRESETS } from '../../../src/simulate/scenario.ts'
import { Simulation } from '../../../src/simulate/simulation.ts'
import { SimTraffic } from '../../../src/simulate/traffic.ts'
import { type Daemon, freePort, startDaemon, until } from '../../support/daemon.ts'
import {
  findingsOf,
  metric,
  newFolder,
  removeFolder,
  startConsumer,
} from '../../support/kafka/consumer-daemon.ts'
import {
  brokerAddress,
  committed,
  ends,
  makeTopics,
  readTopic,
  skip,
  unique,
} from '../../support/kafka/with-broker.ts'
import { OTLP } from '../../support/otlp-proto.ts'

const timeout = 90_000
const PARTITIONS = 4

async function startGateway(t: TestContext, broker: string, topic: string): Promise<Daemon> {
  const ports = { http: await freePort(), grpc: await freePort(), admin: await freePort() }
  const listen = (port: number) => ({ listen: `127.0.0.1:${port}` })
  const otlp = { http: listen(ports.http), grpc: listen(ports.grpc) }
  const config = {
    ingest: { otlp, kafka: { brokers: [broker] } },
    gateway: { enabled: true, topics: { logs: topic } },
  }
  const gateway = await startDaemon({ ports, config })
  t.after(() => gateway.stop())
  return gateway
}

/** Services of the resources in a message, in either encoding. */
function servicesIn(value: Buffer): string[] {
  const request = (
    value[0] === 0x7b ? JSON.parse(value.toString()) : OTLP.logs.toObject(OTLP.logs.decode(value))
  ) as {
    resourceLogs: { resource: { attributes: { key: string; value: { stringValue: string } }[] } }[]
  }
  return request.resourceLogs.map(
    ({ resource }) => resource.attributes.find((a) => a.key === 'service.name')!.value.stringValue,
  )
}

test('what OTLP exporters send through the gateway is read by the consumer, keyed by service, and a secret in it found', {
  skip,
  timeout,
}, async (t) => {
  const broker = await brokerAddress()
  const topic = unique('gateway')
  await makeTopics(broker, PARTITIONS, topic)
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

test('anomalies of half an hour of traffic are found behind the gateway, each service in one partition', {
  skip,
  timeout,
}, async (t) => {
  const broker = await brokerAddress()
  const topic = unique('gateway')
  await makeTopics(broker, PARTITIONS, topic)
  const gateway = await startGateway(t, broker, topic)
  const durationMs = 1_800_000
  const startMs = Date.now() - 86_400_000
  const traffic = new SimTraffic({ ...PRESETS.mixed, durationMs, perSecond: 20 }, 7, startMs)
  const output = new HttpOutput({
    endpoint: gateway.httpUrl,
    format: 'protobuf',
    gzip: true,
    headers: {},
    timeoutMs: 10_000,
  })
  const simulation = new Simulation(traffic, output, {
    signals: ['logs'],
    batchMax: 200,
    concurrency: 1,
    speed: Infinity,
    pacedFromMs: startMs,
    patienceMs: 60_000,
  })
  await simulation.run(new AbortController().signal)
  await output.close()
  assert.equal(simulation.progress.rejected, 0)
  const partitions = new Map<string, Set<number>>()
  for (const { key, value, partition } of await readTopic(broker, topic)) {
    for (const service of servicesIn(value)) {
      assert.equal(service, key)
      partitions.set(key, (partitions.get(key) ?? new Set()).add(partition))
    }
  }
  assert.ok(partitions.size > 3, 'more than a few services')
  for (const [service, found] of partitions) assert.equal(found.size, 1, service)
  const folder = newFolder()
  const groupId = randomUUID()
  const daemon = await startConsumer({ broker, groupId, topics: [{ topic }], folder })
  t.after(() => daemon.stop('SIGKILL'))
  const end = (await ends(broker, topic)).join()
  await until(async () => (await committed(broker, groupId, topic)).join() === end, 40_000, 'all read')
  await daemon.stop()
  const found = findingsOf(daemon.read('findings.jsonl'))
  assert.ok(found.filter((f) => f.kind === 'anomaly' && f.state === 'open').length > 5)
  assert.ok(found.some((f) => f.kind === 'secret'))
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
