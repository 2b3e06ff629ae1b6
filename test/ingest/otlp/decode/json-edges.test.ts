import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashText } from '../../../../src/columns/hash.kernel.ts'
import { KeyTable, ROLE_HASH } from '../../../../src/columns/key-table.ts'
import {
  ATTR_STRIDE,
  HASH_A,
  RecordBatch,
  ROW_STRIDE,
  SIGNAL_METRICS,
  TEXT_START,
  VALUE_BYTES,
} from '../../../../src/columns/record-batch.ts'
import { decodeOtlp } from '../../../../src/ingest/otlp/decode/decode-otlp.ts'
import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from '../../../../src/ingest/otlp/decode/limits.ts'
import { plainRows } from '../../../support/batch-rows.ts'
import { RECEIVED_MS } from '../../../support/otlp-requests.ts'

const keys = new KeyTable(3)
keys.reserve('user.id', ROLE_HASH)
const batch = new RecordBatch(keys)

function decode(
  json: string | Uint8Array,
  limits: Partial<DecodeLimits> = {},
  signal = 0 as 0 | 1 | 2,
): string {
  batch.reset(signal)
  batch.receivedMs = RECEIVED_MS
  batch.append(typeof json === 'string' ? new TextEncoder().encode(json) : json)
  const outcome = decodeOtlp(batch, 'otlp_json', { ...DEFAULT_DECODE_LIMITS, ...limits })
  return outcome.kind === 'refused' ? outcome.cause.code : outcome.kind
}
const logs = (...records: readonly string[]): string =>
  `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${records.join(',')}]}]}]}`
const only = (record: string) => {
  assert.equal(decode(logs(record)), 'done')
  assert.equal(batch.rejected, 0)
  assert.equal(batch.count, 1)
  return plainRows(batch)[0]!
}
const attribute = (value: string) =>
  only(`{"attributes":[{"key":"user.id","value":${value}}]}`).attributes[0]!

test('an empty object is a good request, an empty body is no JSON', () => {
  assert.equal(decode('{}'), 'done')
  assert.equal(decode(' {"resourceLogs" : [ ] } \n'), 'done')
  assert.equal(decode(''), 'BAD_JSON')
})

test('what JSON.parse refuses is refused', () => {
  const good = logs('{"body":{"stringValue":"a\\u0041"},"x":[1,-2.5e3,true,false,null,{"y":{}}]}')
  assert.equal(decode(good), 'done')
  const parses = (text: string): boolean => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }
  fc.assert(
    fc.property(
      fc.nat({ max: good.length }),
      fc.nat({ max: 3 }),
      fc.constantFrom(
        '',
        '"',
        '\\',
        ',',
        ':',
        '{',
        '}',
        '[',
        ']',
        '0',
        '-',
        '.',
        'e',
        'n',
        'null',
        ' ',
        '\n',
        '\u0001',
        '\u0000',
      ),
      (at, cut, piece) => {
        const text = good.slice(0, at) + piece + good.slice(at + cut)
        if (!parses(text)) assert.equal(decode(text), 'BAD_JSON', JSON.stringify(text))
      },
    ),
    { numRuns: 5000 },
  )
})

test('whole numbers are strings, numbers or exponents; doubles may be NaN and infinite', () => {
  for (const [json, value] of [
    ['{"intValue":"200"}', 200],
    ['{"intValue":200}', 200],
    ['{"intValue":"-0"}', 0],
    ['{"intValue":2e2}', 200],
    ['{"intValue":"9223372036854775807"}', 2 ** 63],
    ['{"intValue":-9007199254740993}', -9007199254740992],
    ['{"doubleValue":0.1}', 0.1],
    ['{"doubleValue":1.7976931348623157e308}', Number.MAX_VALUE],
    ['{"doubleValue":5e-324}', 5e-324],
    ['{"doubleValue":123456789012345678901234567890}', 1.2345678901234568e29],
    ['{"doubleValue":"NaN"}', Number.NaN],
    ['{"doubleValue":"-Infinity"}', Number.NEGATIVE_INFINITY],
  ] as const)
    assert.equal(attribute(json).value, value, json)
})

test('any finite double comes back as itself', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (d) => {
      const digits = Object.is(d, -0) ? '-0' : String(d)
      assert.equal(attribute(`{"doubleValue":${digits}}`).value, d)
    }),
  )
})

