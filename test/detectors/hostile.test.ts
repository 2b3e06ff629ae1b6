import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../src/core/clock.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import type { BuiltRow } from '../support/row-builder.ts'
import { Bench, byTime, poisson, START_MS } from '../support/traffic.ts'

const MINUTE = 60_000

/** Rows of a service at a steady rate. */
function steady(
  service: string,
  minutes: number,
  perS: number,
  seed: number,
  untilMinute = minutes,
): BuiltRow[] {
  return poisson(seededRandom(seed), {
    fromMs: START_MS,
    untilMs: START_MS + untilMinute * MINUTE,
    perS: () => perS,
    maxPerS: perS,
    row: (timeMs) => ({ timeMs, attrs: { 'service.name': service } }),
  })
}

test('one row from the far future blinds nobody, replayed or live', () => {
  const rows = byTime(steady('mute', 20, 5, 1), steady('other', 30, 2, 2))
  const at = rows.findIndex((row) => row.timeMs > START_MS + 10 * MINUTE)
  const future = { timeMs: START_MS + 9e10, attrs: { 'service.name': 'other' } }
  const spoilt = [...rows.slice(0, at), future, ...rows.slice(at)]
  const replayed = new Bench()
  replayed.send(spoilt)
  const wall = { ms: 0 }
  const live = new Bench({}, { clock: { nowMs: () => wall.ms } })
  for (let i = 0; i < spoilt.length; i += 20) {
    const rows = spoilt.slice(i, i + 20)
    wall.ms = Math.max(...rows.map((row) => row.timeMs).filter((t) => t < START_MS + 9e10))
    live.send(rows)
  }
  for (const bench of [replayed, live]) {
    const [finding, ...more] = bench.opened()
    assert.match(finding?.summary ?? '', /^mute: silent/)
    assert.ok(finding!.detectedMs > START_MS + 20 * MINUTE && finding!.detectedMs < START_MS + 21 * MINUTE)
    assert.deepEqual(more, [])
  }
})

test('rows late by up to the lateness count, older ones are only counted', () => {
  const bench = new Bench()
  const row = (seconds: number): BuiltRow => ({
    timeMs: START_MS + seconds * 1000,
    attrs: { 'service.name': 'a' },
  })
  bench.send([row(100), row(80), row(71), row(60), row(101)])
  assert.equal(bench.detectors.status().lateRows, 1)
})

test('somebody who invents service names neither evicts busy series nor floods findings', () => {
  const bench = new Bench({ maxSeries: 200 })
  const random = seededRandom(9)
  const junk: BuiltRow[] = Array.from({ length: 20_000 }, (_, i) => ({
    timeMs: START_MS + 10 * MINUTE + i * 30,
    attrs: { 'service.name': `x${random()}` },
  }))
  bench.send(byTime(steady('real', 25, 3, 3), junk))
  const status = bench.detectors.status()
  assert.equal(status.series, 200)
  assert.ok(status.overflowRows > 10_000)
  assert.ok(status.evictions > 0)
  assert.ok(bench.opened().length <= 3, String(bench.opened().map((f) => f.summary)))
  // the busy series is still the one it was: a change of it is noticed at once
  bench.send(
    Array.from({ length: 600 }, (_, i) => ({
      timeMs: START_MS + 25 * MINUTE + i * 20,
      attrs: { 'service.name': 'real' },
    })),
  )
  assert.match(bench.opened().at(-1)!.summary, /^real: rate/)
})

test('when everything stops at once there is one finding; when one service of many stops, it is named', () => {
  const services = Array.from({ length: 30 }, (_, i) => `s${i}`)
  const stop = (minute: number): BuiltRow[] =>
    byTime(...services.map((name, i) => steady(name, 25, 2, 40 + i, minute)))
  const back = services.flatMap((name, i) =>
    steady(name, 25, 2, 80 + i).filter((row) => row.timeMs > START_MS + 22 * MINUTE),
  )
  const bench = new Bench()
  bench.send(byTime(stop(20), back))
  assert.deepEqual(
    bench.findings.map((f) => [f.profile, f.state]),
    [
      ['stream', 'open'],
      ['stream', 'resolved'],
    ],
  )
  assert.match(bench.findings[0]!.summary, /all 30 series silent/)
  const alone = new Bench()
  alone.send(byTime(...services.map((name, i) => steady(name, 25, 2, 40 + i, i === 7 ? 20 : 25))))
  assert.deepEqual(
    alone.opened().map((f) => f.series['service.name']),
    ['s7'],
  )
})

test('no row, however wild, makes the engine throw, grow or show what is no number', () => {
  const anything = fc.record({
    timeMs: fc.oneof(
      fc.double(),
      fc.integer({ min: START_MS - 60_000, max: START_MS + 600_000 }),
      fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -1, 8.64e15),
    ),
    severity: fc.integer({ min: -5, max: 255 }),
    text: fc.string(),
    value: fc.double(),
    attrs: fc.dictionary(
      fc.constantFrom(
        'service.name',
        'http.route',
        'duration_ms',
        'client.address',
        'user.id',
        'status',
        'x',
      ),
      fc.oneof(fc.string(), fc.double()),
    ),
  })
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 120 }), fc.constantFrom(0, 1, 2), (rows, signal) => {
      const bench = new Bench({ maxSeries: 20 })
      for (const row of rows) bench.send([row as BuiltRow], 1, signal as 0 | 1 | 2)
      bench.detectors.tick(START_MS + 1e6, bench.emit)
      assert.ok(bench.detectors.status().series <= 20)
      for (const finding of bench.findings)
        assert.doesNotMatch(JSON.stringify(finding), /null,"observed"|NaN/)
      const again = new Bench({ maxSeries: 20 })
      again.detectors.restore(bench.detectors.snapshot())
    }),
    { numRuns: 150 },
  )
})

test('series values are shown through the mask only', () => {
  const bench = new Bench({}, { mask: (text) => text.replace(/hunter2/g, '*******') })
  const rows = steady('svc-hunter2', 15, 3, 4)
  const more = Array.from({ length: 500 }, (_, i) => ({
    timeMs: START_MS + 15 * MINUTE + i * 20,
    attrs: { 'service.name': 'svc-hunter2' },
  }))
  bench.send([...rows, ...more])
  assert.ok(bench.findings.length > 0)
  assert.doesNotMatch(JSON.stringify(bench.findings), /hunter2/)
})

test('a budget is read as people write it', () => {
  const parse = (falseAlarms: string) => detectorsConfig.parse({ falseAlarms }).falseAlarms
  assert.deepEqual(parse('1 per profile per day'), { count: 1, perMs: 86_400_000 })
  assert.deepEqual(parse('0.5 per series per 12h'), { count: 0.5, perMs: 43_200_000 })
  assert.deepEqual(parse('2 per week'), { count: 2, perMs: 604_800_000 })
  for (const bad of ['', '0 per day', 'many', '1 per profile', '-1 per day'])
    assert.throws(() => parse(bad), /expected a budget/)
})
