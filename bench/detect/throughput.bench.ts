/**
 * Cost of an event and bytes of state by number of series, at one row a second and series and at 50; in times of a
 * calibration loop (random updates of a 64-byte slot among 131,072) that takes turns with it.
 * usage: npm run bench:detectors [-- SERIES...]    only a run of all sizes writes bench/results
 */
import { writeRows } from '../support/results.ts'
import { type Load, SyntheticLoad } from './synthetic-load.ts'

const SIZES = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]
/** Rows of each series before anything is measured: past the warm-up of every detector, where there is time for it. */
const WARM_ROWS = 250
const WARM_ROWS_MAX = 3_000_000
const ROUNDS = 15
const ROUND_ROWS = 100_000
const CALIBRATION_UPDATES = 2_000_000
/** At most 1 us an event where the calibration loop takes 10 ns: issue 5. */
const CEILING = 100

const slots = new Float64Array(131_072 * 8)
let x = 1
function calibrate(): void {
  for (let i = 0; i < CALIBRATION_UPDATES; i++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0
    const at = (x >>> 15) * 8
    const mean = slots[at]!
    slots[at] = mean + (i - mean) * 0.01
    slots[at + 1] = slots[at + 1]! + 1
  }
}

const cpuNs = (run: () => void): number => {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) * 1000
}
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

function measure(load: Load): { ns: number; unit: number; bytes: number } {
  const running = new SyntheticLoad(load)
  running.inTurn(Math.max(2 * load.series, Math.min(WARM_ROWS * load.series, WARM_ROWS_MAX)))
  running.atRandom(Math.max(ROUND_ROWS, 2 * load.series))
  const events: number[] = []
  const units: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    units.push(cpuNs(calibrate) / CALIBRATION_UPDATES)
    events.push(cpuNs(() => running.atRandom(ROUND_ROWS)) / ROUND_ROWS)
  }
  const { stateBytes, series } = running.detectors.status()
  return { ns: median(events), unit: median(units), bytes: stateBytes / series }
}

calibrate()
const asked = process.argv.slice(2).map(Number)
const results: Record<string, { perEvent: number; perBusyEvent: number; rateOnly: number; bytes: number }> =
  {}
console.log(
  `an event in times of the calibration loop (and ns), all detectors; ceiling at 10,000 series: ${CEILING}`,
)
for (const series of asked.length > 0 ? asked : SIZES) {
  const slow = measure({ series, full: true, perSecond: 1 })
  const busy = measure({ series, full: true, perSecond: 50 })
  const rate = measure({ series, full: false, perSecond: 1 })
  const show = ({ ns, unit }: { ns: number; unit: number }): string =>
    `${(ns / unit).toFixed(0)} (${ns.toFixed(0)} ns)`
  console.log(
    `${String(series).padStart(9)} series: ${show(slow)} at 1/s, ${show(busy)} at 50/s, ${show(rate)} without value and subject; ` +
      `${Math.round(slow.bytes).toLocaleString('en')} bytes a series; calibration ${slow.unit.toFixed(1)} ns`,
  )
  const times = (of: { ns: number; unit: number }): number => Math.round(of.ns / of.unit)
  results[series] = {
    perEvent: times(slow),
    perBusyEvent: times(busy),
    rateOnly: times(rate),
    bytes: Math.round(slow.bytes),
  }
}
if (asked.length === 0)
  writeRows('detectors', { unit: 'times the calibration loop', ceiling: CEILING, series: results })
