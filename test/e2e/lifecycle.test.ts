import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { drawCredential } from '../../src/simulate/credentials.ts'
import { Draw } from '../../src/simulate/draw.ts'
import { freePort, startDaemon, until } from '../support/daemon.ts'
import { exportLogs } from './exporters.ts'
import { findings, sinkFindings } from './scrape.ts'

const line = (draw: Draw) => ({ body: `pushing with token ${drawCredential(draw, 'github-token')} now` })

test('SIGTERM: what was accepted is told before the daemon ends with status 0', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-e2e-'))
  const sinks = { outputs: { file: { type: 'jsonl', path: 'findings.jsonl' } } }
  const daemon = await startDaemon({ folder, config: { sinks } })
  t.after(() => daemon.stop('SIGKILL'))
  const draw = Draw.of(Date.now(), 'drain')
  await Promise.all(
    Array.from({ length: 10 }, () =>
      exportLogs(
        daemon,
        'http/protobuf',
        Array.from({ length: 5 }, () => line(draw)),
      ),
    ),
  )
  assert.equal(await daemon.stop('SIGTERM'), 0, daemon.output)
  const told = new Set(sinkFindings(daemon).map((f) => f.id))
  assert.equal(told.size, 50)
  rmSync(folder, { recursive: true })
})

/** Takes findings by POST; `text` is all it got. */
async function receiver(port: number): Promise<{ server: Server; taken: { text: string } }> {
  const taken = { text: '' }
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (chunk: string) => {
      taken.text += chunk
    })
    request.on('end', () => response.writeHead(204).end())
  })
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  return { server, taken }
}

test('kill -9: an alert whose receiver was away is delivered by the next run', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-e2e-'))
  const port = await freePort()
  const sinks = { outputs: { hook: { type: 'webhook', url: `http://127.0.0.1:${port}/alerts` } } }
  const first = await startDaemon({ folder, config: { sinks } })
  t.after(() => first.stop('SIGKILL'))
  const draw = Draw.of(Date.now(), 'kill')
  await exportLogs(first, 'grpc', [line(draw), line(draw), line(draw)])
  const told = await until(async () => {
    const all = await findings(first, '?kind=secret')
    return all.length === 3 && all
  }, 10_000)
  // spooled means written; the write follows the finding within one turn of the loop
  await new Promise((resolve) => setTimeout(resolve, 300))
  await first.stop('SIGKILL')
  const { server, taken } = await receiver(port)
  const second = await startDaemon({ folder, config: { sinks } })
  t.after(() => second.stop('SIGKILL'))
  await until(() => told.every((f) => taken.text.includes(f.id)), 30_000, 'all three alerts at the receiver')
  assert.equal(await second.stop(), 0)
  server.close()
  rmSync(folder, { recursive: true })
})
