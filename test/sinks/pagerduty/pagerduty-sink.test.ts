import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { Finding } from '../../../src/core/finding.ts'
import { pagerdutyEvent } from '../../../src/sinks/pagerduty/event.ts'
import { anomaly, resolved, secret } from '../../support/findings.ts'
import { HttpReceiver } from '../../support/http-receiver.ts'
import { itemOf } from '../../support/items.ts'
import { PAGERDUTY_EVENT } from '../../support/pagerduty-schema.ts'
import { inMs, sinksOf } from '../../support/sinks.ts'

const KEY = 'f00dcafe'.repeat(4)

const ajv = new Ajv({ allErrors: true, strict: false })
addFormats.default(ajv)
const isEvent = ajv.compile(PAGERDUTY_EVENT)

function assertValid(finding: Finding): void {
  const event = JSON.parse(JSON.stringify(pagerdutyEvent(itemOf(finding), KEY, 'https://t.example')))
  assert.ok(isEvent(event), JSON.stringify(isEvent.errors))
}

test('every kind of finding is a valid event', () => {
  const long = anomaly(1, { summary: 'x'.repeat(3000), series: {} })
  for (const f of [anomaly(1), secret(1), resolved(anomaly(1)), long]) assertValid(f)
  assert.equal(isEvent({ routing_key: KEY, event_action: 'resolve' }), false, 'a resolve without its key')
  assert.equal(isEvent({ routing_key: KEY, event_action: 'trigger', dedup_key: 'x' }), false)
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
