import assert from 'node:assert/strict'
import { test } from 'node:test'
import { livePayload } from '../../bench/e2e/live-payload.ts'
import { OTLP } from '../support/otlp-proto.ts'

const shape = { seed: 3, records: 64, stepMs: 0.5 }
const timesOf = (request: {
  resourceLogs: { scopeLogs: { logRecords: Record<string, unknown>[] }[] }[]
}): bigint[] =>
  request.resourceLogs
    .flatMap((r) => r.scopeLogs.flatMap((s) => s.logRecords))
    .flatMap((l) => [BigInt(String(l['timeUnixNano'])), BigInt(String(l['observedTimeUnixNano']))])

test('a stamped payload holds the same records at the new time, in both formats', () => {
  const nowMs = 1_799_999_999_123.5
  const decoded = (format: 'protobuf' | 'json') => {
    const payload = livePayload(shape, format)
    const read = () =>
      format === 'json'
        ? JSON.parse(payload.bytes.toString())
        : OTLP.logs.toObject(OTLP.logs.decode(payload.bytes), { longs: String })
    const before = timesOf(read())
    payload.stamp(nowMs)
    return { before, after: timesOf(read()) }
  }
  const proto = decoded('protobuf')
  const json = decoded('json')
  assert.equal(proto.after.length, 128)
  assert.deepEqual(proto, json)
  const moved = proto.after[0]! - proto.before[0]!
  for (let i = 0; i < 128; i++) assert.equal(proto.after[i]! - proto.before[i]!, moved)
  const firstMs = Number(proto.after[0]! / 1000n) / 1000
  assert.ok(firstMs >= nowMs && firstMs < nowMs + 10, `${firstMs}`)
})
