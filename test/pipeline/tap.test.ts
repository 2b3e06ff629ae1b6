import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import { seededRandom } from '../../src/core/clock.ts'
import { Tap } from '../../src/pipeline/tap.ts'
import type { TapRecord } from '../../src/pipeline/tap-record.ts'
import { appendRow } from '../support/row-builder.ts'

const SECRET = 'hunter2hunter2'
const mask = {
  text: (text: string) => text.replaceAll(SECRET, '***'),
  attribute: (name: string, value: string) => (name === 'password' ? '***' : value.replaceAll(SECRET, '***')),
}

function batchOf(rows: readonly { text: string; attrs?: Record<string, string | number> }[]): RecordBatch {
  const batch = new RecordBatch(new KeyTable(1))
  batch.reset(SIGNAL_LOGS)
  for (const row of rows) appendRow(batch, { timeMs: 1000, ...row })
  return batch
}

function heard(batch: RecordBatch, perSecond: number, batches: number, stepMs: number): TapRecord[] {
  const records: TapRecord[] = []
  const tap = new Tap(mask, seededRandom(1), batch.keys.reserve('service.name', 0))
  tap.listen({ perSecond }, (record) => records.push(record))
  for (let i = 0; i < batches; i++) tap.see(batch, 1_000_000 + i * stepMs)
  return records
}

test('nothing of a record is shown that the masks did not see, not even half of a secret at a cut', () => {
  const padded = `${'x'.repeat(395)}${SECRET}`
  const batch = batchOf([
    {
      text: padded,
      attrs: { note: `${'y'.repeat(115)}${SECRET}`, password: 'opensesame', [SECRET]: 'v', n: 5 },
    },
  ])
  const [record] = heard(batch, 5, 1, 0)
  const shown = JSON.stringify(record)
  for (let n = 4; n <= SECRET.length; n++) assert.ok(!shown.includes(SECRET.slice(0, n)), SECRET.slice(0, n))
  assert.ok(!shown.includes('opensesame'))
  assert.equal(record!.attributes['n'], '5')
  assert.ok(record!.text.length <= 401)
})

test('control characters are not shown: they would move a cursor', () => {
  const [record] = heard(batchOf([{ text: 'a\u001b[2Jb\u009bc\nd' }]), 5, 1, 0)
  assert.equal(record!.text, 'a [2Jb c d')
})

test('however much flows, no more is told a second than was asked for', () => {
  const batch = batchOf(Array.from({ length: 200 }, (_, i) => ({ text: `row ${i}` })))
  const records = heard(batch, 5, 1000, 10) // ten seconds
  assert.ok(records.length >= 45 && records.length <= 55, `${records.length}`)
  assert.ok(new Set(records.map((r) => r.text)).size > 20, 'the same rows again and again')
})

test('a filter picks by service and by signal', () => {
  const batch = batchOf([{ text: 'a' }, { text: 'b' }])
  const records: TapRecord[] = []
  const tap = new Tap(mask, seededRandom(1), batch.keys.reserve('service.name', 0))
  tap.listen({ perSecond: 50, signal: 'spans' }, (r) => records.push(r))
  tap.listen({ perSecond: 50, service: 'cart' }, (r) => records.push(r))
  tap.see(batch, 1000)
  assert.equal(records.length, 0)
})

test('a listener that throws is dropped, and costs the batch nothing', () => {
  const batch = batchOf([{ text: 'a' }])
  const tap = new Tap(mask, seededRandom(1), 1)
  tap.listen({ perSecond: 5 }, () => {
    throw new Error('gone')
  })
  tap.see(batch, 1000)
  assert.equal(tap.listening, false)
})
