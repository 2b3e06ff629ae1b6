import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { drawCredential } from '../../src/simulate/credentials.ts'
import { Draw } from '../../src/simulate/draw.ts'
import { GrpcOutput } from '../../src/simulate/grpc-output.ts'
import { PRESETS } from '../../src/simulate/scenario.ts'
import { Simulation } from '../../src/simulate/simulation.ts'
import { SimTraffic } from '../../src/simulate/traffic.ts'
import { type Daemon, startDaemon, until } from '../support/daemon.ts'
import { exportLogs, PROTOCOLS } from './exporters.ts'
import { allOutput, findings, metric, sinkFindings } from './scrape.ts'

let daemon: Daemon
before(async () => {
  daemon = await startDaemon({
    config: {
      sinks: { outputs: { file: { type: 'jsonl', path: 'findings.jsonl' } } },
      log: { level: 'debug' },
    },
  })
})
after(async () => {
  await daemon?.stop()
})

/** No output of the daemon holds the secret, nor the random part of it. */
async function nowhere(secret: string): Promise<void> {
  const shown = await allOutput(daemon)
  const random = secret.slice(-24)
  for (const form of [secret, random, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
    assert.ok(
      !shown.includes(form),
      `an output of the daemon holds a planted secret (${secret.slice(0, 4)}...)`,
    )
  }
}

for (const protocol of PROTOCOLS) {
  test(`a credential sent over ${protocol} is found in seconds and shown nowhere`, async (t) => {
    const draw = Draw.of(Date.now(), protocol)
    const inBody = drawCredential(draw, 'github-token')
    const inAttribute = drawCredential(draw, 'stripe-secret-key')
    const before = await metric(daemon, 'telltale_findings_total', { kind: 'secret' })
    const known = new Set((await findings(daemon)).map((f) => f.id))
    const sentMs = Date.now()
    await exportLogs(daemon, protocol, [
      { body: 'nothing to see here' },
      { body: `cloning with token ${inBody} now` },
      {
        body: 'charge failed',
        attributes: { 'exception.message': `Invalid API Key provided: ${inAttribute}` },
      },
    ])
    const fresh = await until(
      async () => {
        const secrets = (await findings(daemon, '?kind=secret')).filter((f) => !known.has(f.id))
        return secrets.length >= 2 && secrets
      },
      10_000,
      'two secret findings on the API',
    )
    t.diagnostic(`on the API ${Date.now() - sentMs} ms after sending`)
    const places = fresh
      .map((f) => (f.kind === 'anomaly' ? '' : `${f.series['service.name']} ${f.place}`))
      .sort()
    assert.deepEqual(places, ['e2e body', 'e2e exception.message'])
    await until(
      () => fresh.every((f) => sinkFindings(daemon).some((s) => s.id === f.id)),
      10_000,
      'the same findings in the sink',
    )
    t.diagnostic(`in the sink ${Date.now() - sentMs} ms after sending`)
    assert.equal(await metric(daemon, 'telltale_findings_total', { kind: 'secret' }), before + 2)
    await nowhere(inBody)
    await nowhere(inAttribute)
  })
}

test('credential stuffing after a quarter of an hour of normal traffic is an anomaly of its service in seconds', async (t) => {
  const backfillMs = 900_000
  const durationMs = backfillMs + 40_000
  const scenario = {
    ...PRESETS.normal,
    perSecond: 40,
    durationMs,
    happenings: [
      { kind: 'credential-stuffing', at: (backfillMs + 10_000) / durationMs, for: 30_000 / durationMs },
    ] as const,
  }
  const startMs = Date.now() - backfillMs
  const traffic = new SimTraffic(scenario, 11, startMs)
  const output = new GrpcOutput({ endpoint: daemon.grpcUrl, gzip: true, headers: {}, timeoutMs: 10_000 })
  const simulation = new Simulation(traffic, output, {
    signals: ['logs', 'spans', 'metrics'],
    batchMax: 512,
    concurrency: 1,
    speed: 1,
    pacedFromMs: startMs + backfillMs,
    patienceMs: 10_000,
  })
  const stop = new AbortController()
  const run = simulation.run(stop.signal)
  const attackMs = traffic.windows[0]!.startMs
  const found = await until(
    async () =>
      (await findings(daemon, '?kind=anomaly&limit=1000')).find(
        (f) => f.series['service.name'] === 'auth' && f.detectedMs >= attackMs,
      ),
    90_000,
    'an anomaly of auth',
  )
  await until(() => sinkFindings(daemon).some((f) => f.id === found.id), 10_000, 'the anomaly in the sink')
  t.diagnostic(`detected ${found.detectedMs - attackMs} ms after the attack began, event time`)
  stop.abort()
  await run
  await output.close()
  assert.ok(found.kind === 'anomaly')
  assert.ok(found.detectors.length > 0)
  assert.ok(found.detectors.some((d) => d.observed !== d.expected && d.surprise > 0))
  assert.ok((await metric(daemon, 'telltale_findings_total', { kind: 'anomaly' })) >= 1)
  const early = (await findings(daemon, '?kind=anomaly&limit=1000')).filter((f) => f.detectedMs < attackMs)
  t.diagnostic(`${early.length} anomalies in the quarter of an hour before`)
})
