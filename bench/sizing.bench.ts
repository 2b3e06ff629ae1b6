import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { residentBytes } from './e2e/cpu-time.ts'
import { LoadProcess } from './e2e/load-process.ts'
import { bareServer, telltaleServer } from './e2e/servers.ts'
import { writeResult } from './support/results.ts'

/**
 * What a daemon needs, by how many series live in it: logs per CPU second, resident memory, and the detectors' part of it, which is also the size of a snapshot. Requests of
 * 512 records in protobuf, as in bench:e2e; each size a daemon of its own. The bare node:http server with protobufjs in
 * the same run tells how fast the machine is, so that a reader can scale the table to theirs. Prints the table of
 * docs/operations.md.
 */
const { values: args } = parseArgs({
  options: { seconds: { type: 'string', default: '8' }, 'no-write': { type: 'boolean', default: false } },
})
/** Pairs of service and route drawn from, of which a service has at most 100, and requests prepared to meet nearly all. */
const SIZES = [
  { pairs: 1_000, payloads: 64 },
  { pairs: 10_000, payloads: 128 },
  { pairs: 1_000_000, payloads: 700 },
] as const
const WAY = { protocol: 'http', format: 'protobuf', gzip: false } as const
const MIB = 2 ** 20
const spanMs = Number(args.seconds) * 1000
const say = (line: string): void => console.error(line)

interface Row {
  readonly series: number
  readonly logsPerCpuSecond: number
  readonly residentMiB: number
  readonly stateMiB: number
}

async function measure({ pairs, payloads }: (typeof SIZES)[number]): Promise<Row> {
  const telltale = await telltaleServer({ detectors: { maxSeries: 200_000 } })
  const load = await LoadProcess.start(payloads, pairs, 'protobuf')
  const m = await load.measure(telltale, WAY, Math.max(600_000, payloads * 512 * 2), spanMs)
  const status = JSON.parse(await telltale.daemon.get('/api/v1/profiles')) as {
    series: number
    stateBytes: number
  }
  const row = {
    series: status.series,
    logsPerCpuSecond: Math.round(m.records / m.cpuSeconds / 1000) * 1000,
    residentMiB: Math.round(residentBytes(telltale.pid) / MIB),
    stateMiB: Math.round(status.stateBytes / MIB),
  }
  await load.end()
  await telltale.stop()
  say(JSON.stringify(row))
  return row
}

const rows: Row[] = []
for (const size of SIZES) rows.push(await measure(size))
const bare = await bareServer()
const load = await LoadProcess.start(SIZES[1].payloads, SIZES[1].pairs, 'protobuf')
const m = await load.measure(bare, WAY, 60_000, spanMs)
await load.end()
await bare.stop()
const bareRate = Math.round(m.records / m.cpuSeconds / 1000) * 1000

const thousand = (n: number): string => n.toLocaleString('en')
console.log('| live series | logs per CPU second | resident | detector state |')
console.log('| --- | --- | --- | --- |')
for (const r of rows) {
  console.log(
    `| ${thousand(r.series)} | ${thousand(r.logsPerCpuSecond)} | ${r.residentMiB} MiB | ${r.stateMiB} MiB |`,
  )
}
console.log(`\nthe bare server: ${thousand(bareRate)} logs per CPU second`)
if (!args['no-write']) {
  writeResult('sizing', { cores: cpus().length, rows, bareLogsPerCpuSecond: bareRate })
}
process.exit(0)
