import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeProto, logsRequest } from '../../../../bench/support/payload.ts'
import { hashText } from '../../../../src/columns/hash.kernel.ts'
import { KeyTable, ROLE_HASH } from '../../../../src/columns/key-table.ts'
import {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  HASH_A,
  HASH_B,
  KEY,
  RES_ATTR_END,
  RES_ATTR_START,
  RESOURCE,
  RESOURCE_STRIDE,
  RecordBatch,
  ROW_STRIDE,
  SIGNAL_LOGS,
  TEXT_END,
  TEXT_START,
} from '../../../../src/columns/record-batch.ts'
import { decodeOtlp } from '../../../../src/ingest/otlp/decode/decode-otlp.ts'
import { DEFAULT_DECODE_LIMITS } from '../../../../src/ingest/otlp/decode/limits.ts'

for (const placement of ['heap', 'linear'] as const)
  test(`realistic logs come back row by row, each with its own and its resource attributes (${placement})`, () => {
    const request = logsRequest({ seed: 5, records: 512 })
    const keys = new KeyTable(9)
    const statusKey = keys.reserve('http.response.status_code', ROLE_HASH)
    const serviceKey = keys.reserve('service.name', ROLE_HASH)
    const batch = new RecordBatch(keys, placement)
    batch.reset(SIGNAL_LOGS)
    batch.append(encodeProto(request))
    assert.deepEqual(decodeOtlp(batch, 'otlp_proto', DEFAULT_DECODE_LIMITS), { kind: 'done' })
    assert.equal(batch.count, 512)
    assert.equal(batch.resourceCount, request.resourceLogs.length)
    let row = 0
    for (const [r, group] of request.resourceLogs.entries()) {
      for (const log of group.scopeLogs[0]!.logRecords) {
        const o = row * ROW_STRIDE
        assert.equal(batch.timeMs[row], Number(BigInt(log.timeUnixNano)) / 1e6)
        assert.equal(batch.rows[o + RESOURCE], r)
        assert.equal(
          batch.text(batch.rows[o + TEXT_START]!, batch.rows[o + TEXT_END]!),
          Object.values(log.body)[0],
        )
        assert.equal(batch.traceId(row), log.traceId)
        assert.equal(batch.spanId(row), log.spanId)
        const from = batch.rows[o + ATTR_START]!
        assert.equal(batch.rows[o + ATTR_END]! - from, log.attributes.length)
        log.attributes.forEach((kv, i) => {
          assert.equal(keys.name(batch.attrs[(from + i) * ATTR_STRIDE + KEY]!), kv.key)
          assert.equal(batch.valueText(from + i), String(Object.values(kv.value)[0]))
        })
        const status = batch.findAttr(from, batch.rows[o + ATTR_END]!, statusKey)
        const hash = hashText(batch.valueText(status), keys.seed)
        assert.equal(batch.attrs[status * ATTR_STRIDE + HASH_A], hash.a)
        assert.equal(batch.attrs[status * ATTR_STRIDE + HASH_B], hash.b)
        row++
      }
      const from = batch.resources[r * RESOURCE_STRIDE + RES_ATTR_START]!
      const to = batch.resources[r * RESOURCE_STRIDE + RES_ATTR_END]!
      assert.equal(to - from, group.resource.attributes.length)
      const service = batch.findAttr(from, to, serviceKey)
      assert.equal(batch.valueText(service), Object.values(group.resource.attributes[0]!.value)[0])
    }
  })
