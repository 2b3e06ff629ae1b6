import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { writeResult } from '../support/results.ts'
import { LoadProcess, type Measure, type Way } from './load-process.ts'
import { bareServer, collectorServer, type Server, telltaleServer } from './servers.ts'

/**
 * Logs per CPU second of whole servers, by ratio in one run. Each server takes the same prebuilt requests (512 records,
 * 10,000 live pairs of service and route, 10% of bodies with URLs, 0.5% with secrets) from a load generator in a
 * process of its own; CPU is that of the server process only, user and system, all threads. Rounds alternate between
 * the servers and are short; a ratio is the median of the ratios of the rounds: a shared machine's speed changes in between.
 */
const { values: args } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string', default: 'protobuf,gzip,json,grpc' },
    'no-collector': { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
    'no-write': { type: 'boolean', default: false },
  },
})

const WAYS: Readonly<Record<string, Way>> = {
  protobuf: { protocol: 'http', format: 'protobuf', gzip: false },
  gzip: { protocol: 'http', format: 'protobuf', gzip: true },
  json: { protocol: 'http', format: 'json', gzip: false },
  grpc: { protocol: 'grpc', format: 'protobuf', gzip: false },
}
const PAYLOADS = 128
const SERIES = 10_000
const WARM_FIRST_RECORDS = 800_000
const WARM_RECORDS = 60_000

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!
const say = (line: string): void => console.error(line)

const profileFolder = args['cpu-prof']
const telltale = await telltaleServer(
  {},
  profileFolder === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(profileFolder)}` },
)
const servers: Server[] = [telltale, await bareServer()]
const collector = args['no-collector'] ? null : await collectorServer(say)
if (collector === null) say('no Collector: Go is not present, or --no-collector')
else servers.push(collector)

const ways = args.only.split(',').filter((name) => name in WAYS)
const table: { server: string; way: string; perCpuSecond: number; ratio: number }[] = []
for (const format of ['protobuf', 'json'] as const) {
  const names = ways.filter((name) => WAYS[name]!.format === format)
  if (names.length === 0) continue
  const load = await LoadProcess.start(PAYLOADS, SERIES, format)
  for (const name of names) {
    const way = WAYS[name]!
    const able = servers.filter((s) => way.protocol === 'http' || s.grpcPort !== 0)
    const seen = new Map<Server, Measure[]>(able.map((s) => [s, []]))
    for (let round = 0; round < Number(args.rounds); round++) {
      for (const server of able) {
        const warm = round === 0 ? WARM_FIRST_RECORDS : WARM_RECORDS
        const m = await load.measure(server, way, warm, Number(args.seconds) * 1000)
        seen.get(server)!.push(m)
        say(
          `${name.padEnd(9)} ${server.name.padEnd(24)} ${Math.round(m.records / m.cpuSeconds / 1000)} k/CPU s, ` +
            `${(m.cpuSeconds / m.wallSeconds).toFixed(2)} cores, refused ${m.refused}, retried ${m.retried}`,
        )
      }
    }
    const rate = (m: Measure): number => m.records / m.cpuSeconds
    const ours = seen.get(telltale)!.map(rate)
    for (const [server, measures] of seen) {
      const rates = measures.map(rate)
      const ratio = median(rates.map((theirs, round) => ours[round]! / theirs))
      table.push({ server: server.name, way: name, perCpuSecond: median(rates), ratio })
    }
  }
  await load.end()
}

const metrics = await telltale.daemon.get('/metrics')
const gauge = (name: string): number =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? Number.NaN)
for (const server of servers) await server.stop()

const [bare, nop] = ['node:http + protobufjs', 'OpenTelemetry Collector']
console.log(`\nlogs per CPU second, Node ${process.versions.node}, ${cpus().length} cores\n`)
console.log(
  `${'server'.padEnd(25)}${'way'.padEnd(10)}${'k logs/CPU s'.padStart(13)}${'telltale is'.padStart(13)}`,
)
const ratios: Record<string, Record<string, number>> = {}
for (const { server, way, perCpuSecond, ratio } of table) {
  const against = server === 'telltale' ? '' : `${ratio.toFixed(2)} x`
  console.log(
    `${server.padEnd(25)}${way.padEnd(10)}${(perCpuSecond / 1000).toFixed(0).padStart(13)}${against.padStart(13)}`,
  )
  if (server === 'telltale') continue
  ratios[way] = { ...ratios[way], [server]: Math.round(ratio * 100) / 100 }
}
console.log(`\nlive series in telltale: ${gauge('telltale_series')}`)

const floors = [
  { against: bare, way: 'protobuf', floor: 3 },
  { against: nop, way: 'protobuf', floor: 2 },
]
let failed = false
for (const { against, way, floor } of floors) {
  const ratio = ratios[way]?.[against]
  if (ratio === undefined) continue
  failed ||= ratio < floor
  console.log(`${ratio >= floor ? 'holds' : 'FAILS'}: ${ratio} x ${against} (${way}), floor ${floor}`)
}
if (!args['no-write']) writeResult('e2e', { records: 512, series: SERIES, ratios, floors })
process.exit(failed ? 1 : 0)
