import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../../src/core/clock.ts'
import * as season from '../../../src/detectors/holt-winters/season.kernel.ts'
import { normal } from '../../support/traffic.ts'

const BASE = 8
/** A Monday. */
const START = Date.UTC(2026, 0, 5)
const HALF = season.HALF_HOUR_MS
const DAY = 48

interface Slot {
  readonly f: Float64Array
  readonly f32: Float32Array
}

function slot(): Slot {
  const f = new Float64Array(BASE + season.WORDS + 8)
  const f32 = new Float32Array(f.buffer)
  season.reset(f, f32, BASE)
  return { f, f32 }
}

/** Feeds half hours of perS(hour of the week) events per s. @returns the last factor of the level */
function feed({ f, f32 }: Slot, halves: number, perS: (hour: number, half: number) => number): void {
  for (let half = 0; half < halves; half++) {
    const hour = (half / 2) % 168
    for (let bin = 0; bin < 180; bin++) season.addBin(f, BASE, perS(hour, half) * 10)
    season.closeHalf(f, f32, BASE, START + (half + 1) * HALF)
  }
}

const factor = ({ f, f32 }: Slot, timeMs: number): number => season.factorAt(f, f32, BASE, timeMs)

test('a daily job is expected after three days, at its hour and no other', () => {
  const one = slot()
  feed(one, 4 * DAY, (hour) => (hour % 24 === 2 ? 8 : 1))
  const at = (hour: number) => factor(one, START + 4 * DAY * HALF + hour * 3_600_000)
  assert.ok(Math.abs(at(2.2) / at(5.2) - 8) < 0.5)
  assert.ok(Math.abs(at(2.7) / at(5.2) - 1) < 0.1)
})

test('a weekend is expected from the third week on', () => {
  const one = slot()
  feed(one, 14 * DAY, (hour) => (hour >= 120 ? 1 : 3) * (hour % 24 > 8 && hour % 24 < 18 ? 2 : 1))
  const day = (n: number) => factor(one, START + (14 + n) * DAY * HALF + 3_600_000)
  assert.ok(Math.abs(day(5) / day(2) - 1 / 3) < 0.1)
})

test('what happened once is not expected, and noise is no season', () => {
  const random = seededRandom(2)
  const once = slot()
  feed(once, 5 * DAY, (hour, half) => (half === 3 * DAY + 20 ? 0 : hour % 24 < 12 ? 1 : 3))
  const noon = factor(once, START + 5 * DAY * HALF + 10.2 * 3_600_000)
  assert.ok(Math.abs(noon / factor(once, START + 5 * DAY * HALF + 8 * 3_600_000) - 1) < 0.1)
  const noise = slot()
  feed(noise, 21 * DAY, () => Math.exp(0.2 * normal(random)))
  assert.equal(noise.f[BASE + season.MODEL], season.NONE)
  assert.equal(factor(noise, START), 1)
})

test('any counts at any times give a finite positive factor and leave the neighbours alone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ events: fc.nat(1e6), bins: fc.nat(200), skip: fc.nat(400) }), { maxLength: 300 }),
      (halves) => {
        const { f, f32 } = slot()
        let end = START
        for (const { events, bins, skip } of halves) {
          for (let bin = 0; bin < bins; bin++) season.addBin(f, BASE, events)
          end += HALF * (1 + (skip > 390 ? skip : 0))
          assert.ok(season.closeHalf(f, f32, BASE, end) > 0)
          const now = season.factorAt(f, f32, BASE, end + 5000)
          assert.ok(now > 0 && Number.isFinite(now))
        }
        assert.ok(f.subarray(0, BASE).every((x) => x === 0))
        assert.ok(f.subarray(BASE + season.WORDS).every((x) => x === 0))
      },
    ),
    { numRuns: 50 },
  )
})
