import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AdminServer } from '../../src/server/admin-server.ts'
import { adminConfig } from '../../src/server/config.ts'
import { Meter } from '../../src/telemetry/meter.ts'

type Hear = (record: unknown) => void

async function serve(token?: string) {
  const listeners = new Set<Hear>()
  const asked: unknown[] = []
  const server = new AdminServer({
    config: adminConfig.parse({ listen: '127.0.0.1:0', ...(token !== undefined && { token }) }),
    meter: new Meter(),
    conditions: () => [],
    view: { findings: () => [], finding: () => undefined, profiles: () => [], series: async () => [] },
    tap: {
      listen(filter, hear) {
        asked.push(filter)
        listeners.add(hear)
        return () => void listeners.delete(hear)
      },
    },
  })
  await server.start()
  const get = (path: string, headers: Record<string, string> = {}, signal?: AbortSignal) =>
    fetch(`http://${server.address}${path}`, { headers, ...(signal !== undefined && { signal }) })
  return { server, get, listeners, asked }
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.ok(condition())
}

test('a listener gets JSON lines until it goes, and leaves nothing behind', async () => {
  const { server, get, listeners, asked } = await serve()
  const gone = new AbortController()
  const response = await get('/api/v1/tap?signal=logs&service=cart&rate=2', {}, gone.signal)
  assert.deepEqual(asked, [{ perSecond: 2, signal: 'logs', service: 'cart' }])
  for (const hear of listeners) hear({ text: 'one' })
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (text.includes('one')) break
  }
  assert.equal(text.trim(), '{"text":"one"}')
  gone.abort()
  await until(() => listeners.size === 0)
  await server.stop()
})

test('the tap asks for the token as everything does, and takes only so many listeners', async () => {
  const { server, get, listeners } = await serve('right')
  assert.equal((await get('/api/v1/tap')).status, 401)
  assert.equal((await get('/api/v1/tap', { authorization: 'Bearer wrong' })).status, 401)
  assert.equal(listeners.size, 0)
  const headers = { authorization: 'Bearer right' }
  const open = await Promise.all([1, 2, 3, 4].map(() => get('/api/v1/tap', headers)))
  assert.ok(open.every((r) => r.status === 200))
  assert.equal((await get('/api/v1/tap', headers)).status, 429)
  // a stop does not wait for people who listen
  await server.stop()
  assert.equal(listeners.size, 0)
})

test('what is asked for is bounded', async () => {
  const { server, get } = await serve()
  for (const bad of ['rate=1000', 'rate=0', 'seconds=999999', 'signal=all', 'colour=red'])
    assert.equal((await get(`/api/v1/tap?${bad}`)).status, 400, bad)
  await server.stop()
})

test('somebody who listens and does not read gets no more than a little kept for them', async () => {
  const { server, get, listeners } = await serve()
  const response = await get('/api/v1/tap')
  const [hear] = listeners
  const before = process.memoryUsage().arrayBuffers
  for (let i = 0; i < 20_000; i++) hear!({ text: 'x'.repeat(10_000) })
  assert.ok(process.memoryUsage().arrayBuffers - before < 50e6)
  await response.body!.cancel()
  await server.stop()
})
