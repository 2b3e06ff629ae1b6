import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { otlpConfig } from '../../../src/ingest/otlp/config.ts'

test('without configuration both transports listen on loopback with the documented limits', () => {
  const config = otlpConfig.parse({})
  assert.deepEqual(config, {
    http: {
      enabled: true,
      listen: '127.0.0.1:4318',
      maxConnections: 1024,
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 120_000,
      cors: { allowedOrigins: [], allowedHeaders: [], maxAge: 7_200_000 },
    },
    grpc: {
      enabled: true,
      listen: '127.0.0.1:4317',
      maxConnections: 1024,
      maxConcurrentStreams: 100,
      requestTimeout: 60_000,
      pingAfter: 60_000,
      pingTimeout: 20_000,
    },
    maxWireBytes: 16 * 1024 ** 2,
    maxInflatedBytes: 64 * 1024 ** 2,
    maxInFlightBytes: 256 * 1024 ** 2,
    auth: {},
  })
})

test('a misspelt setting is refused', () => {
  assert.equal(otlpConfig.safeParse({ http: { listem: ':4318' } }).success, false)
  assert.equal(otlpConfig.safeParse({ maxWireBytes: '16' }).success, false)
})

test('every setting has a description in the JSON Schema', () => {
  const missing: string[] = []
  const walk = (schema: z.core.JSONSchema.BaseSchema, path: string): void => {
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
      const at = `${path}.${name}`
      if (typeof child !== 'object') continue
      if (child.properties !== undefined) walk(child, at)
      else if (child.description === undefined) missing.push(at)
    }
  }
  walk(z.toJSONSchema(otlpConfig, { io: 'input' }), 'ingest.otlp')
  assert.deepEqual(missing, [])
})
