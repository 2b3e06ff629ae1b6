import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { type App, startApp } from '../../src/app.ts'
import { SYSTEM_CLOCK } from '../../src/core/clock.ts'
import { TelltaleError } from '../../src/core/errors.ts'
import { type RootConfig, rootConfig } from '../../src/registry.ts'

let dir: string
let app: App | null = null
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'telltale-reload-'))
})
afterEach(async () => {
  await app?.stop()
  app = null
  rmSync(dir, { recursive: true })
})

const configure = (change: object = {}): RootConfig =>
  rootConfig.parse({
    dataDir: dir,
    ingest: { otlp: { http: { listen: '127.0.0.1:0' }, grpc: { enabled: false } } },
    admin: { listen: '127.0.0.1:0' },
    sinks: { outputs: { file: { type: 'jsonl', path: join(dir, 'a.jsonl') } } },
    ...change,
  })

async function start(reload: () => RootConfig): Promise<App> {
  const logger = pino({ level: 'silent' })
  app = await startApp({
    config: configure(),
    clock: SYSTEM_CLOCK,
    random: Math.random,
    logger,
    env: {},
    reload,
  })
  return app
}

/** A log line with a password that no rule could miss. */
async function leak(to: App, service: string): Promise<void> {
  const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } })
  const body = { stringValue: `login with password=${Math.random().toString(36).slice(2)}Xq7Zk9Tw ok` }
  const logRecords = [{ timeUnixNano: `${Date.now()}000000`, body }]
  const request = {
    resourceLogs: [
      { resource: { attributes: [attribute('service.name', service)] }, scopeLogs: [{ logRecords }] },
    ],
  }
  const response = await fetch(`http://${to.addresses.http}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  assert.equal(response.status, 200)
}

async function lines(
  file: string,
  count: number,
): Promise<{ kind: string; series: Record<string, string> }[]> {
  for (let i = 0; i < 100; i++) {
    const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
    const found = text === '' ? [] : text.split('\n').map((l) => JSON.parse(l))
    if (found.length >= count) return found
    await sleep(50)
  }
  assert.fail(`${file} never held ${count} findings`)
}

const metricsOf = async (of: App): Promise<string> =>
  (await fetch(`http://${of.addresses.admin}/metrics`)).text()

test('sinks are replaced without losing a finding, and counters go on', async () => {
  const other = { outputs: { file: { type: 'jsonl', path: join(dir, 'b.jsonl') } } }
  const running = await start(() => configure({ sinks: other }))
  await leak(running, 'before')
  await lines(join(dir, 'a.jsonl'), 1)
  const response = await fetch(`http://${running.addresses.admin}/-/reload`, { method: 'POST' })
  assert.deepEqual(await response.json(), { applied: ['sinks'], needRestart: [] })
  await leak(running, 'after')
  const [finding] = await lines(join(dir, 'b.jsonl'), 1)
  assert.equal(finding?.series['service.name'], 'after')
  assert.match(await metricsOf(running), /^telltale_rows_total\{signal="logs"\} 2$/m)
})

test('the scanner changes between two batches, and what needs a restart says so', async () => {
  const running = await start(() => configure({ scanner: { enabled: false }, limits: { retryAfter: '9s' } }))
  assert.deepEqual(await running.reload(), { applied: ['scanner'], needRestart: ['limits'] })
  await leak(running, 'unseen')
  await sleep(200)
  assert.ok(!existsSync(join(dir, 'a.jsonl')) || readFileSync(join(dir, 'a.jsonl'), 'utf8') === '')
})

test('a bad configuration changes nothing, is told with every problem, and shows in a metric', async () => {
  let bad = true
  const running = await start(() => {
    if (bad)
      throw new TelltaleError('CONFIG_INVALID', 'configuration has 1 problem', { detail: ['sinks: wrong'] })
    return configure()
  })
  const reload = () => fetch(`http://${running.addresses.admin}/-/reload`, { method: 'POST' })
  const refused = await reload()
  assert.equal(refused.status, 400)
  assert.deepEqual(await refused.json(), { error: 'configuration has 1 problem', problems: ['sinks: wrong'] })
  assert.match(await metricsOf(running), /^telltale_config_last_reload_successful 0$/m)
  await leak(running, 'still-watched')
  await lines(join(dir, 'a.jsonl'), 1)
  bad = false
  assert.equal((await reload()).status, 200)
  assert.match(await metricsOf(running), /^telltale_config_last_reload_successful 1$/m)
})
