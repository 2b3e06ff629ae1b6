import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../../src/core/clock.ts'
import { narrow } from '../../../src/detectors/fading-histogram/bins.kernel.ts'
import * as kernel from '../../../src/detectors/fading-histogram/fading-histogram.kernel.ts'
import {
  BINS,
  BINS_AT,
  HISTOGRAMS_AT,
  PROFILE_AT,
  SCALE,
  TOTAL,
  WEIGHT,
} from '../../../src/detectors/fading-histogram/layout.ts'
import { Oracle } from './oracle.ts'

const { WORDS } = kernel
const floats = (f: Float64Array) => new Float32Array(f.buffer, f.byteOffset, f.length * 2)
const views = new WeakMap<Float64Array, Float32Array>()
function bins(f: Float64Array): Float32Array {
  const known = views.get(f) ?? floats(f)
  views.set(f, known)
  return known
}
const reset = (f: Float64Array, base: number) => kernel.reset(f, bins(f), base)
const observeValue = (f: Float64Array, base: number, value: number, timeMs: number) =>
  kernel.observeValue(f, bins(f), base, value, timeMs)

const STEP_MS = 300_000
const START_MS = 1_760_000_100_000

function slot(base = 0): Float64Array {
  const f = new Float64Array(base + WORDS)
  reset(f, base)
  return f
}

/** A daily wave with noise and a few spikes. */
function wave(seed: number, count: number): number[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, i) => {
    const spike = random() < 0.003 ? 300 * random() : 0
    return 50 + 20 * Math.sin((i / 288) * 2 * Math.PI) + 4 * random() + spike
  })
}

test('scores agree with the slow oracle', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const f = slot()
      const oracle = new Oracle()
      let spoke = 0
      wave(seed, 1500).forEach((value, i) => {
        const t = START_MS + i * STEP_MS
        const score = observeValue(f, 0, value, t)
        assert.ok(Math.abs(score - oracle.observe(value, t)) < 1e-3, `value ${i}`)
        if (score > 0) spoke++
      })
      assert.ok(spoke > 0)
    }),
    { numRuns: 20 },
  )
})

test('a value never seen before scores higher than any of the usual ones', () => {
  const f = slot()
  let usual = 0
  wave(1, 2000).forEach((value, i) => {
    const score = observeValue(f, 0, Math.min(value, 80), START_MS + i * STEP_MS)
    if (i > 1000) usual = Math.max(usual, score)
  })
  const odd = observeValue(f, 0, 500, START_MS + 2000 * STEP_MS)
  assert.ok(odd > usual && odd > 5, `${odd} against ${usual}`)
})

test('a series that keeps surprising is taken less and less seriously', () => {
  const scores: number[] = []
  const f = slot()
  let i = 0
  for (let episode = 0; episode < 6; episode++) {
    for (let k = 0; k < 800; k++) observeValue(f, 0, (i % 7) + (episode % 2), START_MS + i++ * STEP_MS)
    scores.push(observeValue(f, 0, 1000 * 3 ** episode, START_MS + i++ * STEP_MS))
  }
  assert.ok(scores[5]! < scores[1]!, scores.join(' '))
})

test('what the time of week explains surprises less than the same value at another hour', () => {
  const HOUR_MS = 3_600_000
  const monday = Date.UTC(2026, 0, 5)
  const at = (peakHour: number) => {
    const f = slot()
    let t = monday
    for (; t < monday + 21 * 24 * HOUR_MS; t += STEP_MS) {
      const hour = (t / HOUR_MS) % 24
      observeValue(f, 0, (hour >= 9 && hour < 17 ? 100 : 10) + ((t / STEP_MS) % 5), t)
    }
    return observeValue(f, 0, 100, t + peakHour * HOUR_MS)
  }
  assert.ok(at(3) > at(12), `${at(3)} at night, ${at(12)} by day`)
})

test('NaN, infinities and times that are none change nothing and score 0', () => {
  const f = slot()
  wave(2, 200).forEach((value, i) => {
    observeValue(f, 0, value, START_MS + i * STEP_MS)
  })
  const before = Float64Array.from(f)
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.equal(observeValue(f, 0, bad, START_MS), 0)
    assert.equal(observeValue(f, 0, 1, bad), 0)
  }
  assert.deepEqual(new Uint8Array(f.buffer), new Uint8Array(before.buffer))
})

