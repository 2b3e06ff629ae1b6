import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../src/core/clock.ts'
import { TelltaleError } from '../../src/core/errors.ts'
import type { BuiltRow } from '../support/row-builder.ts'
import { Bench, byTime, normal, poisson, START_MS } from '../support/traffic.ts'

const MINUTE = 60_000

/** Twenty minutes of three services with a surge, an outage and very slow answers. */
function eventful(seed: number): BuiltRow[] {
  const random = seededRandom(seed)
  const make = (service: string, perS: (minute: number) => number, slow: boolean): BuiltRow[] =>
    poisson(random, {
      fromMs: START_MS,
      untilMs: START_MS + 20 * MINUTE,
      perS: (t) => perS((t - START_MS) / MINUTE),
      maxPerS: 20,
      row: (timeMs) => ({
        timeMs,
        attrs: {
          'service.name': service,
          'user.id': `u${Math.floor(random() * 300)}`,
          duration_ms:
            Math.exp(3 + 0.4 * normal(random)) * (slow && timeMs > START_MS + 12 * MINUTE ? 20 : 1),
        },
      }),
    })
  return byTime(
    make('a', (m) => (m > 8 && m < 9 ? 20 : 2), false),
    make('b', (m) => (m > 14 ? 0 : 3), false),
    make('c', () => 3, true),
  )
}

test('restored at any cut, the engine goes on as if nothing had happened', () => {
  const rows = eventful(3)
  const whole = new Bench()
  whole.send(rows)
  assert.ok(whole.opened().length >= 3)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: rows.length }), (cut) => {
      const first = new Bench()
      first.send(rows.slice(0, cut))
      const second = new Bench()
      second.detectors.restore(first.detectors.snapshot())
      second.send(rows.slice(cut))
      // the batch of the source differs by nothing: offset is not set here, row within the batch is
      const strip = (b: Bench) => b.findings.map((f) => ({ ...f, source: null }))
      assert.deepEqual([...strip(first), ...strip(second)], strip(whole))
      assert.deepEqual(second.detectors.status(), whole.detectors.status())
    }),
    { numRuns: 15 },
  )
})

test('a state read a piece at a time is the snapshot, whatever its size', () => {
  const bench = new Bench()
  bench.send(eventful(6).slice(0, 3000))
  const steps = bench.detectors.readState()
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  const pieces = [...step.value.pieces]
  const bytes = Buffer.concat(pieces)
  assert.equal(bytes.length, step.value.bytes)
  assert.deepEqual(bytes, Buffer.from(bench.detectors.snapshot()))
})

test('cutting batches elsewhere changes nothing', () => {
  const rows = eventful(4)
  const run = (size: number) => {
    const bench = new Bench()
    bench.send(rows, size)
    return bench.findings.map((f) => ({ ...f, source: null }))
  }
  const expected = run(500)
  for (const size of [1, 7, 5000]) assert.deepEqual(run(size), expected)
})

test('a damaged or foreign snapshot is refused and changes nothing', () => {
  const bench = new Bench()
  bench.send(eventful(5).slice(0, 4000))
  const before = bench.detectors.snapshot()
  const code = (bytes: Uint8Array): string => {
    try {
      bench.detectors.restore(bytes)
      return 'ok'
    } catch (error) {
      assert.ok(error instanceof TelltaleError)
      return error.code
    }
  }
  fc.assert(
    fc.property(fc.nat(before.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const broken = before.slice()
      broken[at] = broken[at]! ^ flip
      assert.equal(code(broken), 'STATE_DAMAGED')
    }),
    { numRuns: 50 },
  )
  assert.equal(code(before.subarray(0, 100)), 'STATE_DAMAGED')
  assert.equal(code(new Uint8Array(0)), 'STATE_DAMAGED')
  assert.equal(code(new Bench({ sketchPrecision: 12 }).detectors.snapshot()), 'STATE_SCHEMA')
  assert.deepEqual(bench.detectors.snapshot(), before)
})
