import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as reorder from '../../../src/detectors/reorder/reorder.kernel.ts'

const BASE = 8
const START = 1.76e12

function slot(reachMs: number): { f: Float64Array; f32: Float32Array } {
  const f = new Float64Array(BASE + reorder.WORDS)
  const f32 = new Float32Array(f.buffer)
  reorder.reset(f, f32, BASE, START, reachMs)
  return { f, f32 }
}

function takeAll(f: Float64Array, f32: Float32Array, untilMs: number, into: number[]): void {
  for (;;) {
    const n = reorder.take(f, f32, BASE, untilMs)
    if (n === 0) return
    for (let i = 0; i < n; i++) into.push(reorder.times[0]!)
  }
}

test('every event comes out once, in time order, within a bucket of when it was', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ step: fc.integer({ min: 0, max: 400 }), late: fc.integer({ min: 0, max: 900 }) }),
        {
          maxLength: 400,
        },
      ),
      (rows) => {
        const { f, f32 } = slot(1000)
        const taken: number[] = []
        const given: number[] = []
        let newest = START
        for (const { step, late } of rows) {
          newest += step
          const t = Math.max(START, newest - late)
          if (!reorder.put(f, f32, BASE, t, newest)) {
            takeAll(f, f32, reorder.oldestFor(f, BASE, t), taken)
            assert.ok(reorder.put(f, f32, BASE, t, newest))
          }
          given.push(t)
          takeAll(f, f32, newest - 1000, taken)
        }
        takeAll(f, f32, Infinity, taken)
        given.sort((a, b) => a - b)
        assert.equal(taken.length, given.length)
        taken.forEach((t, i) => {
          assert.ok(i === 0 || t >= taken[i - 1]!)
          // a reach of a second has buckets of 64 ms
          assert.ok(Math.abs(t - given[i]!) <= 64, `${t - given[i]!}`)
        })
      },
    ),
    { numRuns: 100 },
  )
})

test('no row and no time breaks it, and none is lost', () => {
  const { f, f32 } = slot(50)
  const taken: number[] = []
  const times = [START + 1e9, START, START - 1e9, START + 5, START + 1e9 + 1]
  for (const t of times) {
    if (reorder.put(f, f32, BASE, t, START + 1e9)) continue
    takeAll(f, f32, reorder.oldestFor(f, BASE, t), taken)
    assert.ok(reorder.put(f, f32, BASE, t, START + 1e9))
  }
  takeAll(f, f32, Infinity, taken)
  assert.equal(taken.length, times.length)
  assert.ok(taken.every((t) => Number.isFinite(t)))
})

test('the reach follows how late rows come, whatever a few wild ones do', () => {
  const { f, f32 } = slot(10)
  let newest = START
  for (let bin = 0; bin < 200; bin++) {
    for (let i = 0; i < 500; i++) {
      newest += 20
      const wild = i === 0 && bin % 10 === 0
      reorder.put(f, f32, BASE, newest - (wild ? 25_000 : (i * 7919) % 800), newest)
      takeAll(f, f32, newest - f[BASE + reorder.REACH]!, [])
    }
    reorder.closeBin(f, BASE)
    if (!reorder.isMisfit(f, BASE)) continue
    takeAll(f, f32, Infinity, [])
    reorder.setWidth(f, f32, BASE, newest)
  }
  assert.ok(f[BASE + reorder.REACH]! > 700 && f[BASE + reorder.REACH]! < 1600, `${f[BASE + reorder.REACH]}`)
})

test('a series whose rows come in order again for half an hour gives its slot back', () => {
  const { f, f32 } = slot(100)
  for (let bin = 0; bin < 180; bin++) {
    assert.equal(reorder.isQuiet(f, BASE), false)
    reorder.put(f, f32, BASE, START + bin * 10_000, START + bin * 10_000)
    reorder.closeBin(f, BASE)
  }
  assert.ok(reorder.isQuiet(f, BASE))
})