test('any finite values at any times, backwards too, give a finite score and leave the neighbours alone', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom(0, -0, 1e308, -1e308, 5e-324),
    fc.integer(),
  )
  const time = fc.oneof(
    fc.integer({ min: -1e15, max: 1e15 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(value, time), { maxLength: 300 }), (rows) => {
      const f = new Float64Array(WORDS + 16).fill(7)
      reset(f, 8)
      for (const [v, t] of rows) {
        const score = observeValue(f, 8, v, t)
        assert.ok(score >= 0 && score < 100, `${v} at ${t} scored ${score}`)
      }
      assert.ok(f.subarray(0, 8).every((x) => x === 7) && f.subarray(WORDS + 8).every((x) => x === 7))
      assert.ok(f.subarray(8, 24).every(Number.isFinite))
    }),
  )
})

test('a copied slot goes on exactly as the original', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 1000 }), (seed, cut) => {
      const values = wave(seed, 1000)
      const straight = slot()
      let moved = slot()
      values.forEach((v, i) => {
        if (i === cut) {
          const elsewhere = new Float64Array(WORDS)
          new Uint8Array(elsewhere.buffer).set(new Uint8Array(moved.buffer))
          moved = elsewhere
        }
        const t = START_MS + i * STEP_MS
        assert.equal(observeValue(moved, 0, v, t), observeValue(straight, 0, v, t))
      })
    }),
    { numRuns: 30 },
  )
})

test('dividing the weights through changes no score by more than rounding', () => {
  // weights grow e-fold in 2000 values: 1e12 is reached after 55,262; the copy starts low and never gets there
  const f = slot()
  const copy = new Float64Array(WORDS)
  const random = seededRandom(3)
  let spoke = 0
  for (let i = 0; i < 60_000; i++) {
    if (i === 55_000) {
      copy.set(f)
      copy[WEIGHT]! /= 1024
      copy[TOTAL]! /= 1024
      for (let b = 2 * BINS_AT; b < 2 * PROFILE_AT; b++) bins(copy)[b]! /= 1024
    }
    const value = random() ** 8
    const score = observeValue(f, 0, value, START_MS + i * STEP_MS)
    if (i < 55_000) continue
    assert.ok(Math.abs(score - observeValue(copy, 0, value, START_MS + i * STEP_MS)) < 1e-3, `value ${i}`)
    if (score > 0) spoke++
  }
  assert.ok(spoke > 0)
  assert.ok(f[WEIGHT]! < 1e3 && copy[WEIGHT]! > 1e9)
})

test('a slow series forgets by values, a fast one by time', () => {
  const weightAfter = (values: number, stepMs: number) => {
    const f = slot()
    for (let i = 0; i < values; i++) observeValue(f, 0, i % 10, START_MS + i * stepMs)
    return f[WEIGHT]!
  }
  assert.ok(Math.abs(Math.log(weightAfter(10_000, STEP_MS)) - 5) < 0.01)
  // 100 values a second for 100 seconds: of six hours' memory nearly nothing is gone
  assert.ok(Math.log(weightAfter(10_000, 10)) < 0.2)
})

test('one wild value does not blind a series', () => {
  const random = seededRandom(5)
  const f = slot()
  let i = 0
  const next = (value: number) => observeValue(f, 0, value, START_MS + i++ * STEP_MS)
  while (i < 3000) next(100 + 20 * random())
  assert.ok(next(1e30) > 5)
  while (i < 4500) next(100 + 20 * random())
  assert.ok(next(300) > 5)
})

test('a range that was made too wide narrows when what made it so is forgotten', () => {
  const random = seededRandom(6)
  const f = slot()
  const range = () => BINS / f[HISTOGRAMS_AT + SCALE]!
  let i = 0
  const run = (top: number, until: number) => {
    for (; i < until; i++) observeValue(f, 0, top * random(), START_MS + i * STEP_MS)
  }
  run(1e6, 500) // cube root up to 100
  const before = range()
  run(1, 20_000)
  assert.ok(before >= 90 && range() <= before / 8, `${before} to ${range()}`)
})

test('narrowing never makes or loses weight', () => {
  const weights = fc.array(fc.oneof(fc.constant(0), fc.float({ min: 0, max: 1000, noNaN: true })), {
    minLength: BINS,
    maxLength: BINS,
  })
  fc.assert(
    fc.property(weights, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (input, low) => {
      const bins = Float32Array.from(input)
      const header = Float64Array.of(low, 1)
      narrow(header, 0, bins, 0, 400)
      const sum = (w: Iterable<number>) => [...w].reduce((a, b) => a + b, 0)
      assert.ok(Math.abs(sum(bins) - sum(Float32Array.from(input))) <= 1e-3 * (1 + sum(input)))
      assert.ok(header[1] === 1 || header[1] === 2)
    }),
  )
})
