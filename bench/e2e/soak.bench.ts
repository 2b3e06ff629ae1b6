import { parseArgs } from 'node:util'
import { writeResult } from '../support/results.ts'
import { residentBytes } from './cpu-time.ts'
import { LoadProcess, sleep } from './load-process.ts'
import { telltaleServer } from './servers.ts'

/**
 * Memory over ten million records and more than 100,000 live profiles: resident bytes once every series is live
 * against resident bytes at the end, and state bytes a series.
 */
const { values: args } = parseArgs({
  options: {
    records: { type: 'string', default: '10000000' },
    'no-write': { type: 'boolean', default: false },
  },
})
const RECORDS = Number(args.records)
/** 1,100 services of 100 distinct routes each; see route() in bench/support/payload.ts. */
const SERIES = 1100 ** 2
const PAYLOADS = 1100
const GROWTH_MAX = 1.05
const MIB = 1024 * 1024

const telltale = await telltaleServer({ detectors: { maxSeries: 500_000 } })
console.error(`building ${PAYLOADS} requests`)
const load = await LoadProcess.start(PAYLOADS, SERIES, 'protobuf')
const emptyBytes = residentBytes(telltale.pid)
const samples: { records: number; residentBytes: number }[] = []
let done = false
const finished = load.finished().then((count) => {
  done = true
  return count
})
load.begin(telltale, { protocol: 'http', format: 'protobuf', gzip: false }, RECORDS)
let printed = 0
while (!done) {
  await sleep(500)
  const { records } = await load.count()
  samples.push({ records, residentBytes: residentBytes(telltale.pid) })
  if (records - printed < RECORDS / 10) continue
  printed = records
  console.error(
    `${(records / 1e6).toFixed(1)} M records, ${Math.round(samples.at(-1)!.residentBytes / MIB)} MiB`,
  )
}
const count = await finished
const metrics = await telltale.daemon.get('/metrics')
const status = JSON.parse(await telltale.daemon.get('/api/v1/profiles'))
await load.end()
await telltale.stop()

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!
const between = (from: number, to: number): number =>
  median(
    samples
      .filter((s) => s.records >= from * RECORDS && s.records < to * RECORDS)
      .map((s) => s.residentBytes),
  )
const [middle, last] = [between(0.4, 0.6), between(0.8, 1.01)]
const growth = last / middle
const bytesPerSeries = status.stateBytes / status.series
const residentPerSeries = (last - emptyBytes) / status.series
console.log(
  `records sent and accepted     ${count.records.toLocaleString('en')}, refused requests ${count.refused}`,
)
console.log(`live series                   ${status.series.toLocaleString('en')}`)
console.log(`state bytes a series          ${bytesPerSeries.toFixed(0)}`)
console.log(
  `resident bytes a series       ${residentPerSeries.toFixed(0)} (over the ${Math.round(emptyBytes / MIB)} MiB of an empty daemon)`,
)
console.log(`resident, middle fifth        ${Math.round(middle / MIB)} MiB`)
console.log(`resident, last fifth          ${Math.round(last / MIB)} MiB, ${growth.toFixed(3)} of it`)
const flat = growth <= GROWTH_MAX && status.series >= 100_000
console.log(flat ? 'holds: memory is flat' : `FAILS: grew past ${GROWTH_MAX} or fewer than 100,000 series`)
if (metrics.includes('NaN')) console.log('note: a metric is NaN')
if (!args['no-write']) {
  writeResult('soak', {
    records: RECORDS,
    series: status.series,
    bytesPerSeries: Math.round(bytesPerSeries),
    growth: Math.round(growth * 1000) / 1000,
  })
}
process.exit(flat ? 0 : 1)
