import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpPost, JSON_TYPE } from '../../../support/http-post.ts'
import { httpRig } from '../../../support/otlp-receiver.ts'

const preflight = (port: number, origin: string) =>
  httpPost({
    port,
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  })

test('CORS is off by default', async (t) => {
  const { port } = await httpRig(t)
  const before = await preflight(port, 'https://shop.example')
  assert.equal(before.status, 405)
  const answer = await httpPost({
    port,
    headers: { ...JSON_TYPE, origin: 'https://shop.example' },
    body: '{}',
  })
  for (const { headers } of [before, answer]) assert.equal(headers['access-control-allow-origin'], undefined)
})

test('an allowed origin may ask and send, another may not', async (t) => {
  const allowedOrigins = ['https://shop.example', 'https://*.corp.example']
  const { port } = await httpRig(t, {
    http: { cors: { allowedOrigins, allowedHeaders: ['x-tenant'], maxAge: '10m' } },
  })
  for (const origin of ['https://shop.example', 'https://a.corp.example']) {
    const asked = await preflight(port, origin)
    assert.equal(asked.status, 204)
    assert.equal(asked.headers['access-control-allow-origin'], origin)
    assert.equal(asked.headers['access-control-allow-methods'], 'POST')
    assert.match(String(asked.headers['access-control-allow-headers']), /content-type.*x-tenant/)
    assert.equal(asked.headers['access-control-max-age'], '600')
    const sent = await httpPost({ port, headers: { ...JSON_TYPE, origin }, body: '{}' })
    assert.equal(sent.status, 200)
    assert.equal(sent.headers['access-control-allow-origin'], origin)
    assert.equal(sent.headers['vary'], 'origin')
  }
  for (const origin of [
    'https://evil.example',
    'http://shop.example',
    'https://shop.example.evil.example',
    'https://shopXexample',
    'https://evil.example/.corp.example',
    'null',
  ]) {
    const asked = await preflight(port, origin)
    assert.equal(asked.status, 403, origin)
    assert.equal(asked.headers['access-control-allow-origin'], undefined)
  }
})
