import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Sighting, scoreFindings } from '../../src/cli/demo-score.ts'
import type { Finding } from '../../src/core/finding.ts'
import type { Truth } from '../../src/simulate/truth.ts'

const TRUTH: Truth = {
  scenario: 'demo',
  seed: 1,
  startMs: 0,
  endMs: 100_000,
  windows: [{ kind: 'credential-stuffing', service: 'auth', startMs: 50_000, endMs: 60_000, strength: 1 }],
  leaks: [{ timeMs: 70_000, service: 'payments', kind: 'jwt', place: 'body', sha256: '' }],
}
const anomaly = (id: string, service: string, detectedMs: number): Sighting => ({
  finding: {
    id,
    kind: 'anomaly',
    series: { 'service.name': service },
    startMs: detectedMs - 1000,
    detectedMs,
    detectors: [{ name: 'rate' }, { name: 'mix' }],
  } as unknown as Finding,
  saidMs: detectedMs + 20,
})
const secret = (id: string, service: string, atMs: number): Sighting => ({
  finding: {
    id,
    kind: 'secret',
    rule: 'jwt',
    place: 'body',
    series: { 'service.name': service },
    startMs: atMs,
    detectedMs: atMs,
  } as unknown as Finding,
  saidMs: atMs + 30,
})

test('what was found is timed from its beginning and what was not is missed', () => {
  const score = scoreFindings(TRUTH, [anomaly('a', 'auth', 52_000), anomaly('a', 'auth', 53_000)])
  assert.deepEqual(score.verdicts, [
    { what: 'credential-stuffing on auth', afterMs: 2020, by: ['rate', 'mix'] },
    { what: 'jwt in body of payments', afterMs: null, by: [] },
  ])
  assert.equal(score.falseAlarms, 0)
})

test('findings about nothing are false alarms, each once', () => {
  const score = scoreFindings(TRUTH, [
    anomaly('early', 'auth', 20_000),
    anomaly('elsewhere', 'cart', 52_000),
    anomaly('elsewhere', 'cart', 53_000),
    secret('s', 'payments', 70_000),
    secret('t', 'cart', 70_000),
  ])
  assert.equal(score.verdicts[0]?.afterMs, null)
  assert.deepEqual(score.verdicts[1], { what: 'jwt in body of payments', afterMs: 30, by: ['jwt'] })
  assert.equal(score.falseAlarms, 3)
})
