import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportLogsRequest, rejectedRecords, unixNano } from '../../../src/sinks/otlp/log-records.ts'
import { anomaly, secret } from '../../support/findings.ts'
import { itemOf } from '../../support/items.ts'
import { OTLP } from '../../support/otlp-proto.ts'

const records = (...items: Parameters<typeof exportLogsRequest>[0]) =>
  JSON.parse(exportLogsRequest(items, 'https://t.example')).resourceLogs[0].scopeLogs[0].logRecords

/** OTLP/JSON (opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding"): camelCase, ids hex, 64-bit as strings. */
test('a log record has the time, the severity and the trace of its finding', () => {
  const [record] = records(itemOf(secret(1)))
  assert.equal(record.timeUnixNano, '1700000000000000000')
  assert.equal(record.observedTimeUnixNano, '1800000000000000000')
  assert.equal(record.severityNumber, 18)
  assert.equal(record.traceId, secret(1).traceId)
  assert.equal(record.spanId, secret(1).spanId)
  assert.equal(record.eventName, 'telltale.finding')
  const attributes = Object.fromEntries(
    record.attributes.map((a: { key: string; value: Record<string, unknown> }) => [
      a.key,
      Object.values(a.value)[0],
    ]),
  )
  assert.equal(attributes['telltale.finding.id'], secret(1).id)
  assert.equal(attributes['telltale.rule'], 'aws-access-key-id')
  assert.equal(attributes['telltale.series.service.name'], 'payments')
})

test('a finding without a trace has no empty ids', () => {
  const [record] = records(itemOf(anomaly(1)))
  assert.equal('traceId' in record || 'spanId' in record, false)
})

test('numbers that JSON has not are still a valid request', () => {
  const detectors = [
    { name: 'rate', surprise: Number.POSITIVE_INFINITY, expected: Number.NaN, observed: 1, unit: '1' },
  ]
  const [record] = records(itemOf(anomaly(1, { detectors })))
  assert.doesNotMatch(JSON.stringify(record), /null/)
})

test('times keep their fractions of a millisecond', () => {
  assert.equal(unixNano(1795366316521.5), '1795366316521500000')
})

test('a partial success is read, and anything else is none', () => {
  assert.equal(rejectedRecords('{"partialSuccess":{"rejectedLogRecords":"3"}}'), 3)
  for (const text of [
    '',
    '{}',
    'null',
    '[]',
    '{"partialSuccess":{}}',
    '{"partialSuccess":{"rejectedLogRecords":"x"}}',
  ]) {
    assert.equal(rejectedRecords(text), 0, text)
  }
})

/** Names of all fields, however deep; ids as the bytes that protobuf has. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((v) => fieldsOf(v, path))
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return [path]
  return Object.entries(value).flatMap(([key, v]) => fieldsOf(v, `${path}/${key}`))
}

test('every field is one of the published protocol buffers, and survives them', () => {
  const request = JSON.parse(exportLogsRequest([itemOf(secret(1)), itemOf(anomaly(2))], 'https://t.example'))
  const inBytes = JSON.parse(JSON.stringify(request), (key, value) =>
    key === 'traceId' || key === 'spanId' ? Buffer.from(value, 'hex') : value,
  )
  const message = OTLP.logs.decode(OTLP.logs.encode(OTLP.logs.fromObject(inBytes)).finish())
  const back = OTLP.logs.toObject(message, { longs: String })
  assert.deepEqual(new Set(fieldsOf(back)), new Set(fieldsOf(inBytes)))
  const [record] = back['resourceLogs'][0].scopeLogs[0].logRecords
  assert.equal(Buffer.from(record.traceId).toString('hex'), secret(1).traceId)
})
