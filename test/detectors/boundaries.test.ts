import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import { type Random, seededRandom } from '../../src/core/clock.ts'
import type { Finding } from '../../src/core/finding.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors, type Detectors } from '../../src/detectors/engine.ts'
import { appendRow } from '../support/row-builder.ts'
import { normal, START_MS } from '../support/traffic.ts'

const MINUTE = 60_000

interface Arrival {
  readonly arrivedMs: number
  readonly timeMs: number
  readonly service: string
  readonly value: number
  readonly subject: string
  readonly severity: number
}

/** Half an hour of a topic: busy services, rows some hundred ms out of order, a surge, errors and slow answers. */
function topic(seed: number): Arrival[] {
  const random = seededRandom(seed)
  const rows: Arrival[] = []
  const add = (service: string, perS: number) => {
    for (let t = START_MS; t < START_MS + 30 * MINUTE; ) {
      const minute = (t - START_MS) / MINUTE
      const surge = minute > 12 && minute < 14 ? 6 : 1
      t += (-Math.log(1 - random()) * 1000) / (perS * surge)
      rows.push(row(random, service, t, minute))
    }
  }
  for (const [i, perS] of [8, 30, 1].entries()) add(`s${i}`, perS)
  return rows.sort((a, b) => a.arrivedMs - b.arrivedMs)
}

function row(random: Random, service: string, timeMs: number, minute: number): Arrival {
  const slow = minute > 18 && minute < 22
  return {
    service,
    timeMs,
    arrivedMs: timeMs + 20 + 600 * random() ** 3,
    value: random() < 0.1 ? Number.NaN : Math.exp(3 + 0.4 * normal(random)) * (slow ? 4 : 1),
    subject: random() < 0.05 ? '' : `u${Math.floor(400 * random() ** 2)}`,
    severity: random() < (minute > 25 ? 0.3 : 0.01) ? 17 : 9,
  }
}

class Partition {
  readonly found: Finding[] = []
  readonly #keys = new KeyTable(3)
  #detectors = this.#make()
  readonly #batch = new RecordBatch(this.#keys)

  #make(): Detectors {
    const clock = { nowMs: () => Number.NaN }
    return createDetectors(detectorsConfig.parse({}), { keys: this.#keys, clock, gapless: true })
  }

  send(rows: readonly Arrival[], offset: number): void {
    const batch = this.#batch
    batch.reset(SIGNAL_LOGS)
    batch.stream = 'kafka:t/0'
    batch.offset = offset
    batch.rowPerOffset = true
    batch.receivedMs = rows[0]!.arrivedMs
    batch.arrivedMs = Float64Array.from(rows, (r) => r.arrivedMs)
    for (const r of rows) {
      const attrs: Record<string, string | number> = { 'service.name': r.service }
      if (r.subject !== '') attrs['user.id'] = r.subject
      if (!Number.isNaN(r.value)) attrs['duration_ms'] = r.value
      appendRow(batch, { timeMs: r.timeMs, severity: r.severity, attrs })
    }
    this.#detectors.observe(batch, (f) => this.found.push(f))
  }

  tick(nowMs: number): void {
    this.#detectors.tick(nowMs, (f) => this.found.push(f))
  }

  /** Another process takes over. */
  handOver(): void {
    const bytes = this.#detectors.snapshot()
    this.#detectors = this.#make()
    this.#detectors.restore(bytes)
  }
}

test('findings depend neither on batches, nor on ticks between them, nor on hand-overs', () => {
  const rows = topic(1)
  const whole = new Partition()
  whole.send(rows, 0)
  const expected = JSON.stringify(whole.found)
  assert.ok(whole.found.filter((f) => f.state === 'open').length >= 6)
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(3, 40, 700), (seed, size) => {
      const random = seededRandom(seed)
      const other = new Partition()
      for (let at = 0; at < rows.length; ) {
        const next = Math.min(rows.length, at + 1 + Math.floor(2 * size * random()))
        other.send(rows.slice(at, next), at)
        if (next < rows.length && random() < 0.3) other.tick(rows[next]!.arrivedMs - random())
        if (random() < 20 / (rows.length / size)) other.handOver()
        at = next
      }
      assert.equal(JSON.stringify(other.found), expected)
    }),
    { numRuns: 6 },
  )
})
