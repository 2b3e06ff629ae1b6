/**
 * Median delay of a step in the rate over Lorden's bound, ln(mean seconds between false alarms) / Kullback-Leibler
 * information per second, at one false alarm a day. Poisson traffic, and negative-binomial for what overdispersion costs
 * (its bound is that of Poisson traffic).
 * usage: npm run bench:delay [-- REPEATS]
 */

import { writeRows } from '../support/results.ts'
import { DirectSeries } from './direct.ts'
import { arrivals, type Kind } from './generate.ts'

const repeats = Number(process.argv[2] ?? 9)
const START = Date.UTC(2026, 0, 5)
const HOUR = 3_600_000
const WAIT = HOUR
const BOUND_NATS = Math.log(86_400)
const median = (x: number[]): number => [...x].sort((a, b) => a - b)[Math.floor((x.length - 1) / 2)]!

const results: unknown[] = []
for (const kind of ['poisson', 'gamma-10s'] as Kind[]) {
  console.log(`${kind}: median delay in s (ratio to the Poisson bound), ${repeats} runs`)
  for (const perS of [0.5, 1, 10, 100]) {
    const cells: string[] = []
    for (const ratio of [1.5, 2, 5, 0.5, 0]) {
      const delays: number[] = []
      for (let seed = 1; seed <= repeats; seed++) {
        const one = new DirectSeries(START)
        // far enough for the calibration, and off the grid of bins
        const change = START + (perS >= 100 ? 2 : 6) * HOUR + seed * 3717
        let found = Infinity
        const seen = (): void => {
          const hit = one.findings.find((finding) => finding.state === 'open' && finding.detectedMs > change)
          if (hit !== undefined) found = hit.detectedMs
        }
        arrivals(kind, seed * 31 + 7, perS, START, Math.ceil(change / 1000) * 1000, (t) => one.feed(t))
        // after the change, second by second until somebody notices
        for (let t = Math.ceil(change / 1000) * 1000; t < change + WAIT && found === Infinity; t += 10_000) {
          if (ratio > 0)
            arrivals(kind, seed * 77 + t / 1000, perS * ratio, t, t + 10_000, (at) => one.feed(at))
          one.advance(t + 10_000)
          seen()
        }
        delays.push(found - Math.ceil(change / 1000) * 1000)
      }
      const information = perS * (ratio === 0 ? 1 : ratio * Math.log(ratio) - ratio + 1)
      const delay = median(delays) / 1000
      results.push({
        traffic: kind,
        perS,
        ratio,
        medianSeconds: Number.isFinite(delay) ? Number(delay.toPrecision(3)) : null,
        overBound: Number.isFinite(delay) ? Number(((delay * information) / BOUND_NATS).toFixed(2)) : null,
      })
      cells.push(`x${ratio} ${delay.toPrecision(3)} (${((delay * information) / BOUND_NATS).toFixed(2)})`)
    }
    console.log(`  ${String(perS).padStart(5)}/s  ${cells.join('   ')}`)
  }
}
if (process.argv.length === 2) writeRows('delay', results)