test('an integer hashes as its digits, small or past 2^53, quoted or not', () => {
  for (const digits of ['7', '-12', '1234567890', '9007199254740993', '-9223372036854775808']) {
    attribute(`{"intValue":"${digits}"}`)
    assert.equal(batch.attrs[HASH_A], hashText(digits, keys.seed).a, digits)
  }
  assert.equal(batch.attrs.length % ATTR_STRIDE, 0)
})

test('enums come as numbers or names', () => {
  assert.equal(only('{"severityNumber":17}').severity, 17)
  assert.equal(only('{"severityNumber":"SEVERITY_NUMBER_ERROR2"}').severity, 18)
  assert.equal(only('{"severityNumber":"LOUD"}').severity, 0)
  assert.equal(only('{"severityNumber":4000000000}').severity, 0)
  const span = '{"name":"s","kind":"SPAN_KIND_SERVER","status":{"code":"STATUS_CODE_ERROR"}}'
  assert.equal(decode(`{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`, {}, 1), 'done')
  assert.equal(plainRows(batch)[0]!.kind, 2)
  assert.equal(plainRows(batch)[0]!.status, 2)
})

test('ids are hex in either case; what is not hex is no id and is never shown', () => {
  const id = '5B8EFFF798038103D269B633813FC60c'
  assert.equal(only(`{"traceId":"${id}"}`).traceId, id.toLowerCase())
  for (const bad of [
    '',
    id.slice(1),
    `${id}00`,
    id.replace('5', 'g'),
    'W47/95gDgQPSabYzgT/GDA==',
    '0'.repeat(32),
  ])
    assert.equal(only(`{"traceId":"${bad}"}`).traceId, null)
})

test('text without escapes stays where it is in the payload, text with escapes is put behind it', () => {
  only('{"body":{"stringValue":"plain"}}')
  assert.ok(batch.rows[TEXT_START]! < batch.payloadEnd)
  assert.equal(only('{"body":{"stringValue":"a\\n\\u00e9\\ud83d\\ude00\\/"}}').text, 'a\n\u00e9\u{1f600}/')
  assert.ok(batch.rows[TEXT_START]! >= batch.payloadEnd)
  assert.equal(
    only('{"body":{"stringValue":"\\ud83d|\\ude00|\\ud83d\\u0041"}}').text,
    '\ufffd|\ufffd|\ufffdA',
  )
})

test('a batch of nothing but escapes finds room for its text', () => {
  const fresh = new RecordBatch(new KeyTable(1))
  const body = '\\n'.repeat(1000)
  const record = `{"body":{"stringValue":"${body}"},"attributes":[{"key":"${body}","value":{"stringValue":"${body}"}}]}`
  const json = new TextEncoder().encode(logs(...Array<string>(60).fill(record)))
  fresh.reset(0)
  fresh.append(json)
  assert.equal(decodeOtlp(fresh, 'otlp_json', DEFAULT_DECODE_LIMITS).kind, 'done')
  assert.equal(fresh.rejected, 0)
  for (const row of plainRows(fresh)) {
    assert.equal(row.text, '\n'.repeat(1000))
    assert.equal(row.attributes[0]!.key, '\n'.repeat(1000))
    assert.equal(row.attributes[0]!.value, '\n'.repeat(1000))
  }
  assert.equal(fresh.rows.length % ROW_STRIDE, 0)
})

test('bytes are base64 in either alphabet, padded or not', () => {
  const bytes = String.fromCharCode(0x3f, 0x7f, 0x3f, 0x7e)
  for (const base64 of ['P38/fg==', 'P38_fg', 'P38\\/fg=='])
    assert.deepEqual(attribute(`{"bytesValue":"${base64}"}`), {
      key: 'user.id',
      nested: false,
      type: VALUE_BYTES,
      value: bytes,
    })
})

test('names may be escaped; snake_case and unknown names are stepped over at any depth', () => {
  const row = only(
    '{"\\u0062ody":{"string\\u0056alue":"yes"},"severity_number":9,"new":{"a":[[{"body":{"stringValue":"no"}}]]},"body_":1}',
  )
  assert.equal(row.text, 'yes')
  assert.equal(row.severity, 0)
})

