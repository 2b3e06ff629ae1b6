import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { anomaly, resolved, secret } from '../../support/findings.ts'
import { HttpReceiver } from '../../support/http-receiver.ts'
import { inMs, metric, scratchDir, sinksOf } from '../../support/sinks.ts'

test("telltale's own payload holds the finding, its event and a link", async () => {
  const receiver = await new HttpReceiver().start()
  const { sinks } = sinksOf({
    outputs: { hook: { type: 'webhook', url: `${receiver.url}/in` } },
    publicUrl: 'https://telltale.example/',
  })
  await sinks.start(new AbortController().signal)
  sinks.emit(secret(1))
  await receiver.until(() => receiver.received.length === 1)
  const { path, headers, body } = receiver.received[0]!
  const payload = JSON.parse(body)
  assert.equal(path, '/in')
  assert.equal(payload.version, '1')
  assert.equal(headers['idempotency-key'], payload.deliveryId)
  assert.deepEqual(payload.findings[0].finding, secret(1))
  assert.equal(payload.findings[0].event, 'firing')
  assert.equal(payload.findings[0].link, `https://telltale.example/api/v1/findings/${secret(1).id}`)
  await sinks.stop(inMs(1000))
  await receiver.stop()
})

test('a signed payload is verified with the key and the time', async () => {
  const receiver = await new HttpReceiver().start()
  const keyFile = join(scratchDir(), 'key')
  writeFileSync(keyFile, 'k3y\n')
  const { sinks } = sinksOf({
    outputs: { hook: { type: 'webhook', url: receiver.url, hmacKeyFile: keyFile, token: 't0ken' } },
  })
  await sinks.start(new AbortController().signal)
  sinks.emit(anomaly(1))
  await receiver.until(() => receiver.received.length === 1)
  const { headers, body } = receiver.received[0]!
  const [, seconds, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-telltale-signature']))!
  assert.equal(digest, createHmac('sha256', 'k3y').update(`${seconds}.${body}`).digest('hex'))
  assert.equal(headers['authorization'], 'Bearer t0ken')
  await sinks.stop(inMs(1000))
  await receiver.stop()
})

test("Alertmanager's webhook payload is complete and says what is resolved", async () => {
  const receiver = await new HttpReceiver().start()
  const { sinks } = sinksOf({
    outputs: { hook: { type: 'webhook', url: receiver.url, format: 'alertmanager' } },
    routes: [{ to: ['hook'], groupBy: ['service.name'], groupWait: '50ms' }],
  })
  await sinks.start(new AbortController().signal)
  sinks.emit(anomaly(1))
  sinks.emit(anomaly(2))
  sinks.emit(resolved(anomaly(2)))
  await receiver.until(() => receiver.received.length === 1)
  const payload = JSON.parse(receiver.received[0]!.body)
  // Fields of webhook_config's payload, version "4": prometheus.io/docs/alerting/latest/configuration
  assert.deepEqual(Object.keys(payload).sort(), [
    'alerts',
    'commonAnnotations',
    'commonLabels',
    'externalURL',
    'groupKey',
    'groupLabels',
    'receiver',
    'status',
    'truncatedAlerts',
    'version',
  ])
  assert.equal(payload.version, '4')
  assert.equal(payload.status, 'firing')
  assert.deepEqual(payload.groupLabels, { 'service.name': 'checkout' })
  assert.deepEqual(
    payload.alerts.map((a: { status: string }) => a.status),
    ['firing', 'firing', 'resolved'],
  )
  const [first] = payload.alerts
  assert.equal(first.labels.service_name, 'checkout')
  assert.equal(first.endsAt, '0001-01-01T00:00:00Z')
  assert.equal(first.annotations.expected, '12.25 event/s')
  assert.equal(payload.commonLabels.profile, 'service-logs')
  assert.equal('fingerprint' in payload.commonLabels, false)
  await sinks.stop(inMs(1000))
  await receiver.stop()
})

test('an address from a file is read for every send, and never shows in logs or health', async () => {
  const good = await new HttpReceiver().start()
  const urlFile = join(scratchDir(), 'url')
  writeFileSync(urlFile, 'http://127.0.0.1:9/T0PSECRET')
  const { sinks, logger } = sinksOf({ outputs: { hook: { type: 'webhook', urlFile } } })
  await sinks.start(new AbortController().signal)
  sinks.emit(anomaly(1))
  await good.until(() => sinks.health()[0]!.healthy === false)
  assert.match(sinks.health()[0]!.reason!, /SINK_FAILED: no answer from the receiver: ECONNREFUSED/)
  writeFileSync(urlFile, `${good.url}/T0PSECRET`)
  await good.until(() => good.received.length === 1)
  await sinks.stop(inMs(1000))
  assert.doesNotMatch(JSON.stringify([logger.lines, sinks.health()]), /T0PSECRET|127\.0\.0\.1/)
  await good.stop()
})

test('a redirect is not followed: the payload stays with the host that was configured', async () => {
  const other = await new HttpReceiver().start()
  const receiver = await new HttpReceiver().start()
  receiver.answer = () => ({ status: 307, headers: { location: other.url } })
  const { sinks, meter } = sinksOf({ outputs: { hook: { type: 'webhook', url: receiver.url } } })
  await sinks.start(new AbortController().signal)
  sinks.emit(anomaly(1))
  await receiver.until(() => receiver.received.length >= 2)
  assert.equal(other.received.length, 0)
  assert.equal(await metric(meter, 'telltale_sink_findings_total{sink="hook",outcome="refused"}'), 0)
  await sinks.stop(inMs(100))
  await Promise.all([other.stop(), receiver.stop()])
})
