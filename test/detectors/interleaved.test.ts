import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import { seededRandom } from '../../src/core/clock.ts'
import type { Finding } from '../../src/core/finding.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors } from '../../src/detectors/engine.ts'
import { RowWriter } from '../../src/ingest/file/row-writer.ts'

const START_MS = 1.76e12
const SURGE_MS = START_MS + 3_600_000
const SURGE_FOR_MS = 120_000

/** One service behind `pods` senders that each flush what they gathered: requests of the same seconds, one after the other. */
function interleaved(pods: number, flushMs: number, perS: number, hours: number, surge: number): Finding[] {
  let now = 0
  const random = seededRandom(5)
  const keys = new KeyTable(1)
  const detectors = createDetectors(detectorsConfig.parse({}), { keys, clock: { nowMs: () => now } })
  const batch = new RecordBatch(keys)
  const writer = new RowWriter()
  const found: Finding[] = []
  const gapMs = (atMs: number) => {
    const rate = atMs > SURGE_MS && atMs < SURGE_MS + SURGE_FOR_MS ? perS * surge : perS
    return (-Math.log(1 - random()) * 1000 * pods) / rate
  }
  const senders = Array.from({ length: pods }, () => ({
    flushAtMs: START_MS + random() * flushMs,
    eventMs: START_MS + gapMs(0),
  }))
  for (;;) {
    const next = senders.reduce((a, b) => (b.flushAtMs < a.flushAtMs ? b : a))
    if (next.flushAtMs > START_MS + hours * 3_600_000) return found.filter((f) => f.state === 'open')
    now = next.flushAtMs + 20
    batch.reset(SIGNAL_LOGS)
    writer.begin(batch)
    const name = writer.appendText('checkout')
    const nameEnd = batch.bytesEnd
    for (; next.eventMs < next.flushAtMs; next.eventMs += gapMs(next.eventMs)) {
      writer.startRow(writer.service(name, nameEnd), next.eventMs)
      writer.severity(9)
      writer.endRow()
    }
    detectors.observe(batch, (f) => found.push(f))
    detectors.tick(now, (f) => found.push(f))
    next.flushAtMs += flushMs * (0.98 + random() * 0.04)
  }
}

test('requests of one moment that arrive one after the other are no burst', () => {
  assert.deepEqual(
    [
      [2, 1000, 20],
      [4, 5000, 20],
    ].map(([pods, flushMs, perS]) => interleaved(pods!, flushMs!, perS!, 2, 1).length),
    [0, 0],
  )
})

test('a surge of several senders together is still seen', () => {
  const [first] = interleaved(4, 5000, 20, 1.2, 5)
  assert.ok(first !== undefined && first.startMs >= SURGE_MS && first.startMs <= SURGE_MS + SURGE_FOR_MS)
})
