import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { drawCredential } from '../../src/simulate/credentials.ts'
import { Draw } from '../../src/simulate/draw.ts'
import { type Daemon, startDaemon } from '../support/daemon.ts'
import { exportLogs } from './exporters.ts'

const BIN = join(import.meta.dirname, '../../bin/telltale')
const TOKEN = 'a-token-of-the-admin'
const run = promisify(execFile)

let daemon: Daemon
before(async () => {
  daemon = await startDaemon({ adminToken: TOKEN })
})
after(async () => {
  await daemon?.stop()
})

const telltale = (args: readonly string[], token = TOKEN) =>
  run(BIN, [...args, '--admin', `127.0.0.1:${daemon.ports.admin}`], {
    env: { ...process.env, TELLTALE_TOKEN: token },
    timeout: 30_000,
  })

test('tap prints what flows, and of a credential only its mask, wherever it stands', async () => {
  const draw = Draw.of(Date.now(), 'tap')
  const secrets = ['github-token', 'stripe-secret-key', 'aws-access-key-id'].map((kind) =>
    drawCredential(draw, kind as 'github-token'),
  )
  const password = 'correct.horse.battery'
  const tapped = telltale(['tap', '--rate', '50', '--for', '10', '-n', '12', '--json'])
  let done = false
  void tapped.finally(() => {
    done = true
  })
  while (!done) {
    await exportLogs(daemon, 'http/protobuf', [
      { body: `cloning with ${secrets[0]} now`, attributes: { password, [`x-${secrets[2]}`]: 1 } },
      { body: 'charge failed', attributes: { 'exception.message': `bad key ${secrets[1]}` } },
    ])
  }
  const { stdout } = await tapped
  const records = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(records.length, 12)
  assert.ok(records.every((r) => r.resource['service.name'] === 'e2e'))
  assert.ok(stdout.includes('cloning with ghp_'), stdout.slice(0, 500))
  assert.ok(stdout.includes('bad key '))
  for (const secret of [...secrets, password]) {
    assert.ok(!stdout.includes(secret.slice(-12)), `tap shows a secret (${secret.slice(0, 4)}...)`)
  }
})

test('top prints one screen into a pipe: profiles, series, findings', async () => {
  const { stdout } = await telltale(['top'])
  assert.match(stdout, /^telltale {2}127\.0\.0\.1:\d+ {2}ready/)
  assert.match(stdout, /^service +1 +0/m)
  assert.match(stdout, /service e2e/)
  assert.match(stdout, /GitHub personal access token/)
})

test('neither shows anything to a wrong token', async () => {
  for (const command of ['top', 'tap']) {
    await assert.rejects(
      telltale([command], 'wrong'),
      (error: { stdout: string; stderr: string; code: number }) => {
        assert.equal(error.code, 77)
        assert.equal(error.stdout, '')
        assert.ok(!error.stderr.includes('wrong'))
        return true
      },
    )
  }
})
