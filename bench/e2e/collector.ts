import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * An OpenTelemetry Collector that only receives: otlpreceiver and nopexporter, built from Go modules into a cache
 * folder outside the tree. Takes minutes the first time.
 */
const VERSION = 'v0.161.0' // 0.163 and 0.164 do not resolve

const CACHE = join(
  process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
  'telltale',
  'otelcol-nop',
  VERSION,
)

/** Path of the binary, built when absent; null where Go is not present. */
export function collectorBinary(say: (line: string) => void): string | null {
  const binary = join(CACHE, 'out', 'otelcol-nop')
  if (existsSync(binary)) return binary
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
  } catch {
    return null
  }
  say(`building an OpenTelemetry Collector ${VERSION} into ${CACHE}; this takes minutes, once`)
  mkdirSync(CACHE, { recursive: true })
  const manifest = join(CACHE, 'manifest.json')
  writeFileSync(
    manifest,
    JSON.stringify({
      dist: { name: 'otelcol-nop', output_path: join(CACHE, 'out') },
      receivers: [{ gomod: `go.opentelemetry.io/collector/receiver/otlpreceiver ${VERSION}` }],
      exporters: [{ gomod: `go.opentelemetry.io/collector/exporter/nopexporter ${VERSION}` }],
    }),
  )
  const builder = `go.opentelemetry.io/collector/cmd/builder@${VERSION}`
  execFileSync('go', ['run', builder, '--config', manifest], { stdio: ['ignore', 'ignore', 'inherit'] })
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
