import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { drawCredential } from '../../src/simulate/credentials.ts'
import { Draw } from '../../src/simulate/draw.ts'
import { Alertmanager, alertmanagerBinary } from '../support/alertmanager.ts'
import { startDaemon, until } from '../support/daemon.ts'
import { HttpReceiver } from '../support/http-receiver.ts'
import { Prometheus, prometheusMissing } from '../support/prometheus.ts'
import { scratchDir } from '../support/sinks.ts'
import { exportLogs } from './exporters.ts'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)

interface Panel {
  readonly title: string
  readonly targets: readonly { readonly expr: string }[]
}

/** Expressions of every panel, with the variables of the dashboards filled in. */
function panelExpressions(): { where: string; expr: string }[] {
  return globSync('deploy/grafana/dashboards/*.json', { cwd: ROOT }).flatMap((file) => {
    const { title, panels } = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as {
      title: string
      panels: Panel[]
    }
    return panels.flatMap((p) =>
      p.targets.map((t) => ({
        where: `${title} / ${p.title}`,
        expr: t.expr.replaceAll('$instance', '.*').replaceAll('$profile', 'service'),
      })),
    )
  })
}

test('simulated traffic, a real Prometheus: a rule fires, and every panel of every dashboard has data', {
  skip: prometheusMissing(),
}, async (t) => {
  const daemon = await startDaemon({ config: { state: { every: '1s' } } })
  t.after(() => daemon.stop())
  const prometheus = await Prometheus.start(scratchDir(), {
    target: `127.0.0.1:${daemon.ports.admin}`,
    rules: [join(ROOT, 'deploy/prometheus/telltale.rules.yaml')],
  })
  t.after(() => prometheus.stop())
  await until(
    async () => (await prometheus.query('up{job="telltale"} == 1')).length === 1,
    10_000,
    'a scrape',
  )
  const args = ['simulate', '-s', 'mixed', '-d', '3m', '--speed', '30', '-e', daemon.httpUrl, '-q']
  await run(join(ROOT, 'bin/telltale'), args, { timeout: 60_000 })
  const token = drawCredential(Draw.of(Date.now(), 'alerting'), 'github-token')
  await exportLogs(daemon, 'http/json', [{ body: `cloning with token ${token} now` }])
  await until(
    async () =>
      (await prometheus.query('ALERTS{alertname="TelltaleSecretLeaked",alertstate="firing"}')).length > 0,
    15_000,
    'the rule to fire',
  )
  const empty: string[] = []
  for (const { where, expr } of panelExpressions()) {
    const samples = await prometheus.query(expr)
    if (samples.length === 0) empty.push(`${where}: ${expr}`)
  }
  assert.deepEqual(empty, [])
  const band = panelExpressions().filter(({ where }) => where.endsWith('/ Rate, with its expected band'))
  const [observed, expected, upper, lower] = await Promise.all(
    band.map(async ({ expr }) => Number((await prometheus.query(expr))[0]!.value[1])),
  )
  assert.ok(
    observed! > 0 && lower! >= 0 && lower! < expected! && expected! < upper!,
    `${band.length} expressions`,
  )
  const traces = await prometheus.exemplars('telltale_findings_total')
  assert.ok(traces.some((t) => /^[0-9a-f]{32}$/.test(t['trace_id'] ?? '') && t['finding_id'] !== undefined))
})

test('a leak alerts once and ends once through a real Alertmanager, across kill -9 of the daemon and its restart', {
  skip: alertmanagerBinary() === null ? 'no Alertmanager on this machine' : false,
  timeout: 900_000,
}, async (t) => {
  // the sighting must outlast a restart, and how long one takes is up to the machine
  const beganMs = Date.now()
  await (await startDaemon()).stop('SIGKILL')
  const sightingMs = 15_000 + 8 * (Date.now() - beganMs)
  const hook = await new HttpReceiver().start()
  t.after(() => hook.stop())
  const alertmanager = await Alertmanager.make(alertmanagerBinary()!, scratchDir(), hook.url)
  await alertmanager.start()
  t.after(() => alertmanager.stop())
  const am = { type: 'alertmanager', urls: [alertmanager.url], resend: '2s', sightingFor: `${sightingMs}ms` }
  const config = { sinks: { outputs: { am } } }
  const folder = scratchDir()
  let daemon = await startDaemon({ config, folder })
  t.after(() => daemon.stop('SIGKILL'))
  const told = (): string[] =>
    hook.received.flatMap(({ body }) =>
      (JSON.parse(body).alerts as { status: string }[]).map((a) => a.status),
    )
  const token = drawCredential(Draw.of(Date.now(), 'kill'), 'github-token')
  await exportLogs(daemon, 'http/json', [{ body: `cloning with token ${token} now` }])
  await hook.until(() => told().length === 1)
  await daemon.stop('SIGKILL')
  await alertmanager.stop()
  daemon = await startDaemon({ config, folder, ports: daemon.ports })
  await alertmanager.start()
  await until(
    async () => (await alertmanager.firing()).length === 1,
    sightingMs,
    'the alert to be sent again',
  )
  await hook.until(() => told().length === 2, 2 * sightingMs + 60_000)
  assert.deepEqual(told(), ['firing', 'resolved'])
  assert.ok(!hook.received.some(({ body }) => body.includes(token)), 'an alert holds the secret')
})
