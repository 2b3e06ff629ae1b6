import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'

/** What a kernel may see of a row. */
export interface KitEvent {
  readonly timeMs: number
  readonly value: number
  readonly error: number
  readonly hashA: number
  readonly hashB: number
}

/** Views over one buffer, as an arena's chunk has them. */
export interface Memory {
  readonly f64: Float64Array
  readonly f32: Float32Array
  readonly u8: Uint8Array
}

export interface DetectorUnderTest {
  readonly name: string
  /** Float64 words of a slot. */
  readonly words: number
  reset(memory: Memory, base: number, timeMs: number): void
  /** One event. @returns everything observable after it */
  step(memory: Memory, base: number, event: KitEvent): number[]
  /** The definition, as slow as it likes. */
  oracle(startMs: number): { step(event: KitEvent): number[] }
  readonly tolerance: number
}

export const START_MS = 1_767_571_200_000
const GUARD = 11

const memoryOf = (words: number): Memory => {
  const buffer = new ArrayBuffer(words * 8)
  return { f64: new Float64Array(buffer), f32: new Float32Array(buffer), u8: new Uint8Array(buffer) }
}

const gaps = fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.constant(0), fc.integer({ min: 0, max: 40 }))
const ordinary = fc.record({
  gapMs: gaps,
  value: fc.double({ min: 0.1, max: 500, noNaN: true }),
  error: fc.integer({ min: 0, max: 1 }),
  hashA: fc.integer(),
  hashB: fc.integer(),
})
const wild = fc.record({
  gapMs: fc.oneof(gaps, fc.integer({ min: -100_000, max: 0 }), fc.constant(1e12)),
  value: fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 5e-324, 1.7e308)),
  error: fc.integer({ min: 0, max: 1 }),
  hashA: fc.integer(),
  hashB: fc.integer(),
})

function eventsOf(
  steps: readonly { gapMs: number; value: number; error: number; hashA: number; hashB: number }[],
): KitEvent[] {
  let t = START_MS
  return steps.map((step) => {
    t += step.gapMs
    return { timeMs: t, value: step.value, error: step.error, hashA: step.hashA, hashB: step.hashB }
  })
}

/** The properties every detector kernel has. Cutting into batches is the same as copying the slot between events. */
export function detectorKit(detector: DetectorUnderTest): void {
  const { name, words, tolerance } = detector

  test(`${name}: agrees with its definition`, () => {
    fc.assert(
      fc.property(fc.array(ordinary, { maxLength: 260 }), (steps) => {
        const memory = memoryOf(words)
        detector.reset(memory, 0, START_MS)
        const oracle = detector.oracle(START_MS)
        for (const event of eventsOf(steps)) {
          const got = detector.step(memory, 0, event)
          const expected = oracle.step(event)
          got.forEach((x, i) => {
            const wanted = expected[i]!
            const near = Math.abs(x - wanted) <= tolerance * Math.max(1, Math.abs(wanted))
            assert.ok(near || Object.is(x, wanted), `output ${i}: ${x}, by definition ${wanted}`)
          })
        }
      }),
      { numRuns: 40 },
    )
  })

  test(`${name}: a slot copied elsewhere between any two events goes on the same`, () => {
    fc.assert(
      fc.property(fc.array(ordinary, { maxLength: 120 }), fc.nat(120), (steps, cut) => {
        const whole = memoryOf(words)
        detector.reset(whole, 0, START_MS)
        const expected = eventsOf(steps).map((event) => detector.step(whole, 0, event))
        let memory = memoryOf(words)
        let base = 0
        detector.reset(memory, 0, START_MS)
        eventsOf(steps).forEach((event, i) => {
          if (i === cut) {
            const other = memoryOf(words + 16)
            other.u8.set(memory.u8, 16 * 8)
            memory = other
            base = 16
          }
          assert.deepEqual(detector.step(memory, base, event), expected[i])
        })
      }),
      { numRuns: 30 },
    )
  })

  test(`${name}: NaN, infinities and time going back neither throw nor show`, () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(wild, ordinary), { maxLength: 200 }), (steps) => {
        const memory = memoryOf(words)
        detector.reset(memory, 0, START_MS)
        for (const event of eventsOf(steps)) {
          for (const x of detector.step(memory, 0, event)) assert.ok(Number.isFinite(x), `shows ${x}`)
        }
      }),
      { numRuns: 60 },
    )
  })

  test(`${name}: writes to its own words only`, () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(wild, ordinary), { maxLength: 100 }), (steps) => {
        const memory = memoryOf(words + 64)
        memory.f64.fill(GUARD)
        detector.reset(memory, 32, START_MS)
        for (const event of eventsOf(steps)) detector.step(memory, 32, event)
        for (let i = 0; i < 32; i++) {
          assert.equal(memory.f64[i], GUARD)
          assert.equal(memory.f64[32 + words + i], GUARD)
        }
      }),
      { numRuns: 30 },
    )
  })
}
