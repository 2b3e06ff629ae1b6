import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { HttpOutput } from '../../../src/simulate/http-output.ts'
import { PRESETS } from '../../../src/simulate/scenario.ts'
import { Simulation } from '../../../src/simulate/simulation.ts'
import { SimTraffic } from '../../../src/simulate/traffic.ts'
import { until } from '../../support/daemon.ts'
import { collectorSkip, startCollector } from '../../support/kafka/collector.ts'
import { metric, newFolder, removeFolder, startConsumer } from '../../support/kafka/consumer-daemon.ts'
import { brokerAddress, makeTopics, skip, unique } from '../../support/kafka/with-broker.ts'

export function collectorCases(): void {
  test("every record that the OpenTelemetry Collector's Kafka exporter writes is read, in each signal and encoding", {
    skip: skip !== false ? skip : collectorSkip,
    timeout: 120_000,
  }, async (t) => {
    const broker = await brokerAddress()
    const topics = {
      logs: unique('logs'),
      traces: unique('traces'),
      metrics: unique('metrics'),
      json: unique('json'),
    }
    await makeTopics(broker, 2, ...Object.values(topics))
    const folder = newFolder()
    t.after(() => removeFolder(folder))
    const collector = await startCollector(folder, broker, topics)
    const startMs = Date.now() - 60_000
    const sent: Record<string, number> = {}
    for (const signal of ['logs', 'spans', 'metrics'] as const) {
      const output = new HttpOutput({
        endpoint: collector.url,
        format: 'protobuf',
        gzip: true,
        headers: {},
        timeoutMs: 10_000,
      })
      const traffic = new SimTraffic({ ...PRESETS.mixed, durationMs: 30_000, perSecond: 50 }, 7, startMs)
      const simulation = new Simulation(traffic, output, {
        signals: [signal],
        batchMax: 100,
        concurrency: 1,
        speed: Infinity,
        pacedFromMs: startMs,
        patienceMs: 60_000,
      })
      await simulation.run(new AbortController().signal)
      await output.close()
      sent[signal] = simulation.progress.accepted
    }
    await collector.stop()
    const rows = async (list: readonly object[]): Promise<{ wait(n: number): Promise<void> }> => {
      const home = newFolder()
      const daemon = await startConsumer({ broker, groupId: randomUUID(), topics: list, folder: home })
      t.after(async () => {
        await daemon.stop('SIGKILL')
        removeFolder(home)
      })
      return {
        async wait(n) {
          await until(async () => (await metric(daemon, 'telltale_rows_total')) >= n, 20_000, `${n} rows`)
          assert.equal(await metric(daemon, 'telltale_rows_total'), n)
          assert.equal(await metric(daemon, 'telltale_kafka_undecodable_total'), 0)
          assert.equal(await daemon.stop(), 0)
        },
      }
    }
    assert.ok(Object.values(sent).every((n) => n > 100))
    const proto = [
      { topic: topics.logs },
      { topic: topics.traces, signal: 'spans' },
      { topic: topics.metrics, signal: 'metrics' },
    ]
    await (await rows(proto)).wait(sent['logs']! + sent['spans']! + sent['metrics']!)
    await (await rows([{ topic: topics.json, encoding: 'otlp_json' }])).wait(sent['logs']!)
  })
}