test('null is the same as nothing', () => {
  const row = only(
    '{"body":null,"attributes":[null,{"key":"k","value":null}],"severityNumber":null,"traceId":null}',
  )
  assert.equal(row.text, null)
  assert.deepEqual(row.attributes, [{ key: 'k', type: 0, nested: false, value: null }])
})

test('of a name given twice the last one counts', () => {
  assert.equal(only('{"body":{"stringValue":"a"},"body":{"stringValue":"b"}}').text, 'b')
  const twice = attribute('{"arrayValue":{"values":[{"intValue":1}]},"stringValue":"x"}')
  assert.equal(twice.value, 'x')
  assert.equal(batch.attrCount, 1)
})

test('a record of another shape costs only itself', () => {
  for (const bad of [
    '{"body":"text"}',
    '{"timeUnixNano":true}',
    '[]',
    '"x"',
    '{"attributes":{}}',
    '{"attributes":[{"key":7}]}',
    '{"body":{"bytesValue":"%"}}',
    '{"body":{"intValue":"1x"}}',
  ]) {
    assert.equal(
      decode(logs('{"body":{"stringValue":"before"}}', bad, '{"body":{"stringValue":"after"}}')),
      'done',
      bad,
    )
    assert.deepEqual(
      plainRows(batch).map((row) => row.text),
      ['before', 'after'],
    )
    assert.equal(batch.rejected, 1)
    assert.equal(batch.attrCount, 0)
  }
})

test('a resource that comes after its records is still theirs, and only theirs', () => {
  const group = (name: string) =>
    `{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"k","value":{"stringValue":"${name}"}}]}],"scope":{"name":"${name}"}}],"resource":{"attributes":[{"key":"r","value":{"stringValue":"${name}"}}]}}`
  assert.equal(decode(`{"resourceLogs":[${group('a')},${group('b')}]}`), 'done')
  const rows = plainRows(batch)
  for (const [i, name] of ['a', 'b'].entries()) {
    assert.deepEqual(rows[i]!.attributes, [{ key: 'k', type: 1, nested: false, value: name }])
    assert.deepEqual(rows[i]!.resource, [{ key: 'r', type: 1, nested: false, value: name }])
    assert.equal(rows[i]!.scope, name)
  }
})

test('deep brackets are stepped over, bottomless ones refused, and no stack is used', () => {
  const nest = (depth: number) => logs(`{"x":${'['.repeat(depth)}${']'.repeat(depth)}}`)
  assert.equal(decode(nest(4000)), 'done')
  assert.equal(decode(nest(100_000)), 'TOO_DEEP')
  assert.equal(decode('['.repeat(100_000)), 'BAD_JSON')
  const value = `${'{"arrayValue":{"values":['.repeat(900)}{"stringValue":"secret"}${']}}'.repeat(900)}`
  const row = only(`{"attributes":[{"key":"k","value":${value}}]}`)
  assert.equal(batch.deep, 1)
  assert.match(String(row.attributes.at(-1)!.value), /secret/)
  assert.equal(row.attributes.at(-1)!.type, VALUE_BYTES)
})

test('rows and attributes over the limits are counted', () => {
  assert.equal(decode(logs('{}', '{}', '{"attributes":[]}'), { rowsMax: 2 }), 'done')
  assert.equal(batch.count, 2)
  assert.equal(batch.rejected, 1)
  const many = Array<string>(40).fill('{"key":"k","value":{"intValue":1}}').join(',')
  assert.equal(decode(logs('{}', `{"attributes":[${many}]}`), { attrsMax: 30 }), 'done')
  assert.equal(batch.count, 1)
  assert.equal(batch.rejected, 1)
  assert.equal(
    decode(`{"resourceLogs":[{"resource":{"attributes":[${many}]}}]}`, { attrsMax: 30 }),
    'TOO_MANY_ROWS',
  )
})

test('a histogram or summary point without a count stands for no measurement, a number for one', () => {
  const metrics = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'].map(
    (kind) => `{"name":"m","${kind}":{"dataPoints":[{}]}}`,
  )
  decode(`{"resourceMetrics":[{"scopeMetrics":[{"metrics":[${metrics.join(',')}]}]}]}`, {}, SIGNAL_METRICS)
  assert.deepEqual(
    plainRows(batch).map((row) => row.weight),
    [1, 1, 0, 0, 0],
  )
})
