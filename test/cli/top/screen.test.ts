import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PLAIN } from '../../../src/cli/finding-text.ts'
import { figure, screen } from '../../../src/cli/top/screen.ts'
import { sums, type View } from '../../../src/cli/top/view.ts'
import { anomaly, resolved, secret } from '../../support/findings.ts'

const NOW_MS = 1_700_000_010_000

function view(over: Partial<View> = {}): View {
  return {
    atMs: NOW_MS,
    ready: true,
    conditions: [],
    metrics: sums('telltale_rows_total{signal="logs"} 1000\ntelltale_rows_total{signal="spans"} 10\n'),
    profiles: [{ name: 'service', series: 3, open: 1 }],
    bands: [{ profile: 'service', observed: 600, expected: 300, variance: 900 }],
    series: [
      {
        profile: 'service',
        series: { 'service.name': 'cart' },
        expectedPerS: 5,
        observedPerS: 50,
        surprise: 99,
        limit: 25,
        open: true,
      },
      {
        profile: 'service',
        series: { 'service.name': 'new' },
        expectedPerS: 0,
        observedPerS: 1,
        surprise: 0,
        limit: null,
        open: false,
      },
    ],
    findings: [anomaly(1), resolved(anomaly(2)), secret(3)],
    ...over,
  }
}

const before = view({
  atMs: NOW_MS - 10_000,
  metrics: sums('telltale_rows_total{signal="logs"} 0\n'),
  bands: [{ profile: 'service', observed: 0, expected: 0, variance: 0 }],
})

test('rates are over the time between two looks, the band is two standard deviations wide', () => {
  const text = screen(view(), before, 100, 40, '127.0.0.1:1', PLAIN).join('\n')
  assert.match(text, /rows\/s 101 \(logs 100, spans 1, metrics 0\)/)
  assert.match(text, /service +3 +1 +60 +30 +36\n/)
  assert.match(text, /! service cart +50 +5 +99 +25/)
  assert.match(text, /service new +1 +0 +- +warming/)
  assert.match(text, /log volume of checkout fell to nothing/)
})

test('with one look only there are no rates, and a daemon that is not ready says why', () => {
  const now = view({ ready: false, conditions: [{ name: 'sink pager', message: 'SINK_FAILED: 503' }] })
  const text = screen(now, now, 100, 40, 'x', PLAIN).join('\n')
  assert.match(text, /NOT READY/)
  assert.match(text, /sink pager: SINK_FAILED: 503/)
  assert.match(text, /rows\/s -/)
})

test('no line is wider and no screen higher than the terminal, whatever its size', () => {
  for (const columns of [20, 40, 80, 200]) {
    for (const rows of [1, 5, 12, 24, 60]) {
      const lines = screen(view(), before, columns, rows, 'x', PLAIN)
      assert.ok(lines.length <= rows, `${lines.length} lines of ${rows}`)
      for (const line of lines)
        assert.ok([...line].length <= columns || columns < 60, `${line} in ${columns}`)
    }
  }
})

test('what a service calls itself moves no cursor', () => {
  const hostile = { 'service.name': '\u001b[2J\u001b]0;x\u0007\u202e' }
  const [row] = view().series
  const text = screen(view({ series: [{ ...row!, series: hostile }] }), before, 100, 40, 'x', PLAIN).join('')
  assert.doesNotMatch(text, /[\u0000-\u001f\u202e]/)
})

test('figures fit their column', () => {
  for (const x of [0, 0.00123, 1.5, 99.95, 12_345, 123_456, 12_345_678, 9.99e11, Number.NaN])
    assert.ok(figure(x).length <= 8, `${x}: ${figure(x)}`)
})
