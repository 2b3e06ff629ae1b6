import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '../../../src/core/finding.ts'
import { pagerdutyEvent } from '../../../src/sinks/pagerduty/event.ts'
import { anomaly, resolved, secret } from '../../support/findings.ts'
import { HttpReceiver } from '../../support/http-receiver.ts'
import { itemOf } from '../../support/items.ts'
import { inMs, sinksOf } from '../../support/sinks.ts'

const KEY = 'f00dcafe'.repeat(4)

/**
 * Facts of the Events API v2 (developer.pagerduty.com/docs/events-api-v2/trigger-events): routing_key of 32
 * characters; event_action trigger, acknowledge or resolve; dedup_key of at most 255; for a trigger a payload with
 * summary (at most 1024), source, severity of critical, error, warning or info, and an ISO 8601 timestamp.
 */
function assertValid(finding: Finding): void {
  const event = pagerdutyEvent(itemOf(finding), KEY, 'https://t.example')
  const known = [
    'routing_key',
    'event_action',
    'dedup_key',
    'payload',
    'client',
    'client_url',
    'links',
    'images',
  ]
  for (const key of Object.keys(event)) assert.ok(known.includes(key), key)
  assert.equal(event.routing_key.length, 32)
  assert.ok(event.dedup_key.length > 0 && event.dedup_key.length <= 255)
  if (event.event_action === 'resolve') return
  const { summary, source, severity, timestamp } = event.payload!
  assert.ok(summary.length > 0 && summary.length <= 1024)
  assert.ok(source.length > 0)
  assert.ok(['critical', 'error', 'warning', 'info'].includes(severity))
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
}

test('every kind of finding is a valid event', () => {
  const long = anomaly(1, { summary: 'x'.repeat(3000), series: {} })
  for (const f of [anomaly(1), secret(1), resolved(anomaly(1)), long]) assertValid(f)
})

test('an incident is triggered and resolved under one key, and nothing is resolved while a twin is open', async () => {
  const receiver = await new HttpReceiver().start()
  receiver.answer = () => ({ status: 202 })
  const { sinks } = sinksOf({
    outputs: { pager: { type: 'pagerduty', routingKey: KEY, url: `${receiver.url}/v2/enqueue` } },
  })
  await sinks.start(new AbortController().signal)
  const twin = anomaly(2, { fingerprint: anomaly(1).fingerprint })
  sinks.emit(anomaly(1))
  sinks.emit(twin)
  sinks.emit(resolved(anomaly(1)))
  await receiver.until(() => receiver.received.length === 2 && sinks.health()[0]!.pending === 0)
  sinks.emit(resolved(twin))
  await receiver.until(() => receiver.received.length === 3)
  const events = receiver.received.map(({ body }) => JSON.parse(body))
  assert.deepEqual(
    events.map((e) => e.event_action),
    ['trigger', 'trigger', 'resolve'],
  )
  assert.equal(new Set(events.map((e) => e.dedup_key)).size, 1)
  await sinks.stop(inMs(1000))
  await receiver.stop()
})
