/**
 * False alarms per series and day on ordinary traffic of several kinds, at a budget of one.
 * usage: npm run bench:budget [-- SERIES DAYS KIND...]    MODE=rate or MODE=all for one of the two
 */
import { seededRandom } from '../../src/core/clock.ts'
import { writeRows } from '../support/results.ts'
import { DirectSeries } from './direct.ts'
import { arrivals, DAY_MS, KINDS, normal } from './generate.ts'

const [seriesText = '24', daysText = '2', ...only] = process.argv.slice(2)
const series = Number(seriesText)
const days = Number(daysText)
const start = Date.UTC(2026, 0, 5)
const rates = [0.2, 1, 5]
let events = 0
const results: unknown[] = []
const from = performance.now()
for (const full of process.env['MODE'] === 'rate'
  ? [false]
  : process.env['MODE'] === 'all'
    ? [true]
    : [false, true]) {
  for (const kind of KINDS) {
    if (only.length > 0 && !only.includes(kind)) continue
    let alarms = 0
    let later = 0
    const leads = new Map<string, number>()
    const byRate = rates.map(() => 0)
    for (let i = 0; i < series; i++) {
      const one = new DirectSeries(start)
      const random = seededRandom(1000 + i)
      let last = 0
      let drift = 0
      arrivals(kind, 77 + i, rates[i % rates.length]!, start, start + days * DAY_MS, (t) => {
        events++
        const at = Math.max(t, last)
        last = at
        if (!full) one.feed(at)
        else {
          drift += -drift / 2000 + 0.1 * Math.sqrt(2 / 2000) * normal(random)
          const value = Math.round(Math.exp(4 + drift + 0.5 * normal(random)) * 100) / 100
          const subject = Math.floor(400 * random() ** 2)
          const a = Math.imul(subject + 1, 0x9e3779b1) ^ (subject << 7)
          one.feed(
            at,
            value,
            random() < 0.012 ? 1 : 0,
            Math.imul(a ^ (a >>> 15), 0x85ebca6b),
            Math.imul(a, 0xc2b2ae35) ^ 0x55555,
          )
        }
      })
      for (const finding of one.findings) {
        if (finding.state !== 'open') continue
        alarms++
        if (finding.detectedMs > start + DAY_MS) later++
        byRate[i % rates.length]!++
        const name = `${finding.detectors[0]!.name}${finding.detectors[0]!.observed < finding.detectors[0]!.expected ? '-' : '+'}`
        leads.set(name, (leads.get(name) ?? 0) + 1)
      }
    }
    const perDay = alarms / (series * days)
    results.push({
      detectors: full ? 'all' : 'rate',
      traffic: kind,
      seriesDays: series * days,
      falseAlarmsPerSeriesDay: Number(perDay.toFixed(3)),
      afterFirstDay: Number((later / (series * Math.max(1, days - 1))).toFixed(3)),
    })
    const detail = [...leads].map(([name, n]) => `${name} ${n}`).join(', ')
    console.log(
      `${full ? 'all ' : 'rate'} ${kind.padEnd(10)} ${perDay.toFixed(2)} per series-day, ${(later / (series * Math.max(1, days - 1))).toFixed(2)} after the first (${series * days} series-days; by rate ${byRate.map((n) => ((n * rates.length) / (series * days)).toFixed(2)).join(' ')}) ${detail}`,
    )
  }
}
console.log(`${(((performance.now() - from) * 1000) / events).toFixed(2)} us an event, ${events} events`)
if (process.argv.length === 2 && process.env['MODE'] === undefined) writeRows('budget', results)
