import { anomaly, resolved } from './findings.ts'
import { sinksOf } from './sinks.ts'

/**
 * A process that emits findings to a webhook and says `durable N` once everything up to N is safe; it is killed by
 * the test. Arguments: data folder, webhook address, first and last number.
 */
const [dataDir, url, from, to] = process.argv.slice(2)
const { sinks } = sinksOf({ outputs: { hook: { type: 'webhook', url } } }, { dataDir: dataDir! })
await sinks.start(new AbortController().signal)
for (let n = Number(from); n <= Number(to); n++) {
  sinks.emit(anomaly(n, { series: { 'service.name': `s${n}` } }))
  if (n % 2 === 0) sinks.emit(resolved(anomaly(n)))
  await sinks.durable()
  process.stdout.write(`durable ${n}\n`)
}
setInterval(() => {}, 1000)
