import { createInterface } from 'node:readline'
import type { Finding } from '../../src/core/finding.ts'
import { sinksOf } from './sinks.ts'

/**
 * Sinks in a process of their own, to be killed. Arguments: data folder, configuration as JSON. Each line of standard
 * input is a finding; each is answered by `durable` on standard output.
 */
const [dataDir, config] = process.argv.slice(2)
const { sinks } = sinksOf(JSON.parse(config!), { dataDir: dataDir! })
await sinks.start(new AbortController().signal)
process.stdout.write('started\n')
for await (const line of createInterface({ input: process.stdin })) {
  sinks.emit(JSON.parse(line) as Finding)
  await sinks.durable()
  process.stdout.write('durable\n')
}
