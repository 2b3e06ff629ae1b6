/**
 * Four weeks of traffic with daily and weekly season, with and without what is learned of it: false alarms from the
 * second week on, and delay of changes put in every seven hours of the last.
 * usage: npm run bench:season [-- SERIES]
 */
import { type Random, seededRandom } from '../../src/core/clock.ts'
import { writeRows } from '../support/results.ts'
import { DirectSeries } from './direct.ts'
import { DAY_MS, exponential, gamma } from './generate.ts'

const HOUR_MS = 3_600_000
/** A Monday. */
const START = Date.UTC(2026, 0, 5)
const WEEKS = 4
const CHANGE_MS = 600_000
const series = Number(process.argv[2] ?? 6)

/** Office hours on weekdays with a lunch dip, a nightly job, half of it all at the weekend. */
function season(timeMs: number): number {
  const hour = (timeMs % DAY_MS) / HOUR_MS
  const isWeekend = Math.floor(timeMs / DAY_MS + 3) % 7 >= 5
  const office = 1 / (1 + Math.exp(-3 * (hour - 8))) - 1 / (1 + Math.exp(-3 * (hour - 18)))
  const lunch = 0.4 * Math.exp(-(((hour - 12.5) / 0.5) ** 2))
  const job = hour >= 2 && hour < 2.5 ? 1.5 : 0
  return (isWeekend ? 0.5 : 1) * (0.4 + office * (1 - lunch)) + job * (isWeekend ? 0.2 : 1)
}

interface Change {
  readonly atMs: number
  readonly ratio: number
}

function run(
  learns: boolean,
  perS: number,
  shape: number,
  changes: readonly Change[],
  seed: number,
): DirectSeries {
  const random: Random = seededRandom(seed)
  const one = new DirectSeries(START, 1 / DAY_MS, learns)
  let factor = 1
  for (let second = START; second < START + 7 * WEEKS * DAY_MS; second += 1000) {
    if (shape > 0 && second % 60_000 === 0) factor = gamma(random, shape)
    const change = changes.find((c) => second >= c.atMs && second < c.atMs + CHANGE_MS)
    const rate = (perS * season(second) * factor * (change?.ratio ?? 1)) / 1000
    if (rate <= 0) continue
    for (let t = second + exponential(random) / rate; t < second + 1000; t += exponential(random) / rate)
      one.feed(t)
  }
  one.advance(START + 7 * WEEKS * DAY_MS)
  return one
}

const median = (x: readonly number[]): number =>
  x.length === 0 ? Number.NaN : [...x].sort((a, b) => a - b)[(x.length - 1) >> 1]!
const results: unknown[] = []
for (const [name, shape] of [
  ['poisson', 0],
  ['overdispersed minutes', 20],
] as const) {
  for (const learns of [false, true]) {
    let alarms = 0
    const delays = new Map<number, number[]>()
    let put = 0
    for (let i = 0; i < series; i++) {
      const perS = [0.5, 2, 5][i % 3]!
      const quiet = run(learns, perS, shape, [], 100 + i)
      alarms += quiet.findings.filter((f) => f.state === 'open' && f.detectedMs > START + 7 * DAY_MS).length
      const changes: Change[] = []
      for (
        let at = START + (7 * WEEKS - 7) * DAY_MS + HOUR_MS;
        at < START + (7 * WEEKS - 0.2) * DAY_MS;
        at += 7 * HOUR_MS
      )
        changes.push({ atMs: at + 60_000 * (i + 1), ratio: changes.length % 2 === 0 ? 2 : 0.5 })
      put += changes.length
      const found = run(learns, perS, shape, changes, 100 + i).findings.filter((f) => f.state === 'open')
      for (const { atMs, ratio } of changes) {
        const hit = found.find((f) => f.detectedMs >= atMs && f.detectedMs < atMs + CHANGE_MS)
        if (hit !== undefined)
          delays.set(ratio, [...(delays.get(ratio) ?? []), (hit.detectedMs - atMs) / 1000])
      }
    }
    const perDay = alarms / (series * 7 * (WEEKS - 1))
    const twice = delays.get(2) ?? []
    const half = delays.get(0.5) ?? []
    console.log(
      `${name}, season ${learns ? 'learned' : 'not learned'}: ${perDay.toFixed(3)} false alarms per series-day; x2 found ${twice.length}, median ${median(twice).toFixed(0)} s; x0.5 found ${half.length}, median ${median(half).toFixed(0)} s; of ${put} changes`,
    )
    results.push({
      traffic: name,
      learned: learns,
      falseAlarmsPerSeriesDay: Number(perDay.toFixed(3)),
      changes: put,
      twice: { found: twice.length, medianSeconds: median(twice) },
      half: { found: half.length, medianSeconds: median(half) },
    })
  }
}
if (process.argv.length === 2) writeRows('season', results)
