import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DirectSeries } from '../../bench/detect/direct.ts'
import { arrivals, DAY_MS, type Kind } from '../../bench/detect/generate.ts'

const START = Date.UTC(2026, 0, 5)
const SERIES = 6

for (const kind of ['poisson', 'gamma-10s', 'diurnal', 'clusters'] as Kind[])
  test(`ordinary traffic (${kind}) costs no more than twice the budget of false alarms`, () => {
    let alarms = 0
    for (let i = 0; i < SERIES; i++) {
      const one = new DirectSeries(START)
      let last = 0
      arrivals(kind, 900 + i, 0.5, START, START + DAY_MS, (t) => {
        last = Math.max(last, t)
        one.feed(last)
      })
      alarms += one.findings.filter((f) => f.state === 'open').length
    }
    assert.ok(alarms <= 2 * SERIES, `${alarms} in ${SERIES} series-days at a budget of one`)
  })
