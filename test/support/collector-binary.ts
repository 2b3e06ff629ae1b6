import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE_FOLDER } from './cache-folder.ts'

const CORE = 'go.opentelemetry.io/collector'
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib'
/** The builder, and the newest version that resolves: 0.163 and 0.164 do not. */
const VERSION = 'v0.161.0'

/** OpenTelemetry Collectors for tests and benchmarks, each otlpreceiver and one exporter, by where that writes. */
const COLLECTORS = {
  nop: { version: VERSION, exporter: `${CORE}/exporter/nopexporter` },
  file: { version: VERSION, exporter: `${CONTRIB}/exporter/fileexporter` },
  // the newest whose Kafka modules resolve
  kafka: { version: 'v0.160.0', exporter: `${CONTRIB}/exporter/kafkaexporter` },
} as const
export type CollectorKind = keyof typeof COLLECTORS
export const COLLECTOR_KINDS = Object.keys(COLLECTORS) as readonly CollectorKind[]

/** Path of the binary, whether it is there or not. */
export function collectorBinary(kind: CollectorKind): string {
  return join(CACHE_FOLDER, `otelcol-${kind}`, COLLECTORS[kind].version, `out/otelcol-${kind}`)
}

/** Why tests with this Collector are skipped, or false. */
export function collectorMissing(kind: CollectorKind): string | false {
  if (existsSync(collectorBinary(kind))) return false
  return `no Collector with a ${kind} exporter; npm run build:collector ${kind} builds one with Go`
}

/** Builds the binary from Go modules into the cache folder. Takes minutes. @throws where Go is not present or fails */
export function buildCollector(kind: CollectorKind): void {
  const { version, exporter } = COLLECTORS[kind]
  const folder = join(CACHE_FOLDER, `otelcol-${kind}`, version)
  mkdirSync(folder, { recursive: true })
  const manifest = join(folder, 'manifest.json')
  writeFileSync(
    manifest,
    JSON.stringify({
      dist: { name: `otelcol-${kind}`, output_path: join(folder, 'out') },
      receivers: [{ gomod: `${CORE}/receiver/otlpreceiver ${version}` }],
      exporters: [{ gomod: `${exporter} ${version}` }],
    }),
  )
  execFileSync('go', ['run', `${CORE}/cmd/builder@${VERSION}`, '--config', manifest], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
