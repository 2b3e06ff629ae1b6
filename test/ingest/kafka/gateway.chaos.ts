import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { HttpOutput } from '../../../src/simulate/http-output.ts'
import { PRESETS } from '../../../src/simulate/scenario.ts'
import { Simulation } from '../../../src/simulate/simulation.ts'
import { SimTraffic } from '../../../src/simulate/traffic.ts'
import { findingSchema } from '../../../src/sinks/kafka/finding-schema.ts'
import { until } from '../../support/daemon.ts'
import { findingsOf, newFolder, removeFolder, startConsumer } from '../../support/kafka/consumer-daemon.ts'
import { servicesIn, startGateway } from '../../support/kafka/gateway.ts'
import {
  brokerAddress,
  committed,
  ends,
  makeTopics,
  readTopic,
  skip,
  unique,
} from '../../support/kafka/with-broker.ts'

const timeout = 300_000

test('anomalies of half an hour of traffic are found behind the gateway, each service in one partition', {
  skip,
  timeout,
}, async (t) => {
  const broker = await brokerAddress()
  const topic = unique('gateway')
  await makeTopics(broker, 4, topic)
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
  for (const finding of found) assert.deepEqual(findingSchema.parse(finding), finding)
  await gateway.stop()
  removeFolder(folder)
})
