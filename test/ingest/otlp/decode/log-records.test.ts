import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeProto, logsRequest } from '../../../../bench/support/payload.ts'
import { KeyTable, ROLE_HASH } from '../../../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../../../src/columns/record-batch.ts'
import { setAttrLimits } from '../../../../src/ingest/otlp/decode/attribute-row.kernel.ts'
import { decodeOtlp } from '../../../../src/ingest/otlp/decode/decode-otlp.ts'
import { DEFAULT_DECODE_LIMITS } from '../../../../src/ingest/otlp/decode/limits.ts'
import { logRecordsKernel } from '../../../../src/ingest/otlp/decode/log-records.ts'
import { plainRows } from '../../../support/batch-rows.ts'
import { field, join, keyValue, string, varint } from '../../../support/wire.ts'

const ROLES = ['http.route', 'user.id', 'http.response.status_code']

function batchOf(placement: 'heap' | 'linear'): RecordBatch {
  const keys = new KeyTable(5)
  for (const key of ROLES) keys.reserve(key, ROLE_HASH)
  return new RecordBatch(keys, placement)
}

function decode(batch: RecordBatch, payload: Uint8Array): void {
  batch.reset(SIGNAL_LOGS)
  batch.receivedMs = 7
  batch.append(payload)
  assert.deepEqual(decodeOtlp(batch, 'otlp_proto', DEFAULT_DECODE_LIMITS), { kind: 'done' })
}

const attribute = (key: string, value: Uint8Array): Uint8Array => field(6, keyValue(key, value))
const text = (value: string): Uint8Array => string(value)
const int = (value: number): Uint8Array => join(Uint8Array.of(0x18), varint(value))
const record = (...fields: Uint8Array[]): Uint8Array => field(2, join(...fields))
const request = (...records: Uint8Array[]): Uint8Array => field(1, field(2, join(...records)))

/** Records that the kernel reads of those in `records` before it leaves one to others. */
function kernelReads(batch: RecordBatch, ...records: Uint8Array[]): number {
  batch.reset(SIGNAL_LOGS)
  const payload = join(...records)
  batch.append(payload)
  setAttrLimits(batch, DEFAULT_DECODE_LIMITS)
  logRecordsKernel(batch)!.read(batch, 0, payload.length, 0, -1, 1000)
  return batch.count
}

test('the kernel reads records as senders write them, and no others', () => {
  const batch = batchOf('linear')
  decode(batch, request(record(attribute('db', text('a')), attribute('user.id', int(5)))))
  const usual = record(
    field(5, text('hello')),
    attribute('db', text('b')),
    attribute('user.id', int(123_456)),
  )
  assert.equal(kernelReads(batch, usual, usual, usual), 3)
  assert.equal(kernelReads(batch, record()), 1, 'an empty record')
  assert.equal(
    kernelReads(batch, usual, record(attribute('new.key', text('x')))),
    1,
    'a key not in the table',
  )
  assert.equal(kernelReads(batch, usual, record(field(5, int(5)))), 1, 'a body that is a number')
  assert.equal(kernelReads(batch, usual, record(attribute('db', field(6, new Uint8Array(0))))), 1, 'a map')
  assert.equal(kernelReads(batch, usual, record(field(31, text('x')))), 1, 'an unknown field')
})

test('in one memory or not, realistic logs decode to the same rows and hashes', () => {
  const [heap, linear] = [batchOf('heap'), batchOf('linear')]
  for (let seed = 1; seed <= 20; seed++) {
    const payload = encodeProto(logsRequest({ seed, records: 64 }))
    decode(heap, payload)
    decode(linear, payload)
    assert.ok(linear.linear !== null)
    assert.deepEqual(plainRows(linear), plainRows(heap))
    assert.deepEqual(linear.rows.subarray(0, 64 * 16), heap.rows.subarray(0, 64 * 16))
  }
})

test('a batch that outgrows its memory goes on without it and has a larger one for the next request', () => {
  // more rows and more attributes than a new batch has room for
  const records = Array.from({ length: 3000 }, (_, i) =>
    record(...['user.id', 'db', 'http.route', 'size'].map((key) => attribute(key, int(i)))),
  )
  const [heap, linear] = [batchOf('heap'), batchOf('linear')]
  for (const isLinear of [false, true]) {
    decode(heap, request(...records))
    decode(linear, request(...records))
    assert.equal(linear.linear !== null, isLinear)
    assert.deepEqual(plainRows(linear), plainRows(heap))
  }
})

test('a request of records that the kernel leaves to others decodes as well', () => {
  const records = Array.from({ length: 200 }, (_, i) => record(field(5, int(i)), attribute('db', text('x'))))
  const [heap, linear] = [batchOf('heap'), batchOf('linear')]
  decode(heap, request(...records))
  decode(linear, request(...records))
  assert.equal(linear.count, 200)
  assert.deepEqual(plainRows(linear), plainRows(heap))
})
