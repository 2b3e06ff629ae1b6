import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import { seededRandom } from '../../src/core/clock.ts'
import type { Finding } from '../../src/core/finding.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors } from '../../src/detectors/engine.ts'
import { appendRow } from '../support/row-builder.ts'
import { normal, START_MS } from '../support/traffic.ts'

interface Row {
  readonly timeMs: number
  readonly attrs: Record<string, string | number>
}

/** Attributes in an order of their own and with gaps, so that neighbours are seldom alike; faults in the last minutes. */
function traffic(): Row[] {
  const random = seededRandom(11)
  const rows: Row[] = []
  for (let timeMs = START_MS; timeMs < START_MS + 1_500_000; ) {
    const late = timeMs > START_MS + 1_400_000
    timeMs += -Math.log(1 - random()) * (late ? 12 : 60)
    const service = `service-${Math.floor(random() * 3)}`
    const slow = late && service === 'service-1' ? 3 : 1
    const all: [string, string | number][] = [
      ['service.name', service],
      ['http.route', `/route/${Math.floor(random() * 2)}`],
      ['duration_ms', slow * Math.exp(3 + 0.4 * normal(random))],
      ['client.address', `10.0.0.${Math.floor(random() * 40)}`],
      ['http.response.status_code', random() < (late ? 0.4 : 0.02) ? '500' : 200],
      ['user.id', `u${Math.floor(random() * 9)}`],
    ]
    const turn = Math.floor(random() * 3)
    const kept = all.filter(([key]) => key === 'service.name' || random() > 0.1)
    const attrs = Object.fromEntries([...kept.slice(turn), ...kept.slice(0, turn)])
    rows.push({ timeMs: timeMs - random() * 30, attrs })
  }
  return rows
}

function run(rows: readonly Row[], size: number): { findings: unknown[]; status: unknown } {
  const keys = new KeyTable(1)
  const detectors = createDetectors(detectorsConfig.parse({}), { keys, clock: null })
  const batch = new RecordBatch(keys)
  const findings: unknown[] = []
  const emit = (finding: Finding): void => {
    const { source: _, ...rest } = finding
    findings.push(structuredClone(rest))
  }
  for (let from = 0; from < rows.length; from += size) {
    batch.reset(SIGNAL_LOGS)
    for (const { timeMs, attrs } of rows.slice(from, from + size)) appendRow(batch, { timeMs, attrs })
    detectors.observe(batch, emit)
  }
  return { findings, status: detectors.status() }
}

test('what is found does not depend on how rows are cut into batches', () => {
  const rows = traffic()
  const [one, some, many] = [3, 77, 5000].map((size) => run(rows, size))
  assert.ok(one!.findings.length > 5)
  assert.deepEqual(some, one)
  assert.deepEqual(many, one)
})
