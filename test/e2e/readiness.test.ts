import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { drawCredential } from '../../src/simulate/credentials.ts'
import { Draw } from '../../src/simulate/draw.ts'
import { type Daemon, freePort, startDaemon, until } from '../support/daemon.ts'
import { HttpReceiver } from '../support/http-receiver.ts'
import { scratchDir } from '../support/sinks.ts'
import { exportLogs } from './exporters.ts'

const BIN = join(import.meta.dirname, '../../bin/telltale')

interface Readiness {
  readonly status: number
  readonly names: readonly string[]
}

async function readiness(daemon: Daemon): Promise<Readiness> {
  const response = await fetch(`http://127.0.0.1:${daemon.ports.admin}/readyz`)
  const { conditions } = (await response.json()) as { conditions: { name: string }[] }
  return { status: response.status, names: conditions.map((c) => c.name) }
}

async function leak(daemon: Daemon): Promise<void> {
  const token = drawCredential(Draw.of(Date.now(), 'readiness'), 'github-token')
  await exportLogs(daemon, 'http/json', [{ body: `cloning with token ${token} now` }])
}

test('a fresh daemon is warming and takes rows; brokers that do not answer and a dead receiver are named', async (t) => {
  const broker = await freePort()
  const daemon = await startDaemon({
    config: {
      sinks: { outputs: { pager: { type: 'webhook', url: 'http://127.0.0.1:9/' } } },
      ingest: { kafka: { enabled: true, brokers: [`127.0.0.1:${broker}`], topics: [{ topic: 'otlp' }] } },
    },
  })
  t.after(() => daemon.stop('SIGKILL'))
  assert.ok((await readiness(daemon)).names.includes('warming'))
  await leak(daemon)
  const found = await until(
    async () => {
      const now = await readiness(daemon)
      return now.names.includes('sink pager') && now.names.includes('broker') && now
    },
    60_000,
    'both conditions',
  )
  assert.equal(found.status, 200)
})

test('a daemon that stops says draining and is not ready', async (t) => {
  const receiver = await new HttpReceiver().start()
  receiver.answer = () => 'hang'
  t.after(() => receiver.stop())
  const outputs = { slow: { type: 'webhook', url: receiver.url, timeout: '60s' } }
  const daemon = await startDaemon({ config: { sinks: { outputs } } })
  t.after(() => daemon.stop('SIGKILL'))
  await leak(daemon)
  await until(
    async () => (await daemon.get('/metrics')).includes('pending_findings{sink="slow",type="webhook"} 1'),
    20_000,
  )
  daemon.process.kill('SIGTERM')
  await until(
    async () => {
      const { status, names } = await readiness(daemon)
      return status === 503 && names.includes('draining')
    },
    20_000,
    'draining',
  )
})

test('a second daemon on the same dataDir refuses with who holds it; after kill -9 the next one takes it', async (t) => {
  const folder = scratchDir()
  const first = await startDaemon({ folder })
  t.after(() => first.stop('SIGKILL'))
  const second = spawnSync(BIN, ['run', '--config', join(folder, 'telltale.yaml')], { encoding: 'utf8' })
  assert.equal(second.status, 75)
  assert.match(second.stderr, new RegExp(`dataDir: .* is in use by process ${first.pid}`))
  await first.stop('SIGKILL')
  const third = await startDaemon({ folder })
  t.after(() => third.stop('SIGKILL'))
  assert.equal(await third.stop(), 0)
})
