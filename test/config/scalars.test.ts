import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import {
  byteSize,
  duration,
  formatByteSize,
  formatDuration,
  parseByteSize,
  parseDuration,
  splitAddress,
} from '../../src/config/scalars.ts'

test('durations and sizes carry their unit', () => {
  assert.equal(parseDuration('250ms'), 250)
  assert.equal(parseDuration('1.5s'), 1500)
  assert.equal(parseDuration('7d'), 604_800_000)
  assert.equal(parseDuration('10'), null)
  assert.equal(parseDuration('-1s'), null)
  assert.equal(parseByteSize('16MiB'), 16 * 1024 * 1024)
  assert.equal(parseByteSize('1 GB'), 1e9)
  assert.equal(parseByteSize('16'), null)
})

test('a scalar with a unit keeps its default in the JSON Schema', () => {
  const schema = z.strictObject({ every: duration().prefault('1s'), cap: byteSize().prefault('1MiB') })
  assert.deepEqual(schema.parse({}), { every: 1000, cap: 1048576 })
  const json = z.toJSONSchema(schema, { io: 'input' }) as {
    properties: Record<string, { default?: unknown }>
  }
  assert.equal(json.properties['every']?.default, '1s')
  assert.match(schema.safeParse({ every: 'soon' }).error?.issues[0]?.message ?? '', /expected a duration/)
})

test('an address may be IPv4, IPv6, a name or a bare port', () => {
  assert.deepEqual(splitAddress('127.0.0.1:4318'), { host: '127.0.0.1', port: 4318 })
  assert.deepEqual(splitAddress('[::1]:4318'), { host: '::1', port: 4318 })
  assert.deepEqual(splitAddress(':4318'), { host: '0.0.0.0', port: 4318 })
})

test('a printed scalar reads back as the same value, in its largest whole unit', () => {
  assert.equal(formatDuration(60_000), '1m')
  assert.equal(formatDuration(90_000), '90s')
  assert.equal(formatDuration(0), '0ms')
  assert.equal(formatByteSize(16 * 1024 ** 2), '16MiB')
  assert.equal(formatByteSize(1000), '1000B')
  fc.assert(
    fc.property(fc.nat(2 ** 40), (n) => {
      assert.equal(parseDuration(formatDuration(n)), n)
      assert.equal(parseByteSize(formatByteSize(n)), n)
    }),
  )
})
