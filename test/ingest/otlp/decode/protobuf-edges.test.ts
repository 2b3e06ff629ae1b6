import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KeyTable } from '../../../../src/columns/key-table.ts'
import {
  RecordBatch,
  SIGNAL_LOGS,
  SIGNAL_METRICS,
  VALUE_BYTES,
} from '../../../../src/columns/record-batch.ts'
import { decodeOtlp } from '../../../../src/ingest/otlp/decode/decode-otlp.ts'
import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from '../../../../src/ingest/otlp/decode/limits.ts'
import { plainRows } from '../../../support/batch-rows.ts'
import { OTLP } from '../../../support/otlp-proto.ts'
import { GENERATED, RECEIVED_MS } from '../../../support/otlp-requests.ts'
import { field, join, keyValue, logs, string, varint } from '../../../support/wire.ts'

const batch = new RecordBatch(new KeyTable(3), 'linear')

function decode(payload: Uint8Array, limits: Partial<DecodeLimits> = {}, signal = 0 as 0 | 1 | 2): string {
  batch.reset(signal)
  batch.receivedMs = RECEIVED_MS
  batch.append(payload)
  const outcome = decodeOtlp(batch, 'otlp_proto', { ...DEFAULT_DECODE_LIMITS, ...limits })
  return outcome.kind === 'refused' ? outcome.cause.code : outcome.kind
}
const texts = (): (string | null)[] => plainRows(batch).map((row) => row.text)
const log = (body: string): Uint8Array => field(5, string(body))

test('an empty request is a good one', () => {
  assert.equal(decode(new Uint8Array(0)), 'done')
  assert.equal(batch.count, 0)
})

/** Splits a message into fields and puts those of different numbers into another order, at every level named. */
function reordered(message: Uint8Array, levels: readonly number[][], order: readonly number[]): Uint8Array {
  const fields: { tag: number; bytes: Uint8Array }[] = []
  for (let p = 0; p < message.length; ) {
    const tag = message[p]!
    assert.ok(tag < 128 && (tag & 7) === 2, 'groups hold length-delimited fields only')
    let length = 0
    let shift = 0
    let q = p + 1
    for (; ; q++, shift += 7) {
      length |= (message[q]! & 127) << shift
      if (message[q]! < 128) break
    }
    let content = message.subarray(q + 1, q + 1 + length)
    if (levels[0]?.includes(tag >> 3)) content = reordered(content, levels.slice(1), order)
    fields.push({ tag, bytes: field(tag >> 3, content) })
    p = q + 1 + length
  }
  return join(...fields.toSorted((a, b) => order[a.tag >> 3]! - order[b.tag >> 3]!).map((f) => f.bytes))
}

test('a resource or scope that comes after its records is still theirs', () => {
  fc.assert(
    fc.property(
      GENERATED.logs,
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      ({ request, rows }, order) => {
        const wire = OTLP.logs.encode(OTLP.logs.fromObject(request)).finish()
        assert.equal(decode(reordered(wire, [[1], [2]], order)), 'done')
        assert.deepEqual(plainRows(batch), rows)
      },
    ),
    { numRuns: 150 },
  )
})

test('a resource in two pieces is one', () => {
  const piece = (key: string) => field(1, field(1, keyValue(key, string('v'))))
  const scopeLogs = field(2, field(2, log('x')))
  assert.equal(decode(field(1, join(piece('first'), scopeLogs, piece('second'), scopeLogs))), 'done')
  assert.deepEqual(
    plainRows(batch).map((row) => row.resource.map((a) => a.key)),
    [
      ['first', 'second'],
      ['first', 'second'],
    ],
  )
})

test('a record that does not parse within its length costs only itself', () => {
  for (const bad of [
    Uint8Array.of(0x2a, 5, 0x0a), // body longer than the record
    Uint8Array.of(0x09, 1, 2, 3), // fixed64 cut short
    Uint8Array.of(0x10, 0x80), // varint that runs on into the next record
    Uint8Array.of(0x32, 3, 0x0a, 5, 0x61), // key longer than its attribute
    Uint8Array.of(0x00, 0x01), // field number 0
    Uint8Array.of(0x0c), // a group's end without a start
    Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01), // a tag of eleven bytes
  ]) {
    assert.equal(decode(logs(log('before'), bad, log('after'))), 'done')
    assert.deepEqual(texts(), ['before', 'after'])
    assert.equal(batch.rejected, 1)
    assert.equal(batch.attrCount, 0)
  }
})

test('broken framing around the records refuses the request', () => {
  const good = logs(log('x'))
  for (const bad of [
    good.subarray(0, -1),
    join(good, Uint8Array.of(0x0a)),
    join(good, Uint8Array.of(0x0a, 9)),
    Uint8Array.of(0xff),
  ]) {
    assert.equal(decode(bad), 'BAD_PROTOBUF')
    assert.equal(batch.count, 0)
  }
})

test('unknown fields, groups and long-winded tags are stepped over', () => {
  const record = join(
    join(
      varint(900 * 8 + 3),
      varint(1 * 8),
      varint(7),
      varint(2 * 8 + 3),
      varint(2 * 8 + 4),
      varint(900 * 8 + 4),
    ),
    field(500, 'x'),
    join(varint(77 * 8 + 5), new Uint8Array(4)),
    Uint8Array.of(0xaa, 0x80, 0x00), // tag 0x2a in three bytes
    varint(string('body').length),
    string('body'),
  )
  assert.equal(decode(logs(record)), 'done')
  assert.deepEqual(texts(), ['body'])
})

