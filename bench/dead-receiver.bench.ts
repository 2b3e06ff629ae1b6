import { parseArgs } from 'node:util'
import type { Finding } from '../src/core/finding.ts'
import { drawCredential } from '../src/simulate/credentials.ts'
import { Draw } from '../src/simulate/draw.ts'
import { until } from '../test/support/daemon.ts'
import { HttpReceiver } from '../test/support/http-receiver.ts'
import { cpuSeconds, residentBytes } from './e2e/cpu-time.ts'
import { LoadProcess, sleep } from './e2e/load-process.ts'
import { telltaleServer } from './e2e/servers.ts'
import { writeRows } from './support/results.ts'

/**
 * A receiver of findings that is down for a minute while the daemon reads all it can: what is lost, what comes twice,
 * and logs per CPU second of the daemon while it is down over those before and after, in one run. Besides the load a new
 * credential leaks every 100 ms, so that there is always something to tell.
 */
const { values: args } = parseArgs({
  options: {
    down: { type: 'string', default: '60' },
    up: { type: 'string', default: '30' },
    'no-write': { type: 'boolean', default: false },
  },
})
const FLOOR = 0.9
const LEAK_EVERY_MS = 100
const say = (line: string): void => console.error(line)

const receiver = await new HttpReceiver().start()
const telltale = await telltaleServer({
  scanner: { findingsPerServiceMinute: 10_000 },
  sinks: {
    outputs: { hook: { type: 'webhook', url: receiver.url } },
    routes: [{ to: ['hook'], rateLimit: { findings: 1_000_000 } }],
    retry: { max: '5s' },
  },
})
const { daemon } = telltale
const metric = async (series: string): Promise<number> => {
  const line = (await daemon.get('/metrics')).split('\n').find((l) => l.startsWith(`${series} `))
  return Number(line?.slice(series.length) ?? 0)
}

let drawn = 0
let leaked = 0
const leaks = setInterval(() => {
  const token = drawCredential(Draw.of(7, `leak ${++drawn}`), 'github-token')
  const attributes = [{ key: 'service.name', value: { stringValue: `leaky-${drawn % 20}` } }]
  const record = {
    timeUnixNano: `${Date.now()}000000`,
    body: { stringValue: `cloning with token ${token} now` },
  }
  const body = JSON.stringify({
    resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords: [record] }] }],
  })
  const headers = { 'content-type': 'application/json' }
  const url = `${daemon.httpUrl}/v1/logs`
  void fetch(url, { method: 'POST', headers, body }).then(
    (r) => {
      if (r.ok) leaked++
    },
    () => {},
  )
}, LEAK_EVERY_MS)

interface Phase {
  readonly logs: number
  readonly cpuS: number
  readonly wallS: number
}
const load = await LoadProcess.start(128, 10_000, 'protobuf')
async function phase(name: string, seconds: number): Promise<Phase> {
  const [logs, cpu, start] = [(await load.count()).records, cpuSeconds(telltale.pid), performance.now()]
  await sleep(seconds * 1000)
  const result = {
    logs: (await load.count()).records - logs,
    cpuS: cpuSeconds(telltale.pid) - cpu,
    wallS: (performance.now() - start) / 1000,
  }
  say(
    `${name.padEnd(14)} ${Math.round(result.logs / result.cpuS / 1000)} k logs/CPU s, ` +
      `${Math.round(result.logs / result.wallS / 1000)} k logs/s, ` +
      `waiting ${await metric('telltale_sink_pending_findings{sink="hook",type="webhook"}')}, ` +
      `${Math.round(residentBytes(telltale.pid) / 2 ** 20)} MiB`,
  )
  return result
}

load.begin(telltale, { protocol: 'http', format: 'protobuf', gzip: false })
await phase('warming', 20)
const before = await phase('receiver up', Number(args.up))
await receiver.stop()
const down = await phase('receiver down', Number(args.down))
const waited = await metric('telltale_sink_pending_findings{sink="hook",type="webhook"}')
await receiver.start()
const after = await phase('up again', Number(args.up))
clearInterval(leaks)
const { refused } = await load.stop()
await until(
  async () => (await metric('telltale_sink_pending_findings{sink="hook",type="webhook"}')) === 0,
  120_000,
  'everything to be delivered',
)
const accepted = await metric('telltale_sink_routed_findings_total{verdict="accepted"}')
const givenUp = await Promise.all(
  ['refused', 'expired', 'overflow'].map((o) =>
    metric(`telltale_sink_findings_total{sink="hook",outcome="${o}"}`),
  ),
)
await load.end()
await telltale.stop()
await receiver.stop()

/** Each thing told, to the deliveries that told it. */
const told = new Map<string, string[]>()
const tokens = new Set<string>()
for (const { headers, body } of receiver.received) {
  const delivery = String(headers['idempotency-key'])
  for (const { event, finding } of JSON.parse(body).findings as { event: string; finding: Finding }[]) {
    if (event === 'reminder') continue
    const key = `${finding.id} ${finding.state} ${finding.detectedMs} ${JSON.stringify('detectors' in finding ? finding.detectors : '')}`
    told.set(key, [...(told.get(key) ?? []), delivery])
    if (finding.kind === 'secret' && finding.series['service.name']?.startsWith('leaky-'))
      tokens.add(finding.id)
  }
}
const repeated = [...told.values()].filter((d) => d.length > 1).length
const doubled = [...told.values()].filter((d) => new Set(d).size > 1).length
const perCpu = ({ logs, cpuS }: Phase): number => logs / cpuS
const usual = {
  logs: before.logs + after.logs,
  cpuS: before.cpuS + after.cpuS,
  wallS: before.wallS + after.wallS,
}
const round = (x: number): number => Math.round(x * 1000) / 1000
const result = {
  bench: 'dead-receiver',
  downSeconds: Number(args.down),
  ratioPerCpuSecond: round(perCpu(down) / perCpu(usual)),
  ratioPerSecond: round(down.logs / down.wallS / (usual.logs / usual.wallS)),
  floor: FLOOR,
  waitedWhileDown: waited,
  findings: accepted,
  lost: accepted - told.size,
  givenUp: givenUp.reduce((a, b) => a + b, 0),
  leaks: leaked,
  leaksTold: tokens.size,
  repeatedWithSameKey: repeated - doubled,
  doubled,
  refusedRequests: refused,
}
console.log(JSON.stringify(result, null, 2))
const holds =
  result.lost === 0 &&
  result.givenUp === 0 &&
  result.doubled === 0 &&
  result.leaksTold >= leaked &&
  refused === 0 &&
  waited > 0 &&
  result.ratioPerCpuSecond >= FLOOR
console.log(holds ? 'holds: nothing lost, nothing doubled, the rate unchanged' : 'FAILS')
if (!args['no-write']) writeRows('dead-receiver', result)
process.exit(holds ? 0 : 1)
