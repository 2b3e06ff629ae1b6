import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../src/core/clock.ts'
import * as shift from '../../../src/detectors/value-shift/value-shift.kernel.ts'
import { detectorKit } from '../../support/detector-kit.ts'
import { normal } from '../../support/traffic.ts'

detectorKit({
  name: 'value-shift',
  words: shift.WORDS,
  tolerance: 1e-6,
  reset: (memory, base) => shift.reset(memory.f64, base),
  step(memory, base, event) {
    if (Number.isFinite(event.value)) shift.observe(memory.f64, base, event.value, event.timeMs, true)
    const mean = memory.f64[base + shift.MEAN]!
    const sd = memory.f64[base + shift.SD]!
    return [mean, sd, ...shift.scores.slice(0, 2)]
  },
  /** Moments by their recursion on plain numbers, the shift as the largest sum over change points. */
  oracle() {
    const first: number[] = []
    let scale = 0
    let mean = 0
    let sd = 0.5
    let n = 0
    const scored: { z: number; timeMs: number }[] = []
    return {
      step(event) {
        if (first.length < 20) {
          first.push(Math.abs(event.value))
          scale = first.reduce((a, b) => a + b, 0) / 200
          return [0, 0.5, 0, 0]
        }
        const x = Math.asinh(event.value / scale)
        if (n === 0) mean = x
        const d = x - mean
        let best = 0
        if (n >= 150) {
          scored.push({ z: Math.max(-3, Math.min(3, d / sd)), timeMs: event.timeMs })
          for (const sign of [1, -1])
            for (const design of [0.45, 1.5]) {
              let s = 0
              let start = 0
              scored.forEach(({ z }, i) => {
                if (s <= 0) {
                  s = 0
                  start = i
                }
                s = Math.min(100, s + design * (sign * z - design / 2))
              })
              if (s <= 3) continue
              const w = Math.max(1, event.timeMs - scored[start]!.timeMs)
              best = Math.max(
                best,
                s / (1 + (scored.length - start) * 0.3) - (w < 300_000 ? Math.log(300_000 / w) : 0),
              )
            }
        }
        n++
        const gain = Math.max(1 / n, 1 / 6000)
        mean += gain * (n < 30 ? d : Math.max(-2.5 * sd, Math.min(2.5 * sd, d)))
        sd = Math.sqrt(Math.max(1e-6, sd * sd + gain * (Math.min(d * d, 9 * sd * sd) * 1.01 - sd * sd)))
        // tails are compared by the tests below
        return [mean, sd, best, shift.scores[shift.TAIL]!]
      },
    }
  },
})

/** Runs values a second apart with bins closing; returns the highest scores from `from` on. */
function run(values: readonly number[], from: number): { shift: number; tail: number; frozen: number } {
  const f = new Float64Array(shift.WORDS)
  shift.reset(f, 0)
  const top = { shift: 0, tail: 0, frozen: 0 }
  values.forEach((value, i) => {
    shift.observe(f, 0, value, i * 1000, i < from)
    if (i % 10 === 9) shift.closeBin(f, 0, i < from, (i + 1) / 10)
    if (i < from) return
    top.shift = Math.max(top.shift, shift.scores[shift.SHIFT]!)
    top.tail = Math.max(top.tail, shift.scores[shift.TAIL]!)
    top.frozen = Math.max(top.frozen, shift.scores[shift.FROZEN]!)
  })
  return top
}

test('a doubled level, a fat tail and a stuck value each speak in their own score', () => {
  const random = seededRandom(4)
  const usual = Array.from({ length: 7200 }, () => Math.exp(4 + 0.4 * normal(random)))
  const next = (value: (i: number) => number): number[] => [
    ...usual,
    ...Array.from({ length: 200 }, (_, i) => value(i)),
  ]
  const draw = (): number => Math.exp(4 + 0.4 * normal(random))
  const quiet = run(next(draw), 7200)
  assert.ok(Math.max(quiet.shift, quiet.tail, quiet.frozen) < 6, JSON.stringify(quiet))
  assert.ok(
    run(
      next(() => 2 * draw()),
      7200,
    ).shift > 15,
  )
  assert.ok(
    run(
      next((i) => (i % 10 === 0 ? 9 : 1) * draw()),
      7200,
    ).tail > 15,
  )
  assert.ok(
    run(
      next(() => 55),
      7200,
    ).frozen > 15,
  )
})

test('values below zero and around it are scored as well', () => {
  const random = seededRandom(5)
  const usual = Array.from({ length: 14_400 }, () => 3 * normal(random))
  const shifted = [...usual, ...Array.from({ length: 200 }, () => 3 * normal(random) - 9)]
  assert.ok(run(shifted, usual.length).shift > 15)
})

test('several values at once leave nearly what one by one leaves', () => {
  const random = seededRandom(6)
  const one = new Float64Array(shift.WORDS)
  const many = new Float64Array(shift.WORDS)
  shift.reset(one, 0)
  shift.reset(many, 0)
  const values = new Float32Array(8)
  for (let i = 0; i < 4000; i += 8) {
    let repeats = 0
    for (let j = 0; j < 8; j++) {
      const repeat = random() < 0.05 && i + j > 0
      values[j] = repeat
        ? values[(j + 7) & 7]!
        : Math.fround(Math.exp(3 + 0.5 * normal(random)) * (random() < 0.01 ? 20 : 1))
      if (repeat) repeats |= 1 << j
      shift.observe(one, 0, values[j]!, (i + j) * 100, true)
    }
    shift.given[shift.NEWEST] = values[7]!
    shift.given[shift.FIRST_MS] = i * 100
    shift.given[shift.NEWEST_MS] = (i + 7) * 100
    shift.observeMany(many, 0, values, 0, 8, repeats, true)
    assert.equal(many[shift.COUNT], one[shift.COUNT])
    for (const word of [shift.MEAN, shift.SD, shift.TAIL_S, shift.SHIFT_S, shift.SHIFT_S + 3]) {
      // a CUSUM in steps of eight may miss that it touched 0 in between, and tails are counted from a mean eight values old
      const slack = word >= shift.SHIFT_S && word < shift.TAIL_S ? 6 : word < shift.SHIFT_S ? 0.2 : 1
      const [a, b] =
        word < shift.SHIFT_S ? [one[word]!, many[word]!] : [Math.max(0, one[word]!), Math.max(0, many[word]!)]
      const near = Math.abs(a - b) < slack * Math.max(1, Math.abs(a))
      assert.ok(near, `word ${word} after ${i}: ${one[word]} and ${many[word]}`)
    }
  }
})
