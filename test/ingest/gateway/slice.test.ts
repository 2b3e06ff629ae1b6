import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sliceJson } from '../../../src/ingest/gateway/slice-json.ts'
import { type Sliced, sliceRequest } from '../../../src/ingest/gateway/slice-request.ts'
import { OTLP } from '../../support/otlp-proto.ts'

type Json = Record<string, unknown>
interface Group {
  readonly resource: { readonly attributes: readonly { key: string; value: Json }[] }
  readonly scopeLogs: readonly { scope: Json; logRecords: readonly Json[] }[]
}

const NAMES = ['service.namespace', 'service.name']
const NO_LIMIT = 1e9

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
const record = fc
  .record({ id: fc.nat(1e6), text: fc.string({ maxLength: 300 }) })
  .map(({ id, text }) => ({ severityNumber: id, body: { stringValue: text } }))
const scope = fc.record({
  scope: fc.record({ name: fc.string({ maxLength: 20 }) }),
  logRecords: fc.array(record, { maxLength: 20 }),
})
const group = fc.record({
  resource: fc.record({
    attributes: fc.array(
      fc.oneof(
        fc.constantFrom('a', 'b', 'c/d', '').map((v) => attribute('service.name', v)),
        fc.constantFrom('x', 'y').map((v) => attribute('service.namespace', v)),
        fc.string().map((v) => attribute('host.name', v)),
      ),
      { maxLength: 5 },
    ),
  }),
  scopeLogs: fc.array(scope, { maxLength: 5 }),
})
const request = fc.array(group, { maxLength: 8 })

const encode = (resourceLogs: readonly unknown[]): Buffer =>
  Buffer.from(OTLP.logs.encode(OTLP.logs.fromObject({ resourceLogs })).finish())
const decode = (value: Uint8Array): Group[] =>
  (OTLP.logs.toObject(OTLP.logs.decode(value), { defaults: true, arrays: true }) as { resourceLogs: Group[] })
    .resourceLogs

const slice = (bytes: Buffer, max = NO_LIMIT): Sliced | null =>
  sliceRequest(
    Buffer.concat([bytes, Buffer.alloc(16)]),
    bytes.length,
    NAMES.map((n) => Buffer.from(n)),
    max,
  )

const keyOf = ({ resource }: Group): string => {
  const values = NAMES.map(
    (name) => resource.attributes.find((a) => a.key === name)?.value['stringValue'] ?? '',
  )
  return values.join('') === '' ? 'unknown_service' : values.join('/')
}
/** Records of a key in order, each with what it belongs to. */
const recordsOf = (groups: readonly Group[]): string[] =>
  groups.flatMap((g) =>
    g.scopeLogs.flatMap((s) => s.logRecords.map((r) => JSON.stringify([g.resource, s.scope, r]))),
  )

test('each message holds the resources of one key, and together they are the request', () => {
  fc.assert(
    fc.property(request, (groups) => {
      const whole = decode(encode(groups))
      const { slices, rejected } = slice(encode(groups))!
      assert.equal(rejected, 0)
      for (const { key, value } of slices)
        assert.deepEqual(
          decode(value),
          whole.filter((g) => keyOf(g) === key),
        )
      assert.deepEqual(slices.map((s) => s.key).sort(), [...new Set(whole.map(keyOf))].sort())
    }),
  )
})

test('a request past the size of a message is cut, and no record changes or loses its resource and scope', () => {
  fc.assert(
    fc.property(request, fc.integer({ min: 450, max: 3000 }), (groups, max) => {
      const whole = decode(encode(groups))
      const { slices, rejected } = slice(encode(groups), max)!
      const records = new Map<string, string[]>()
      for (const { key, value } of slices) {
        assert.ok(value.length <= max)
        records.set(key, [...(records.get(key) ?? []), ...recordsOf(decode(value))])
      }
      let lost = 0
      for (const [key, list] of Map.groupBy(whole, keyOf)) {
        const wanted = recordsOf(list).sort()
        const got = (records.get(key) ?? []).sort()
        lost += wanted.length - got.length
        for (const one of got) assert.ok(wanted.includes(one))
      }
      assert.equal(lost, rejected)
    }),
  )
})

test('a record larger than a message is left out and counted, its neighbours are not', () => {
  const logRecords = [10, 5000, 10].map((n, severityNumber) => ({
    severityNumber,
    body: { stringValue: 'x'.repeat(n) },
  }))
  const groups = [
    {
      resource: { attributes: [attribute('service.name', 'a')] },
      scopeLogs: [{ scope: { name: 's' }, logRecords }],
    },
  ]
  for (const { slices, rejected } of [
    slice(encode(groups), 1000)!,
    sliceJson(JSON.stringify({ resourceLogs: groups }), NAMES, 1000)!,
  ]) {
    assert.equal(rejected, 1)
    assert.ok(slices.every((s) => s.key === '/a' && s.value.length <= 1000))
  }
  assert.equal(recordsOf(slice(encode(groups), 1000)!.slices.flatMap((s) => decode(s.value))).length, 2)
})

test('spans and metrics are cut the same way', () => {
  const resource = { attributes: [attribute('service.name', 'shop')] }
  const spans = Array.from({ length: 50 }, (_, i) => ({ name: `span ${i}`.padEnd(60) }))
  const trace = OTLP.spans.encode(
    OTLP.spans.fromObject({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
  )
  const cut = slice(Buffer.from(trace.finish()), 600)!
  const names = cut.slices.flatMap(({ value }) =>
    (
      OTLP.spans.toObject(OTLP.spans.decode(value)) as {
        resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[]
      }
    ).resourceSpans.flatMap((g) => g.scopeSpans.flatMap((s) => s.spans.map((x) => x.name))),
  )
  assert.deepEqual(
    names,
    spans.map((s) => s.name),
  )
  const metrics = [{ name: 'm', gauge: { dataPoints: [{ asDouble: 1 }] } }]
  const points = OTLP.metrics.encode(
    OTLP.metrics.fromObject({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] }),
  )
  assert.deepEqual(
    slice(Buffer.from(points.finish()))!.slices.map((s) => s.key),
    ['/shop'],
  )
})

test('JSON has the same keys as protobuf, and the same records', () => {
  fc.assert(
    fc.property(request, fc.integer({ min: 800, max: 5000 }), (groups, max) => {
      const json = sliceJson(JSON.stringify({ resourceLogs: groups }), NAMES, max)!
      const got = json.slices.flatMap(({ key, value }) => {
        assert.ok(value.length <= max)
        const parsed = (JSON.parse(value.toString()) as { resourceLogs: Group[] }).resourceLogs
        for (const g of parsed) assert.equal(keyOf(g), key)
        return recordsOf(parsed)
      })
      const records = recordsOf(groups as unknown as Group[])
      assert.equal(got.length + json.rejected, records.length)
      const keys = new Set(slice(encode(groups))!.slices.map((s) => s.key))
      assert.ok(json.slices.every((s) => keys.has(s.key)))
    }),
  )
})

test('bytes of an attacker are refused or cut, never thrown on', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 64 }), (bytes, max) => {
      slice(Buffer.from(bytes), max)
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(request, fc.nat(), fc.nat(255), fc.integer({ min: 1, max: 400 }), (groups, at, byte, max) => {
      const bytes = encode(groups)
      if (bytes.length > 0) bytes[at % bytes.length] = byte
      slice(bytes, max)
    }),
    { numRuns: 1000 },
  )
  for (const text of ['[]', '{"resourceLogs":3}', '{"resourceLogs":[1]}'])
    assert.equal(sliceJson(text, NAMES, 100), null)
})
