import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/core/clock.ts'
import type { BuiltRow } from '../support/row-builder.ts'
import { Bench, byTime, type Load, normal, poisson, START_MS } from '../support/traffic.ts'

const MINUTE = 60_000
const random = seededRandom(11)

/** A web service: log-normal durations, 1% errors, 500 clients. */
function web(service: string, minutes: number, perS: Load['perS'], maxPerS: number): BuiltRow[] {
  return poisson(random, {
    fromMs: START_MS,
    untilMs: START_MS + minutes * MINUTE,
    perS,
    maxPerS,
    row: (timeMs) => ({
      timeMs,
      severity: random() < 0.01 ? 17 : 9,
      attrs: {
        'service.name': service,
        'client.address': `10.0.0.${Math.floor(random() * 500)}`,
        duration_ms: Math.exp(4 + 0.5 * normal(random)),
      },
    }),
  })
}

test('steady traffic of several services opens nothing', () => {
  const bench = new Bench()
  bench.send(byTime(...['a', 'b', 'c'].map((name) => web(name, 40, () => 4, 4))))
  assert.deepEqual(
    bench.opened().map((finding) => finding.summary),
    [],
  )
  assert.equal(bench.detectors.status().series, 3)
})

test('a new service that has always had its share of errors opens nothing', () => {
  const bench = new Bench()
  const shares = { a: 0.05, b: 0.1, c: 0.2, d: 0.4 }
  for (const [service, share] of Object.entries(shares))
    bench.send(web(service, 20, () => 20, 20).map((row) => ({ ...row, severity: random() < share ? 17 : 9 })))
  assert.deepEqual(
    bench.opened().map((finding) => finding.summary),
    [],
  )
})

test('a tenfold surge opens within seconds, says so in one line, and resolves', () => {
  const bench = new Bench()
  const surgeMs = START_MS + 20 * MINUTE
  const rows = web('checkout', 30, (t) => (t >= surgeMs && t < surgeMs + MINUTE ? 30 : 3), 30)
  bench.send(
    byTime(
      rows,
      web('other', 30, () => 2, 2),
    ),
  )
  const [finding, ...more] = bench.opened()
  assert.equal(more.length, 0)
  assert.ok(finding !== undefined)
  assert.ok(finding.detectedMs - surgeMs < 5000, `took ${finding.detectedMs - surgeMs} ms`)
  assert.match(finding.summary, /^checkout: rate [\d.]+\/s, expected [23]\.?\d*\/s \(surge ×/)
  assert.deepEqual(finding.series, { 'service.name': 'checkout' })
  const last = bench.findings.at(-1)!
  assert.equal(last.state, 'resolved')
  assert.equal(last.id, finding.id)
  assert.ok(last.endMs! - surgeMs < 4 * MINUTE)
})

test('silence opens although nothing arrives, by event time of others', () => {
  const bench = new Bench()
  const stopMs = START_MS + 20 * MINUTE
  bench.send(
    byTime(
      web('mute', 20, () => 5, 5),
      web('other', 30, () => 2, 2),
    ),
  )
  const [finding] = bench.opened()
  assert.equal(finding?.series['service.name'], 'mute')
  assert.match(finding.summary, /mute: silent, expected/)
  assert.ok(finding.detectedMs > stopMs && finding.detectedMs < stopMs + 20_000)
})

test('values that are away for some minutes of the first hour open nothing: nobody knows yet how far they wander', () => {
  const bench = new Bench()
  const slow = { from: START_MS + 20 * MINUTE, until: START_MS + 24 * MINUTE }
  bench.send(
    web('svc', 40, () => 2, 2).map((row) =>
      row.timeMs < slow.from || row.timeMs > slow.until
        ? row
        : { ...row, attrs: { ...row.attrs, duration_ms: Number(row.attrs?.['duration_ms']) * 2.5 } },
    ),
  )
  assert.deepEqual(
    bench.opened().map((finding) => finding.summary),
    [],
  )
})

test('values far from all that was seen open in the first hour as well', () => {
  const fromMs = START_MS + 20 * MINUTE
  const bench = new Bench()
  bench.send(
    web('svc', 25, () => 4, 4).map((row) =>
      row.timeMs < fromMs
        ? row
        : { ...row, attrs: { ...row.attrs, duration_ms: Number(row.attrs?.['duration_ms']) * 30 } },
    ),
  )
  const [finding] = bench.opened()
  assert.ok(finding !== undefined && finding.detectedMs > fromMs && finding.detectedMs < fromMs + MINUTE)
})

test('errors, never-seen clients and slow answers each open on their own', () => {
  const fromMs = START_MS + 70 * MINUTE
  const change = (edit: (row: BuiltRow, attrs: Record<string, string | number>) => BuiltRow): BuiltRow[] =>
    web('svc', 80, () => 4, 4).map((row) => (row.timeMs < fromMs ? row : edit(row, { ...row.attrs })))
  const cases = {
    errors: change((row) => (random() < 0.2 ? { ...row, severity: 17 } : row)),
    cardinality: change((row, attrs) => ({
      ...row,
      attrs: { ...attrs, 'client.address': `bot-${random()}` },
    })),
    shift: change((row, attrs) => ({
      ...row,
      attrs: { ...attrs, duration_ms: Number(attrs['duration_ms']) * 3 },
    })),
  }
  for (const [name, rows] of Object.entries(cases)) {
    const bench = new Bench()
    bench.send(rows)
    const [finding] = bench.opened()
    assert.ok(finding !== undefined, name)
    assert.ok(finding.detectedMs > fromMs && finding.detectedMs < fromMs + MINUTE, name)
    assert.ok(
      bench.findings.some((f) => f.detectors.some((detector) => detector.name === name)),
      name,
    )
  }
})
