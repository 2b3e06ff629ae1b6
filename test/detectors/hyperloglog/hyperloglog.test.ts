import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashText } from '../../../src/columns/hash.kernel.ts'
import * as sketch from '../../../src/detectors/hyperloglog/hyperloglog.kernel.ts'
import { detectorKit } from '../../support/detector-kit.ts'

const P = 10

detectorKit({
  name: 'hyperloglog',
  words: sketch.words(P),
  tolerance: 1e-6,
  reset: (memory, base, timeMs) => sketch.reset(memory.f64, base, P, timeMs),
  step(memory, base, event) {
    const score = sketch.observe(memory.f64, memory.u8, base, P, event.hashA, event.hashB, event.timeMs, true)
    const f = memory.f64
    return [score, f[base + sketch.COUNT]!, f[base + sketch.MU]!, f[base + sketch.MU_UNION]!]
  },
  /** Registers in a map, probabilities summed anew each time. */
  oracle() {
    const registers = new Map<number, number>()
    let count = 0
    const change = (): number => {
      let sum = 2 ** P - registers.size
      for (const rho of registers.values()) sum += 2 ** -rho
      return sum / 2 ** P
    }
    let score = 0
    let fresh = 1
    let events = 1
    let onset = 0
    let hit = 0
    let miss = 0
    return {
      step(event) {
        const index = (((event.hashA >>> 0) >> (32 - P)) >>> 0) & (2 ** P - 1)
        let zeros = 0
        while (zeros < 32 && ((event.hashB >>> (31 - zeros)) & 1) === 0) zeros++
        const mu = change()
        const isNew = zeros + 1 > (registers.get(index) ?? 0)
        if (score === 0) onset = event.timeMs
        score = Math.max(0, Math.min(40, score + (isNew ? hit : miss)))
        events = events * (1 - 1 / 1500) + 1
        fresh = fresh * (1 - 1 / 1500) + (isNew ? 1 / mu : 0)
        if (isNew) {
          count += 1 / mu
          registers.set(index, zeros + 1)
          const q0 = Math.min(0.98, (fresh + 0.2) / (events + 0.4))
          const q1 = q0 + 0.3 * (1 - q0)
          const after = change()
          const silent = q0 >= 0.98 || after < 0.0125
          hit = silent ? 0 : Math.log(q1 / q0)
          miss = silent ? 0 : Math.log((1 - q1 * after) / (1 - q0 * after))
        }
        const w = Math.max(1, event.timeMs - onset)
        const shown = score > 3 ? score - (w < 300_000 ? Math.log(300_000 / w) : 0) : 0
        return [shown, count, change(), change()]
      },
    }
  },
})

test('the estimate is within four standard errors for each precision', () => {
  for (let p = sketch.PRECISION_MIN; p <= sketch.PRECISION_MAX; p++) {
    const f = new Float64Array(sketch.words(p))
    const u8 = new Uint8Array(f.buffer)
    sketch.reset(f, 0, p, 0)
    const n = 20_000
    for (let i = 0; i < n; i++) {
      const { a, b } = hashText(`subject ${i} of ${p}`, 9)
      sketch.observe(f, u8, 0, p, a, b, i, true)
      // seen again changes nothing
      sketch.observe(f, u8, 0, p, a, b, i, true)
    }
    const error = Math.sqrt(Math.LN2 / 2 ** p)
    assert.ok(Math.abs(f[sketch.COUNT]! / n - 1) < 4 * error, `p=${p}: ${f[sketch.COUNT]}`)
  }
})

test('merged registers estimate the union', () => {
  const make = (from: number, to: number): { f: Float64Array; u8: Uint8Array } => {
    const f = new Float64Array(sketch.words(12))
    const u8 = new Uint8Array(f.buffer)
    sketch.reset(f, 0, 12, 0)
    for (let i = from; i < to; i++) {
      const { a, b } = hashText(`user ${i}`, 3)
      sketch.observe(f, u8, 0, 12, a, b, i, true)
    }
    return { f, u8 }
  }
  const left = make(0, 6000)
  const right = make(4000, 10_000)
  const at = sketch.HEADER_WORDS * 8
  sketch.mergeRegisters(left.u8, at, right.u8, at, 12)
  const estimate = sketch.estimateRegisters(right.u8, at, 12)
  assert.ok(Math.abs(estimate / 10_000 - 1) < 0.07, String(estimate))
})

test('after rotation a subject of the previous sketch is not fresh, one from before is', () => {
  const f = new Float64Array(sketch.words(P))
  const u8 = new Uint8Array(f.buffer)
  sketch.reset(f, 0, P, 0)
  const see = (name: string): boolean => {
    const { a, b } = hashText(name, 1)
    sketch.observe(f, u8, 0, P, a, b, 0, true)
    return sketch.fresh
  }
  assert.equal(see('alice'), true)
  assert.equal(see('alice'), false)
  sketch.rotate(f, u8, 0, P, 1)
  assert.equal(see('alice'), false)
  sketch.rotate(f, u8, 0, P, 2)
  sketch.rotate(f, u8, 0, P, 3)
  assert.equal(see('alice'), true)
})

test('subjects taken together leave what one by one leaves', () => {
  const one = { f: new Float64Array(sketch.words(P)) }
  const many = { f: new Float64Array(sketch.words(P)) }
  for (const { f } of [one, many]) sketch.reset(f, 0, P, 0)
  const hashes = new Int32Array(2 * 32)
  for (let i = 0; i < 300; i++) {
    const n = 1 + ((i * 7) % 32)
    for (let j = 0; j < n; j++) {
      const { a, b } = hashText(`subject ${(i * j * 31) % (40 + i)}`, 3)
      hashes[2 * j] = a
      hashes[2 * j + 1] = b
      sketch.observe(one.f, new Uint8Array(one.f.buffer), 0, P, a, b, i, true)
    }
    sketch.observeMany(many.f, new Uint8Array(many.f.buffer), 0, P, hashes, 0, n, i, true)
    for (let word = 0; word < one.f.length; word++)
      // the change point of no evidence means nothing
      if (word !== sketch.ONSET_MS || one.f[sketch.SCORE]! > 0)
        assert.ok(Math.abs(one.f[word]! - many.f[word]!) <= 1e-9 * Math.abs(one.f[word]!), `word ${word}`)
  }
})
