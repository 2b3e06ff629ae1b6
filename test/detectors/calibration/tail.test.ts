import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../src/core/clock.ts'
import * as tail from '../../../src/detectors/calibration/tail.kernel.ts'

const DAY_BLOCKS = 288
const LOG_BLOCKS = Math.log((1 - tail.QUANTILE) * DAY_BLOCKS)

/** Feeds block maxima of `scale` times a Gumbel variate; @returns how many pass the threshold in force, a day */
function alarmsPerDay(scale: number, at: number, days: number, seed: number): number {
  const random = seededRandom(seed)
  const f = new Float64Array(tail.WORDS)
  tail.reset(f, 0, LOG_BLOCKS)
  let alarms = 0
  for (let block = 0; block < days * DAY_BLOCKS; block++) {
    const peak = Math.max(0, at + scale * -Math.log(-Math.log(random())))
    const limit = f[tail.THRESHOLD]!
    if (peak > limit) {
      alarms++
      tail.alarm(f, 0, limit, 1, LOG_BLOCKS)
    }
    tail.closeBlock(f, 0, peak, peak <= limit, LOG_BLOCKS)
  }
  return alarms / days
}

test('block maxima with an exponential tail pass about once a day, whatever their scale', () => {
  for (const [scale, at] of [
    [1, 4],
    [1.3, 6],
    [2, 8],
    [6, 20],
  ] as const) {
    const perDay = alarmsPerDay(scale, at, 120, 17)
    assert.ok(perDay > 0.4 && perDay < 1.6, `scale ${scale}: ${perDay} a day`)
  }
})

test('a dirty first hour, with findings open, leaves the threshold near where a clean one does', () => {
  const run = (dirty: boolean): number => {
    const random = seededRandom(3)
    const f = new Float64Array(tail.WORDS)
    tail.reset(f, 0, LOG_BLOCKS)
    for (let block = 0; block < DAY_BLOCKS; block++) {
      const bad = dirty && block < 12
      const peak = bad ? 60 : 3 - Math.log(-Math.log(random()))
      tail.closeBlock(f, 0, peak, !bad, LOG_BLOCKS)
    }
    return f[tail.THRESHOLD]!
  }
  assert.ok(Math.abs(run(true) - run(false)) < 1)
})

test('a detector that alarms again and again every day learns that this is how the series is', () => {
  const random = seededRandom(8)
  const f = new Float64Array(tail.WORDS)
  tail.reset(f, 0, LOG_BLOCKS)
  const alarms = [0, 0, 0]
  for (let block = 0; block < 3 * DAY_BLOCKS; block++) {
    // every other block holds a burst
    const peak = (block % 2 === 0 ? 30 : 3) - Math.log(-Math.log(random()))
    const limit = f[tail.THRESHOLD]!
    const alarm = peak > limit
    if (alarm) {
      alarms[Math.floor(block / DAY_BLOCKS)]!++
      tail.alarm(f, 0, limit, 1, LOG_BLOCKS)
    }
    tail.closeBlock(f, 0, peak, !alarm, LOG_BLOCKS)
  }
  assert.ok(alarms[0]! > 0 && alarms[0]! < 12, String(alarms))
  assert.ok(alarms[2]! <= 3, String(alarms))
})

test('one alarm, however far past its limit, moves the limit of a day-old series by less than a tenth', () => {
  const random = seededRandom(5)
  const f = new Float64Array(tail.WORDS)
  tail.reset(f, 0, LOG_BLOCKS)
  for (let block = 0; block < DAY_BLOCKS; block++)
    tail.closeBlock(f, 0, 3 - Math.log(-Math.log(random())), true, LOG_BLOCKS)
  const before = f[tail.THRESHOLD]!
  tail.alarm(f, 0, before, 1, LOG_BLOCKS)
  for (let block = 0; block < 24; block++) tail.closeBlock(f, 0, 90, false, LOG_BLOCKS)
  const after = f[tail.THRESHOLD]!
  assert.ok(after > before && after < 1.1 * before, `${before} to ${after}`)
})
