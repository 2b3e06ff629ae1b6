/**
 * Cost of an event with all detectors on, and bytes of state a series, over the number of series; by ratio to a
 * calibration loop (random updates of a 64-byte slot among 131,072) in the same run.
 * usage: node bench/detect/throughput.bench.ts [SERIES...]
 */
import { KeyTable } from '../../src/columns/key-table.ts'
import { ATTR_STRIDE, HASH_A, HASH_B, RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import { seededRandom } from '../../src/core/clock.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors } from '../../src/detectors/engine.ts'
import { appendRow } from '../../test/support/row-builder.ts'
import { normal } from '../../test/support/traffic.ts'

const ROWS = 1000
const ATTRS = 4
const sizes = process.argv.slice(2).map(Number)

function calibrationNs(): number {
  const slots = new Float64Array(131_072 * 8)
  const n = 10_000
  let x = 1
  const runs: number[] = []
  for (let r = 0; r < 1000; r++) {
    const from = process.hrtime.bigint()
    for (let i = 0; i < n; i++) {
      x = (Math.imul(x, 1664525) + 1013904223) | 0
      const at = (x >>> 15) * 8
      const mean = slots[at]!
      slots[at] = mean + (i - mean) * 0.01
      slots[at + 1] = slots[at + 1]! + 1
    }
    runs.push(Number(process.hrtime.bigint() - from) / n)
  }
  return runs.sort((a, b) => a - b)[500]!
}

function run(series: number, full: boolean, perSecond: number): { ns: number; bytes: number } {
  const keys = new KeyTable(1)
  const detectors = createDetectors(detectorsConfig.parse({ maxSeries: Math.max(series, 1000) }), {
    keys,
    clock: null,
  })
  const batch = new RecordBatch(keys)
  const random = seededRandom(5)
  batch.reset(SIGNAL_LOGS)
  for (let i = 0; i < ROWS; i++) {
    const attrs: Record<string, string | number> = { 'service.name': 'service' }
    if (full) {
      attrs['client.address'] = `10.0.0.${i}`
      attrs['duration_ms'] = Math.exp(4 + 0.5 * normal(random))
      attrs['http.response.status_code'] = random() < 0.01 ? 500 : 200
    }
    appendRow(batch, { timeMs: 0, attrs })
  }
  const per = full ? ATTRS : 1
  let time = Date.UTC(2026, 0, 5)
  let x = 7
  const stepMs = 1000 / (perSecond * series)
  const fill = (sequential: number): void => {
    for (let i = 0; i < ROWS; i++) {
      x = (Math.imul(x, 1664525) + 1013904223) | 0
      const s = sequential >= 0 ? (sequential + i) % series : Math.floor(((x >>> 0) / 4294967296) * series)
      time += stepMs
      batch.timeMs[i] = time
      const o = i * per * ATTR_STRIDE
      batch.attrs[o + HASH_A] = Math.imul(s + 1, 0x9e3779b1) ^ (s << 9)
      batch.attrs[o + HASH_B] = Math.imul(s + 77, 0x85ebca6b)
      if (full) {
        batch.attrs[o + ATTR_STRIDE + HASH_A] = Math.imul(x & 511, 0xc2b2ae35)
        batch.attrs[o + ATTR_STRIDE + HASH_B] = Math.imul(x & 511, 0x27d4eb2f) ^ 0x5555
        batch.number[i * per + 2] = batch.number[i * per + 2]! * (x & 1 ? 1.01 : 0.99)
      }
    }
  }
  const emit = (): void => {}
  // every series exists, and the code is warm
  for (let i = 0; i < Math.max(series * 2, 400_000); i += ROWS) {
    fill(i)
    detectors.observe(batch, emit)
  }
  // the median of many runs, as neighbours on the machine disturb some
  const runs: number[] = []
  for (let i = 0; i < Math.max(1_000_000, series * 2); i += ROWS) {
    fill(-1)
    const from = process.hrtime.bigint()
    detectors.observe(batch, emit)
    runs.push(Number(process.hrtime.bigint() - from) / ROWS)
  }
  runs.sort((a, b) => a - b)
  return {
    ns: runs[Math.floor(runs.length / 2)]!,
    bytes: detectors.status().stateBytes / detectors.status().series,
  }
}

const unit = calibrationNs()
console.log(`calibration loop ${unit.toFixed(1)} ns an update`)
for (const series of sizes.length > 0 ? sizes : [1, 100, 10_000, 100_000]) {
  for (const full of [true, false]) {
    const { ns, bytes } = run(series, full, 1)
    console.log(
      `${String(series).padStart(8)} series, ${full ? 'all detectors' : 'rate only    '}: ${ns.toFixed(0)} ns an event (${(ns / unit).toFixed(0)} x calibration), ${(bytes / 1024).toFixed(1)} KiB a series`,
    )
  }
}
