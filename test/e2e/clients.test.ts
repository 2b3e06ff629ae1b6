import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { drawCredential } from '../../src/simulate/credentials.ts'
import { Draw } from '../../src/simulate/draw.ts'
import { type Daemon, startDaemon, until } from '../support/daemon.ts'
import { pythonClient, pythonSend } from '../support/python-client.ts'
import { telemetrygen, telemetrygenSend } from '../support/telemetrygen.ts'
import { allOutput, findings, metric } from './scrape.ts'

let daemon: Daemon
before(async () => {
  daemon = await startDaemon()
})
after(async () => {
  await daemon?.stop()
})

const endpointOf = (protocol: 'http' | 'grpc'): string => `127.0.0.1:${daemon.ports[protocol]}`
const rowsOf = (signal: string): Promise<number> => metric(daemon, 'telltale_rows_total', { signal })
const rowsBecome = (signal: string, rows: number): Promise<true> =>
  until(async () => (await rowsOf(signal)) >= rows, 10_000, `${rows} rows of ${signal}`)

test('the Python exporters deliver logs, spans and metrics to the daemon', {
  timeout: 240_000,
}, async (t) => {
  const client = await pythonClient()
  if (client.skip !== false) return t.skip(client.skip)
  for (const protocol of ['http', 'grpc'] as const) {
    const [logs, spans, metrics] = await Promise.all(['logs', 'spans', 'metrics'].map(rowsOf))
    await pythonSend(client, { protocol, endpoint: endpointOf(protocol), count: 12, compression: 'gzip' })
    await rowsBecome('logs', logs! + 12)
    await rowsBecome('spans', spans! + 12)
    await rowsBecome('metrics', metrics! + 12)
  }
  assert.equal(await metric(daemon, 'telltale_refusals_total'), 0)
})

test('telemetrygen delivers logs, spans and metrics, and its credential is found and shown nowhere', {
  timeout: 360_000,
}, async (t) => {
  const tool = await telemetrygen()
  if (tool.skip !== false) return t.skip(tool.skip)
  const secret = drawCredential(Draw.of(Date.now(), 'telemetrygen'), 'github-token')
  for (const protocol of ['http', 'grpc'] as const) {
    const endpoint = endpointOf(protocol)
    const [logs, spans, metrics] = await Promise.all(['logs', 'spans', 'metrics'].map(rowsOf))
    const flags = ['--body', `deploying with token ${secret} now`]
    await telemetrygenSend(tool, { signal: 'logs', protocol, endpoint, count: 15, flags })
    await telemetrygenSend(tool, { signal: 'traces', protocol, endpoint, count: 5 })
    await telemetrygenSend(tool, { signal: 'metrics', protocol, endpoint, count: 10 })
    await rowsBecome('logs', logs! + 15)
    await rowsBecome('spans', spans! + 10)
    await rowsBecome('metrics', metrics! + 10)
  }
  const found = await until(
    async () =>
      (await findings(daemon, '?kind=secret')).find((f) => f.kind === 'secret' && f.place === 'body'),
    10_000,
    'the credential on the API',
  )
  assert.ok(found.kind === 'secret' && found.excerpt.includes('deploying with token'))
  assert.ok(!(await allOutput(daemon)).includes(secret.slice(-24)))
})
