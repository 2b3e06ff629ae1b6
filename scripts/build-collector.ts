import { buildCollector, COLLECTOR_KINDS, collectorBinary } from '../test/support/collector-binary.ts'

/** Builds OpenTelemetry Collectors that tests send to or receive from: those named, or all. */
const named = process.argv.slice(2)
const unknown = named.filter((name) => !COLLECTOR_KINDS.some((kind) => kind === name))
if (unknown.length > 0) {
  console.error(`no such Collector: ${unknown.join(', ')}; there are ${COLLECTOR_KINDS.join(', ')}`)
  process.exit(64)
}
for (const kind of COLLECTOR_KINDS) {
  if (named.length > 0 && !named.includes(kind)) continue
  buildCollector(kind)
  console.log(collectorBinary(kind))
}
