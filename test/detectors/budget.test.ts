import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DirectSeries } from '../../bench/detect/direct.ts'
import { arrivals, DAY_MS } from '../../bench/detect/generate.ts'

const START = Date.UTC(2026, 0, 5)

for (const [kind, series, days] of [
  ['poisson', 12, 1],
  ['gamma-10s', 12, 1],
  ['diurnal', 12, 1],
  ['clusters', 12, 1],
  // bursts of seconds every ten minutes, which alarm at first
  ['jobs', 6, 2],
] as const)
  test(`ordinary traffic (${kind}) costs no more than twice the budget of false alarms`, () => {
    let alarms = 0
    for (let i = 0; i < series; i++) {
      const one = new DirectSeries(START)
      let last = 0
      arrivals(kind, 900 + i, 0.5, START, START + days * DAY_MS, (t) => {
        last = Math.max(last, t)
        one.feed(last)
      })
      alarms += one.findings.filter((f) => f.state === 'open').length
    }
    const seriesDays = series * days
    assert.ok(alarms <= 2 * seriesDays, `${alarms} in ${seriesDays} series-days at a budget of one`)
  })
