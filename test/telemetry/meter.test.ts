import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Meter } from '../../src/telemetry/meter.ts'

test('counters, gauges and histograms are copied when scraped', async () => {
  const meter = new Meter()
  const rows = meter.counter('telltale_rows_total', 'Rows.')
  const codes = meter.counterFamily('telltale_refusals_total', 'Refusals.', ['code'])
  let depth = 3
  meter.gauge('telltale_queue_rows', 'Rows waiting.', () => depth)
  const took = meter.histogram('telltale_decode_seconds', 'Decode time.', [0.1, 1])
  rows.add(5)
  codes.with('BAD_JSON').add()
  depth = 4
  for (const s of [0.05, 0.5, 5]) took.observe(s)
  const text = await meter.expose()
  for (const line of [
    'telltale_rows_total 5',
    'telltale_refusals_total{code="BAD_JSON"} 1',
    'telltale_queue_rows 4',
    'telltale_decode_seconds_bucket{le="0.1"} 1',
    'telltale_decode_seconds_bucket{le="1"} 2',
    'telltale_decode_seconds_bucket{le="+Inf"} 3',
    'telltale_decode_seconds_sum 5.55',
    'telltale_decode_seconds_count 3',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line} in\n${text}`)
  }
})

test('a family cannot grow without bound', () => {
  const meter = new Meter()
  const family = meter.counterFamily('telltale_x_total', 'x', ['profile'])
  for (let i = 0; i < 10_000; i++) family.with(`p${i}`).add()
  assert.equal(family.samples().length, 256)
  assert.equal(family.with('other').value, 10_000 - 255)
})

test('a part that is made again goes on counting, and its gauges read the new part', async () => {
  const meter = new Meter()
  const make = (depth: number) => {
    meter.gauge('telltale_queue_rows', 'Rows waiting.', () => depth)
    return meter.counter('telltale_rows_total', 'Rows.')
  }
  make(1).add(2)
  make(7).add(3)
  const text = await meter.expose()
  assert.match(text, /^telltale_rows_total 5$/m)
  assert.match(text, /^telltale_queue_rows 7$/m)
  assert.equal(text.match(/^# TYPE telltale_rows_total/gm)?.length, 1)
  assert.equal(meter.docs.length, 2)
})
