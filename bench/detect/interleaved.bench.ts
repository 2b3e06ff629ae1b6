/**
 * Rows of one service that arrive interleaved from several senders, out of order: false alarms over hours of steady
 * traffic, and how soon a surge is found.
 * usage: npm run bench:interleaved [-- HOURS [REPEATS]]
 */
import { writeRows } from '../support/results.ts'
import { runSenders, type Senders, SURGE_FOR_MS, surgeAtMs } from './senders.ts'

const hours = Number(process.argv[2] ?? 4)
const repeats = Number(process.argv[3] ?? 3)
const LOADS: readonly Partial<Senders>[] = [
  { senders: 1, flushMs: 1000, perS: 20 },
  { senders: 3, flushMs: 1000, perS: 20 },
  { senders: 10, flushMs: 1000, perS: 100 },
  { senders: 2, flushMs: 1000, perS: 20 },
  { senders: 4, flushMs: 5000, perS: 20 },
  { senders: 10, flushMs: 5000, perS: 100 },
  { senders: 10, flushMs: 5000, perS: 5 },
  { senders: 3, flushMs: 10_000, perS: 2 },
  { senders: 40, flushMs: 15_000, perS: 100 },
  { senders: 10, flushMs: 0, jitterMs: 500, perS: 100 },
  { senders: 3, flushMs: 0, jitterMs: 300, perS: 10 },
]
const results: unknown[] = []
for (const load of LOADS) {
  const cells: string[] = []
  const found: Record<string, unknown> = {}
  let alarms = 0
  for (const surge of [2, 5]) {
    const delays: number[] = []
    for (let seed = 1; seed <= repeats; seed++) {
      const full = { jitterMs: 0, ...load, hours, surge, seed: 100 * seed + surge } as Senders
      const from = surgeAtMs(full)
      const hits = runSenders(full)
      const hit = hits.find((f) => f.detectedMs >= from && f.detectedMs < from + SURGE_FOR_MS + 20_000)
      alarms += hits.filter((f) => f.detectedMs < from).length
      if (hit !== undefined) delays.push((hit.detectedMs - from) / 1000)
    }
    delays.sort((a, b) => a - b)
    const median = delays[(delays.length - 1) >> 1] ?? null
    cells.push(`x${surge} ${delays.length}/${repeats} ${median === null ? '-' : median.toFixed(1)} s`)
    found[`x${surge}`] = { found: delays.length, of: repeats, medianSeconds: median }
  }
  const how = load.flushMs === 0 ? `each row up to ${load.jitterMs} ms late` : `every ${load.flushMs} ms`
  console.log(
    `${load.senders} senders, ${how}, ${load.perS}/s: ${cells.join(', ')}; ${alarms} false alarms in ${2 * repeats * hours} h`,
  )
  results.push({ ...load, falseAlarms: alarms, hours: 2 * repeats * hours, ...found })
}
if (process.argv.length === 2) writeRows('interleaved', results)
