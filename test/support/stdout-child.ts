import { anomaly } from './findings.ts'
import { inMs, metric, sinksOf } from './sinks.ts'

/** A process with default sinks that emits as many findings as told and drains. */
const count = Number(process.argv[2])
const { sinks, meter } = sinksOf({})
await sinks.start(new AbortController().signal)
for (let n = 1; n <= count; n++) {
  // One service each: the rate limit is per service.
  sinks.emit(anomaly(n, { series: { 'service.name': `s${n}` } }))
}
const { lost } = await sinks.flush(inMs(20_000))
await sinks.stop(inMs(1000))
const refused = await metric(meter, 'telltale_sink_findings_total{sink="stdout",outcome="refused"}')
process.stderr.write(`lost ${lost} refused ${refused}\n`)
