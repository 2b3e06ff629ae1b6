import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DetectorStage } from '../../src/columns/stage.ts'
import { addDetectorMetrics } from '../../src/pipeline/detector-metrics.ts'
import { Shards } from '../../src/pipeline/shards.ts'
import { Meter } from '../../src/telemetry/meter.ts'

test('a scrape looks at the streams once, and the next one anew', async () => {
  let [asked, series] = [0, 5]
  const status = () => {
    asked++
    return { series, seriesMax: 9, profiles: [{ name: 'p', series, open: 1 }] }
  }
  const shards = new Shards(() => ({ status, bands: () => [] }) as unknown as DetectorStage)
  shards.of('otlp')
  const meter = new Meter()
  addDetectorMetrics(meter, shards)
  assert.match(await meter.expose(), /^telltale_series 5$/m)
  assert.ok(asked <= 2, 'rather than once a metric')
  await nextTurn()
  series = 6
  assert.match(await meter.expose(), /^telltale_series 6$/m)
})
