/**
 * False alarms per series and day on ordinary traffic of several kinds, at a budget of one, the first day included, with
 * 95% intervals. Series from REPORTED on are reported and never looked at; constants are chosen on those below.
 * usage: npm run bench:budget [-- SERIES DAYS KIND...]    MODE=rate for arrivals without values, errors and subjects
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { writeRows } from '../support/results.ts'
import type { BudgetAlarms, BudgetTask } from './budget.worker.ts'
import { KINDS, type Kind } from './generate.ts'

const REPORTED = 2000
const [seriesText = '48', daysText = '2', ...only] = process.argv.slice(2)
const isReport = process.argv.length === 2 && process.env['MODE'] === undefined
const days = Number(daysText)
const rates = [0.2, 1, 5]
const kinds = KINDS.filter((kind) => only.length === 0 || only.includes(kind))
const full = process.env['MODE'] !== 'rate'

/**
 * 95% interval of the mean of a Poisson count.
 * Source: Byar's approximation; Breslow & Day, Statistical Methods in Cancer Research II (1987), p. 69.
 */
function interval(n: number): readonly [number, number] {
  const cube = (k: number, z: number): number => k * (1 - 1 / (9 * k) + z / (3 * Math.sqrt(k))) ** 3
  return [n === 0 ? 0 : cube(n, -1.96), cube(n + 1, 1.96)]
}

/** All tasks on as many threads as there are cores. */
async function runAll(tasks: readonly BudgetTask[]): Promise<readonly BudgetAlarms[]> {
  const done: BudgetAlarms[] = []
  let next = 0
  const threads = Array.from({ length: availableParallelism() }, async () => {
    const worker = new Worker(new URL('./budget.worker.ts', import.meta.url))
    while (next < tasks.length) {
      worker.postMessage(tasks[next++])
      done.push(
        await new Promise<BudgetAlarms>((resolve, reject) => {
          worker.once('message', resolve).once('error', reject)
        }),
      )
      worker.removeAllListeners('error')
    }
    await worker.terminate()
  })
  await Promise.all(threads)
  return done
}

function tasksOf(kind: Kind): BudgetTask[] {
  return Array.from({ length: Number(seriesText) }, (_, i) => ({
    kind,
    full,
    seed: (isReport ? REPORTED : 0) + i,
    perS: rates[i % rates.length]!,
    days,
  }))
}

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)
const results: unknown[] = []
for (const kind of kinds) {
  const series = await runAll(tasksOf(kind))
  const seriesDays = series.length * days
  const alarms = sum(series.map((s) => s.alarms))
  const first = sum(series.map((s) => s.firstDay))
  const round = (n: number, of = seriesDays): number => Number((n / of).toFixed(3))
  const [low, high] = interval(alarms)
  const row = {
    detectors: full ? 'all' : 'rate',
    traffic: kind,
    seriesDays,
    falseAlarmsPerSeriesDay: round(alarms),
    interval95: [round(low), round(high)],
    firstDay: round(first, series.length),
    afterFirstDay: round(alarms - first, series.length * Math.max(1, days - 1)),
  }
  results.push(row)
  const leads = Map.groupBy(
    series.flatMap((s) => s.leads),
    (lead) => lead,
  )
  const byRate = rates.map((perS) => {
    const some = series.filter((s) => s.task.perS === perS)
    return `${perS}/s ${round(sum(some.map((s) => s.alarms)), some.length * days)}`
  })
  console.log(
    `${row.detectors} ${kind}: ${row.falseAlarmsPerSeriesDay} a series-day (95% ${row.interval95.join(' to ')}; ${seriesDays} series-days, ${sum(series.map((s) => s.events))} events), ${row.firstDay} on the first day, ${row.afterFirstDay} a day after it; ${byRate.join(', ')}; ${[...leads].map(([lead, all]) => `${lead} ${all.length}`).join(', ')}`,
  )
}
if (isReport) writeRows('budget', results)
