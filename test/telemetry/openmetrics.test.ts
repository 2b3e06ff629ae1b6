import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Meter } from '../../src/telemetry/meter.ts'
import { openMetrics, prefersOpenMetrics } from '../../src/telemetry/openmetrics.ts'

test('a counter has its family name without _total, its exemplar after the value, and the end is marked', async () => {
  const meter = new Meter()
  const counter = meter.counterFamily('telltale_findings_total', 'Findings.', ['kind']).with('secret')
  counter.add(2)
  counter.exemplar = { labels: { trace_id: 'ab' }, value: 1, timestampMs: 1500 }
  meter.histogram('telltale_scan_seconds', 'Time.', [0.5]).observe(0.1)
  assert.deepEqual((await meter.exposeOpenMetrics()).split('\n'), [
    '# TYPE telltale_findings counter',
    '# HELP telltale_findings Findings.',
    'telltale_findings_total{kind="secret"} 2 # {trace_id="ab"} 1 1.5',
    '# TYPE telltale_scan_seconds histogram',
    '# HELP telltale_scan_seconds Time.',
    'telltale_scan_seconds_bucket{le="0.5"} 1',
    'telltale_scan_seconds_bucket{le="+Inf"} 1',
    'telltale_scan_seconds_sum 0.1',
    'telltale_scan_seconds_count 1',
    '# EOF',
    '',
  ])
  assert.ok(!(await meter.expose()).includes('trace_id'))
})

test('what stands in a label or a help line ends neither', () => {
  const labels = { service: 'a"b\\c\nd' }
  const text = openMetrics([{ name: 'x', help: 'one\ntwo', type: 'gauge', values: [{ labels, value: 1 }] }])
  assert.equal(text, '# TYPE x gauge\n# HELP x one\\ntwo\nx{service="a\\"b\\\\c\\nd"} 1\n# EOF\n')
})

test('OpenMetrics is given to who asks for it, and to nobody else', () => {
  const prometheus =
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
  assert.ok(prefersOpenMetrics(prometheus))
  assert.ok(prefersOpenMetrics('application/openmetrics-text'))
  for (const other of ['', '*/*', 'text/plain', 'text/plain;q=0.9,application/openmetrics-text;q=0.2'])
    assert.ok(!prefersOpenMetrics(other), other)
  assert.ok(!prefersOpenMetrics('application/openmetrics-text;q=0'))
})
