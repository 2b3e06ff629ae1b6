import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { collectorBinary, collectorMissing } from '../collector-binary.ts'
import { freePort, until } from '../daemon.ts'

export const collectorSkip: string | false = collectorMissing('kafka')

/**
 * An OpenTelemetry Collector that writes what it receives to Kafka: each signal in protobuf, logs in JSON as well.
 * @param topics by signal, `json` for the logs in JSON
 */
export async function startCollector(
  folder: string,
  broker: string,
  topics: Readonly<Record<'logs' | 'traces' | 'metrics' | 'json', string>>,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const exporter = { brokers: [broker], producer: { compression: 'zstd', required_acks: -1 } }
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: {
      kafka: {
        ...exporter,
        logs: { topic: topics.logs },
        traces: { topic: topics.traces },
        metrics: { topic: topics.metrics },
        partition_logs_by_resource_attributes: true,
        partition_metrics_by_resource_attributes: true,
      },
      'kafka/json': { ...exporter, logs: { topic: topics.json, encoding: 'otlp_json' } },
    },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: {
        logs: { receivers: ['otlp'], exporters: ['kafka', 'kafka/json'] },
        traces: { receivers: ['otlp'], exporters: ['kafka'] },
        metrics: { receivers: ['otlp'], exporters: ['kafka'] },
      },
    },
  }
  const file = join(folder, 'collector.json')
  writeFileSync(file, JSON.stringify(config))
  const child = spawn(collectorBinary('kafka'), ['--config', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  await until(
    () => {
      if (child.exitCode !== null) throw new Error(`the Collector ended:\n${output}`)
      return output.includes('Everything is ready')
    },
    20_000,
    'the Collector',
  )
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = once(child, 'close')
      child.kill('SIGTERM') // writes what it still has
      await closed
    },
  }
}
