import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import type { SeriesView } from '../../src/columns/stage.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors, type Detectors } from '../../src/detectors/engine.ts'
import { appendRow } from '../support/row-builder.ts'
import { START_MS } from '../support/traffic.ts'

const config = detectorsConfig.parse({ profiles: [{ name: 'service' }] })

/** Twenty minutes: service sN logs N times a second; the loudest is a hundred times louder in the last half minute. */
function watched(services: number): Detectors {
  const keys = new KeyTable(1)
  const detectors = createDetectors(config, { keys, clock: null, mask: (text) => text.replace('s', 'S') })
  const batch = new RecordBatch(keys)
  for (let second = 0; second < 1200; second++) {
    batch.reset(SIGNAL_LOGS)
    for (let n = 1; n <= services; n++) {
      const count = n === services && second >= 1170 ? n * 100 : n
      for (let i = 0; i < count; i++) {
        const timeMs = START_MS + second * 1000 + (i * 1000) / count
        appendRow(batch, { timeMs, attrs: { 'service.name': `s${n}` } })
      }
    }
    detectors.observe(batch, () => {})
  }
  return detectors
}

function all(detectors: Detectors, limit: number): readonly SeriesView[] {
  const steps = detectors.survey(limit)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

test('the busiest series come first, what is open before them, with masked names and what was expected', () => {
  const detectors = watched(5)
  const [first, second, ...rest] = all(detectors, 3)
  assert.equal(rest.length, 1)
  assert.deepEqual(first!.series, { 'service.name': 'S5' })
  assert.equal(first!.open, true)
  assert.ok(first!.surprise > first!.limit!, `${first!.surprise} nats, limit ${first!.limit}`)
  assert.ok(first!.observedPerS > 20 * first!.expectedPerS)
  assert.deepEqual(second!.series, { 'service.name': 'S4' })
  assert.ok(Math.abs(second!.expectedPerS - 4) < 0.5 && Math.abs(second!.observedPerS - 4) < 0.5)
  assert.equal(second!.open, false)
})

test('what was expected of a profile grows with its time and what came with its events', () => {
  const detectors = watched(5)
  const [profile] = detectors.bands()
  // 1 + 2 + 3 + 4 + 5 a second, less the first bins, which had no expectation
  assert.ok(profile!.expected > 15 * 1000 && profile!.expected < 15 * 1200 * 1.05, `${profile!.expected}`)
  assert.ok(profile!.observed > profile!.expected + 5 * 99 * 15, 'the surge is not in what came')
  assert.ok(profile!.variance > 0 && Number.isFinite(profile!.variance))
})
