import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Alertmanager, alertmanagerBinary } from '../../support/alertmanager.ts'
import { anomaly, resolved, secret } from '../../support/findings.ts'
import { HttpReceiver } from '../../support/http-receiver.ts'
import { scratchDir } from '../../support/sinks.ts'
import { SinksProcess } from '../../support/sinks-process.ts'

const binary = alertmanagerBinary()
const skip = binary === null ? 'no Alertmanager on this machine (Debian: prometheus-alertmanager)' : false

interface Alert {
  readonly status: string
  readonly labels: Record<string, string>
}

async function peers(t: TestContext): Promise<{ hook: HttpReceiver; alertmanager: Alertmanager }> {
  const hook = await new HttpReceiver().start()
  const alertmanager = await Alertmanager.make(binary!, scratchDir(), hook.url)
  t.after(async () => {
    await alertmanager.stop()
    await hook.stop()
  })
  await alertmanager.start()
  return { hook, alertmanager }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('gave up waiting')
}

test('a real Alertmanager notifies firing and then resolved, once each, across kill -9 of us and its own restart', {
  skip,
}, async (t) => {
  const { hook, alertmanager } = await peers(t)
  const told = (fingerprint: string): string[] =>
    hook.received
      .flatMap(({ body }) => JSON.parse(body).alerts as Alert[])
      .filter((a) => a.labels['fingerprint'] === fingerprint.slice(0, 16))
      .map((a) => a.status)
  const config = { outputs: { am: { type: 'alertmanager', urls: [alertmanager.url], resend: '2s' } } }
  const dataDir = scratchDir()
  const finding = anomaly(1, { startMs: Date.now() - 5000, detectedMs: Date.now() })
  const leak = secret(2)

  let ours = await new SinksProcess(dataDir, config).started()
  await ours.emit(finding)
  await ours.emit(leak)
  await hook.until(() => told(finding.fingerprint).length > 0 && told(leak.fingerprint).length > 0)
  await ours.kill()

  await alertmanager.stop()
  ours = await new SinksProcess(dataDir, config).started()
  await ours.emit(finding) // a replay of the input says it again
  await ours.emit(leak)
  await alertmanager.start()
  // Alertmanager keeps no alerts over a restart: only a resend brings them back.
  await until(async () => (await alertmanager.firing()).length === 2)
  assert.deepEqual(told(finding.fingerprint), ['firing'])

  await ours.emit(resolved(finding, Date.now()))
  await hook.until(() => told(finding.fingerprint).length > 1)
  await ours.kill()
  ours = await new SinksProcess(dataDir, config).started()
  await ours.emit(resolved(finding, Date.now()))
  await new Promise((resolve) => setTimeout(resolve, 1000))
  assert.deepEqual(told(finding.fingerprint), ['firing', 'resolved'])
  assert.deepEqual(told(leak.fingerprint), ['firing'])
  await ours.kill()
})

test('one Alertmanager of a pair that is away keeps nothing from the other', { skip }, async (t) => {
  const { hook, alertmanager } = await peers(t)
  const urls = ['http://127.0.0.1:9', alertmanager.url]
  const ours = await new SinksProcess(scratchDir(), {
    outputs: { am: { type: 'alertmanager', urls } },
  }).started()
  await ours.emit(anomaly(1))
  await hook.until(() => hook.received.length === 1)
  await ours.kill()
})
