import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import { seededRandom } from '../../src/core/clock.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors } from '../../src/detectors/engine.ts'
import { observeValue, reset, WORDS } from '../../src/detectors/fading-histogram/fading-histogram.kernel.ts'
import { appendRow } from '../support/row-builder.ts'
import { START_MS } from '../support/traffic.ts'

/** One value every five minutes, with a spike, a gap of many hours, and another spike right after it. */
function series(): { timeMs: number; value: number }[] {
  const random = seededRandom(3)
  let timeMs = START_MS
  return Array.from({ length: 2000 }, (_, i) => {
    timeMs += i === 1500 || i === 1700 ? 10 * 3_600_000 : 300_000
    return { timeMs, value: i === 1200 || i === 1700 ? 900 : 100 + 10 * random() }
  })
}

test('a row of a slow series scores what the value distribution says of it, also right after a long gap', () => {
  const keys = new KeyTable(1)
  const detectors = createDetectors(detectorsConfig.parse({}), { keys, clock: null })
  const batch = new RecordBatch(keys)
  const rows = series()
  batch.reset(SIGNAL_LOGS)
  for (const { timeMs, value } of rows)
    appendRow(batch, { timeMs, attrs: { 'service.name': 'sensor', value } })
  const scores = { score: new Float64Array(rows.length), alert: new Uint8Array(rows.length) }
  detectors.observe(batch, () => {}, scores)
  const f = new Float64Array(WORDS)
  const bins = new Float32Array(f.buffer)
  reset(f, bins, 0)
  const expected = rows.map(({ timeMs, value }) => observeValue(f, bins, 0, value, timeMs))
  assert.deepEqual([...scores.score], expected)
  assert.ok(expected[1200]! > 6 && expected[1700]! > 4)
})
