import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alertsOf } from '../../../src/sinks/alertmanager/alerts.ts'
import type { Item } from '../../../src/sinks/delivery/sink.ts'
import { OpenFindings } from '../../../src/sinks/routing/open-findings.ts'
import { anomaly, resolved, secret } from '../../support/findings.ts'

const NOW = 1_800_000_000_000
const iso = (ms: number) => new Date(ms).toISOString()
const item = (finding: Item['finding'], over: Partial<Item> = {}): Item => ({
  sequence: 1,
  emittedMs: NOW,
  finding,
  event: 'firing',
  previousSeverity: null,
  ...over,
})

const alerts = (items: readonly Item[], open = new OpenFindings()) =>
  alertsOf(
    items,
    {
      sink: 'am',
      open,
      publicUrl: 'https://t.example',
      resendMs: 60_000,
      sightingMs: 3_600_000,
      labels: { cluster: 'eu' },
    },
    NOW,
  )

test('an open anomaly ends in the future and says what was expected and observed', () => {
  const [alert, ...rest] = alerts([item(anomaly(1))])
  assert.deepEqual(rest, [])
  assert.deepEqual(alert!.labels, {
    alertname: 'TelltaleAnomaly',
    kind: 'anomaly',
    severity: 'warning',
    profile: 'service-logs',
    service_name: 'checkout',
    fingerprint: anomaly(1).fingerprint.slice(0, 16),
    cluster: 'eu',
  })
  assert.equal(alert!.startsAt, iso(anomaly(1).startMs))
  assert.equal(alert!.endsAt, iso(NOW + 240_000))
  assert.equal(alert!.annotations['expected'], '12.25 event/s')
  assert.equal(alert!.annotations['observed'], '0 event/s')
  assert.equal(alert!.generatorURL, `https://t.example/api/v1/findings/${anomaly(1).id}`)
})

test('labels do not change while a finding stays what it is, whatever else of it does', () => {
  const [first] = alerts([item(anomaly(1))])
  const [later] = alerts([
    item({ ...anomaly(1), state: 'update', detectedMs: 5, score: 1, summary: 'more of it' }),
  ])
  assert.deepEqual(later!.labels, first!.labels)
})

test('a resolution ends the alert when the finding ended', () => {
  const [alert] = alerts([item(anomaly(1)), item(resolved(anomaly(1)), { event: 'resolved' })])
  assert.equal(alert!.endsAt, iso(anomaly(1).startMs + 60_000))
})

test('a rise in severity ends the alert under the old severity', () => {
  const worse = item(
    { ...anomaly(1), state: 'update', severity: 'critical' },
    { previousSeverity: 'warning' },
  )
  const found = alerts([worse]).map((a) => [a.labels['severity'], Date.parse(a.endsAt) > NOW])
  assert.deepEqual(found, [
    ['warning', false],
    ['critical', true],
  ])
})

test('one of two findings about the same thing ends nothing while the other is open', () => {
  const open = new OpenFindings()
  const twin = anomaly(2, { fingerprint: anomaly(1).fingerprint })
  const told = [{ sink: 'am', route: '0', group: {}, atMs: NOW }]
  open.set({ finding: twin, told, newsMs: NOW, untilMs: null })
  assert.deepEqual(alerts([item(resolved(anomaly(1)), { event: 'resolved' })], open), [])
})

test('a leaked secret fires for its time and ends by itself', () => {
  const open = new OpenFindings()
  open.set({ finding: secret(1), told: [], newsMs: NOW, untilMs: NOW + 10_000 })
  const [alert] = alerts([item(secret(1))], open)
  assert.equal(alert!.endsAt, iso(NOW + 10_000))
  assert.equal(alert!.labels['rule'], 'aws-access-key-id')
  assert.equal(alert!.annotations['excerpt'], secret(1).excerpt)
})
