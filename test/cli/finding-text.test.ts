import assert from 'node:assert/strict'
import { test } from 'node:test'
import { briefLine, curveText, findingLines, PLAIN, quantity, safeText } from '../../src/cli/finding-text.ts'
import type { AnomalyFinding, SecretFinding } from '../../src/core/finding.ts'

const BASE = {
  id: '0'.repeat(32),
  fingerprint: '1'.repeat(32),
  startMs: Date.UTC(2026, 0, 5, 9, 0, 1),
  detectedMs: Date.UTC(2026, 0, 5, 9, 0, 3),
  endMs: null,
  state: 'open',
  severity: 'critical',
  score: 0.93,
  summary: '',
  source: { stream: 'otlp', offset: 1, row: 0 },
  traceId: null,
  spanId: null,
} as const

const ANOMALY: AnomalyFinding = {
  ...BASE,
  kind: 'anomaly',
  profile: 'service-logs',
  series: { 'service.name': 'auth' },
  detectors: [
    { name: 'mix', surprise: 20, expected: 0.06, observed: 0.91, unit: '1' },
    { name: 'rate', surprise: 40, expected: 9.13, observed: 48.2, unit: '{event}/s' },
  ],
  curve: { stepMs: 1000, endMs: BASE.detectedMs, values: [0, 4, 8] },
}

const SECRET: SecretFinding = {
  ...BASE,
  kind: 'secret',
  rule: 'stripe-secret-key',
  series: { 'service.name': 'payments', 'host.name': 'node-1' },
  place: 'exception.message',
  start: 26,
  end: 58,
  masked: 'sk_live_****',
  excerpt: 'Invalid API Key provided: sk_live_****',
  stages: [],
}

test('an anomaly reads as time, service, and what was expected against what was seen, strongest first', () => {
  assert.deepEqual(findingLines(ANOMALY, PLAIN), [
    '  09:00:03  !! critical  auth: service-logs is not what it was',
    '             rate          expected 9.13 events/s, saw 48.2 events/s',
    '             mix           expected 6 %, saw 91 %',
    '             ▁▅█  last 3 s',
  ])
})

test('a resolved anomaly says for how long it lasted', () => {
  const resolved: AnomalyFinding = { ...ANOMALY, state: 'resolved', endMs: BASE.startMs + 22_000 }
  assert.deepEqual(findingLines(resolved, PLAIN), [
    '  09:00:23  ok resolved  auth: service-logs is itself again after 22 s',
  ])
})

test('a secret reads as its kind, place and mask', () => {
  assert.deepEqual(findingLines(SECRET, PLAIN), [
    '  09:00:03  !! critical  payments: a credential was logged, stripe-secret-key',
    '             in exception.message, confidence 0.93: sk_live_****',
    '             Invalid API Key provided: sk_live_****',
  ])
})

test('colours go where they are asked for and nowhere else', () => {
  const painted = findingLines(SECRET, (colour, text) => `<${colour}>${text}</>`)
  assert.match(painted[0]!, /<red>!! critical<\/> {2}<bold>payments<\/>/)
})

test('nothing from outside can steer the terminal', () => {
  const hostile = '\u001b[2J\u0007\r\n\u202eevil\u009b31m'
  const series = { 'service.name': hostile, 'http.route': hostile }
  const findings = [
    { ...ANOMALY, profile: hostile, series },
    { ...SECRET, rule: hostile, place: hostile, masked: hostile, excerpt: hostile, series },
  ]
  for (const finding of findings) {
    for (const line of findingLines(finding, PLAIN))
      assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u202e]/)
  }
  assert.equal(safeText('größe ✓'), 'größe ✓')
})

test('quantities carry their unit as people say it', () => {
  assert.equal(quantity(0.005, '1'), '0.5 %')
  assert.equal(quantity(12345.6, 'ms'), '12,346 ms')
  assert.equal(quantity(3, '{subject}'), '3 subjects')
  assert.equal(quantity(Number.NaN, 'ms'), '? ms')
  assert.equal(curveText({ stepMs: 1000, values: [] }), '')
  assert.equal(curveText({ stepMs: 500, values: [3, 3, Number.NaN] }), '██  last 1 s')
})

test('a finding that says more of the same is one line', () => {
  const route = { ...ANOMALY, profile: 'route', series: { 'service.name': 'auth', 'http.route': '/login' } }
  assert.equal(
    briefLine(route, PLAIN),
    '             also route http.route=/login: rate expected 9.13 events/s, saw 48.2 events/s',
  )
})