test('rows over the limit are counted, not kept, and many empty records cost little', () => {
  assert.equal(decode(logs(log('a'), log('b'), log('c')), { rowsMax: 2 }), 'done')
  assert.deepEqual(texts(), ['a', 'b'])
  assert.equal(batch.rejected, 1)
  const bomb = new Uint8Array(4 << 20)
  for (let i = 0; i < bomb.length; i += 2) bomb[i] = 0x12
  assert.equal(decode(field(1, field(2, bomb))), 'done')
  assert.equal(batch.count, DEFAULT_DECODE_LIMITS.rowsMax)
  assert.equal(batch.rejected, bomb.length / 2 - DEFAULT_DECODE_LIMITS.rowsMax)
  assert.ok(batch.rowCapacity <= DEFAULT_DECODE_LIMITS.rowsMax)
})

test('groups without records leave no resources and no attributes', () => {
  const empty = field(
    1,
    join(field(1, field(1, keyValue('k', string('v')))), field(2, field(1, field(1, 'scope')))),
  )
  assert.equal(decode(join(...Array<Uint8Array>(5000).fill(empty), logs(log('x')))), 'done')
  assert.equal(batch.resourceCount, 1)
  assert.equal(batch.attrCount, 0)
})

test('a record with more attributes than the limit is counted; a resource with more refuses', () => {
  const attributes = join(...Array.from({ length: 40 }, (_, i) => field(6, keyValue(`k${i}`, string('v')))))
  assert.equal(decode(logs(log('a'), attributes, log('b')), { attrsMax: 30 }), 'done')
  assert.deepEqual(texts(), ['a', 'b'])
  assert.equal(batch.rejected, 1)
  const resource = field(1, join(...Array<Uint8Array>(40).fill(field(1, keyValue('k', string('v'))))))
  assert.equal(
    decode(field(1, join(resource, field(2, field(2, log('a'))))), { attrsMax: 30 }),
    'TOO_MANY_ROWS',
  )
})

test('more attributes than the columns hold make them grow, and nothing is lost or doubled', () => {
  const many = 20_000
  const attributes = join(...Array.from({ length: many }, (_, i) => field(6, keyValue('k', string(`${i}`)))))
  const fresh = new RecordBatch(new KeyTable(3))
  fresh.reset(SIGNAL_LOGS)
  fresh.append(logs(log('a'), attributes))
  assert.equal(decodeOtlp(fresh, 'otlp_proto', DEFAULT_DECODE_LIMITS).kind, 'done')
  assert.deepEqual(
    plainRows(fresh)[1]!.attributes.map((a) => a.value),
    Array.from({ length: many }, (_, i) => `${i}`),
  )
})

test('values nested deeper than the limit become one leaf of their bytes, however deep they are', () => {
  let deep = string('secret')
  for (let i = 0; i < 5; i++) deep = field(6, field(1, keyValue('inner', deep)))
  assert.equal(decode(logs(field(6, keyValue('outer', deep))), { depthMax: 3 }), 'done')
  const [map, leaf, ...rest] = plainRows(batch)[0]!.attributes
  assert.equal(map!.key, 'outer')
  assert.deepEqual(rest, [])
  assert.equal(leaf!.type, VALUE_BYTES)
  assert.equal(leaf!.nested, true)
  assert.match(String(leaf!.value), /secret/)
  assert.equal(batch.deep, 1)
  let abyss: Uint8Array = new Uint8Array(0)
  for (let i = 0; i < 3000; i++) abyss = field(5, field(1, abyss))
  assert.equal(decode(logs(field(5, abyss))), 'done')
  assert.equal(batch.deep, 1)
})

test('a metric whose own framing is broken goes, the others stay', () => {
  const point = field(1, join(Uint8Array.of(0x31), new Uint8Array(8)))
  const good = join(field(1, 'good'), field(5, point))
  const bad = join(field(1, 'bad'), field(5, join(point, point)), Uint8Array.of(0x1a, 200))
  const request = field(1, field(2, join(field(2, bad), field(2, good))))
  assert.equal(decode(request, {}, SIGNAL_METRICS), 'done')
  assert.deepEqual(texts(), ['good'])
  assert.equal(batch.rejected, 3)
})

test('text that is no UTF-8 keeps its bytes and is shown with replacement characters', () => {
  const raw = Uint8Array.of(0x61, 0xff, 0xc3, 0x62)
  assert.equal(decode(logs(field(5, field(1, raw)))), 'done')
  assert.deepEqual(texts(), ['a\ufffd\ufffdb'])
})

test('a histogram or summary point without a count stands for no measurement, a number for one', () => {
  const point = join(Uint8Array.of(0x19), new Uint8Array(8).fill(1))
  const metric = (kind: number) => field(2, join(field(1, 'm'), field(kind, field(1, point))))
  const kinds = [5, 7, 9, 10, 11] // gauge, sum, histogram, exponential histogram, summary
  decode(field(1, field(2, join(...kinds.map(metric)))), {}, SIGNAL_METRICS)
  assert.deepEqual(
    plainRows(batch).map((row) => row.weight),
    [1, 1, 0, 0, 0],
  )
})
