import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { TelltaleError } from '../../src/core/errors.ts'
import type { Finding } from '../../src/core/finding.ts'
import { AdminServer, type Condition } from '../../src/server/admin-server.ts'
import { adminConfig } from '../../src/server/config.ts'
import { Meter } from '../../src/telemetry/meter.ts'

const asked: unknown[] = []
async function serve(config: object, conditions: () => Condition[] = () => []) {
  const meter = new Meter()
  meter.counter('telltale_rows_total', 'Rows.').add(3)
  const server = new AdminServer({
    config: adminConfig.parse({ listen: '127.0.0.1:0', ...config }),
    meter,
    conditions,
    view: {
      findings: (filter) => {
        asked.push(filter)
        return []
      },
      finding: (id) => (id === 'known' ? ({ id } as Finding) : undefined),
      profiles: () => ({ series: 1 }),
      series: async (limit) => [limit],
    },
  })
  await server.start()
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://${server.address}${path}`, { headers })
  return { server, get }
}

test('metrics, health and API answer on one address', async () => {
  const { server, get } = await serve({})
  assert.equal((await get('/livez')).status, 200)
  assert.deepEqual(await (await get('/readyz')).json(), { ready: true, conditions: [] })
  const metrics = await get('/metrics')
  assert.match(metrics.headers.get('content-type') ?? '', /text\/plain/)
  assert.match(await metrics.text(), /telltale_rows_total 3/)
  assert.deepEqual(await (await get('/api/v1/profiles')).json(), { series: 1 })
  assert.equal((await get('/api/v1/findings/known')).status, 200)
  assert.equal((await get('/api/v1/findings/other')).status, 404)
  assert.equal((await get('/nope')).status, 404)
  await server.stop()
})

test('readiness falls only for conditions that block', async () => {
  let blocking = false
  const { server, get } = await serve({}, () => [{ name: 'sink pager', blocking, message: 'down' }])
  assert.equal((await get('/readyz')).status, 200)
  blocking = true
  assert.equal((await get('/readyz')).status, 503)
  await server.stop()
})

test('findings are filtered, and a bad filter is told with its name', async () => {
  const { server, get } = await serve({})
  asked.length = 0
  await get('/api/v1/findings?kind=secret&state=open&since=2026-01-01T00:00:00Z&limit=5')
  assert.deepEqual(asked, [
    { kind: 'secret', state: 'open', sinceMs: Date.parse('2026-01-01T00:00:00Z'), limit: 5 },
  ])
  const bad = await get('/api/v1/findings?limit=many&colour=red')
  assert.equal(bad.status, 400)
  assert.match(JSON.stringify(await bad.json()), /limit.*colour/s)
  await server.stop()
})

test('with a token everything but health asks for it', async () => {
  const { server, get } = await serve({ token: 'correct' })
  assert.equal((await get('/livez')).status, 200)
  assert.equal((await get('/readyz')).status, 200)
  for (const path of ['/metrics', '/api/v1/findings', '/api/v1/profiles']) {
    assert.equal((await get(path)).status, 401, path)
    assert.equal((await get(path, { authorization: 'Bearer wrong' })).status, 401, path)
    assert.equal((await get(path, { authorization: 'Bearer correct' })).status, 200, path)
  }
  await server.stop()
})

test('an address in use is an error that names the setting', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  await assert.rejects(
    serve({ listen: `127.0.0.1:${port}` }),
    (e) => e instanceof TelltaleError && e.code === 'LISTEN_FAILED' && e.message.includes('admin.listen'),
  )
  other.close()
})
