import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KeyTable } from '../../../../src/columns/key-table.ts'
import { RecordBatch, type Signal } from '../../../../src/columns/record-batch.ts'
import type { PayloadFormat } from '../../../../src/columns/stage.ts'
import { decodeOtlp } from '../../../../src/ingest/otlp/decode/decode-otlp.ts'
import { DEFAULT_DECODE_LIMITS } from '../../../../src/ingest/otlp/decode/limits.ts'
import { type PlainRow, plainRows } from '../../../support/batch-rows.ts'
import { OTLP } from '../../../support/otlp-proto.ts'
import { GENERATED, jsonStyle, RECEIVED_MS, toJson } from '../../../support/otlp-requests.ts'

const heap = new RecordBatch(new KeyTable(3))
const linear = new RecordBatch(new KeyTable(3), 'linear')

function decode(signal: Signal, format: PayloadFormat, payload: Uint8Array, batch = heap) {
  batch.reset(signal)
  batch.receivedMs = RECEIVED_MS
  batch.append(payload)
  assert.deepEqual(decodeOtlp(batch, format, DEFAULT_DECODE_LIMITS), { kind: 'done' })
  assert.equal(batch.rejected, 0)
  return plainRows(batch)
}

const sorted = (rows: PlainRow[]): PlainRow[] =>
  rows.map((row) => ({
    ...row,
    attributes: row.attributes.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  }))

for (const [i, name] of (['logs', 'spans', 'metrics'] as const).entries()) {
  const signal = i as Signal
  test(`${name} that protobufjs encodes decode to the rows they stand for`, () => {
    fc.assert(
      fc.property(GENERATED[name], ({ request, rows }) => {
        const type = OTLP[name]
        const payload = type.encode(type.fromObject(request)).finish()
        for (const batch of [heap, linear])
          assert.deepEqual(decode(signal, 'otlp_proto', payload, batch), rows)
      }),
      { numRuns: 300 },
    )
  })
  test(`${name} in OTLP/JSON decode to the same rows, however they are written`, () => {
    fc.assert(
      fc.property(GENERATED[name], jsonStyle, ({ request, rows }, style) => {
        const decoded = decode(signal, 'otlp_json', toJson(request, style))
        // what is nested in a span follows the order of its members
        const order = name === 'spans' && style.reversed ? sorted : (same: PlainRow[]) => same
        assert.deepEqual(order(decoded), order(rows))
      }),
      { numRuns: 300 },
    )
  })
}
