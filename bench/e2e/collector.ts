import { execFileSync } from 'node:child_process'
import { buildCollector, collectorBinary, collectorMissing } from '../../test/support/collector-binary.ts'

/** Path of a Collector that only receives, built when absent; null where Go is not present. */
export function receivingCollector(say: (line: string) => void): string | null {
  const binary = collectorBinary('nop')
  if (collectorMissing('nop') === false) return binary
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
  } catch {
    return null
  }
  say(`building an OpenTelemetry Collector into ${binary}; this takes minutes, once`)
  buildCollector('nop')
  return binary
}

export function collectorConfig(httpPort: number, grpcPort: number): string {
  const pipeline = { receivers: ['otlp'], exporters: ['nop'] }
  return JSON.stringify({
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: `127.0.0.1:${grpcPort}` },
          http: { endpoint: `127.0.0.1:${httpPort}` },
        },
      },
    },
    exporters: { nop: {} },
    service: { telemetry: { metrics: { level: 'none' } }, pipelines: { logs: pipeline } },
  })
}
