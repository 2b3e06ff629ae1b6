import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as drain from '../../../src/detectors/templates/drain.kernel.ts'

const BASE = 16
const NOW = Date.UTC(2026, 0, 5)

class Templates {
  readonly i32 = new Int32Array(2 * BASE + 2 * drain.WORDS)

  /** @returns age in s */
  see(text: string, afterS = 0): number {
    const bytes = new TextEncoder().encode(text)
    return drain.ageOf(this.i32, BASE, bytes, 0, bytes.length, NOW + afterS * 1000)
  }
}

test('messages that differ in their parameters are of one kind, others are not', () => {
  const t = new Templates()
  assert.equal(t.see('connection to 10.0.0.7:5432 refused after 30ms'), 0)
  assert.equal(t.see('connection to 10.9.1.2:5433 refused after 7ms', 60), 60)
  assert.equal(t.see('user alice could not log in', 60), 0)
  assert.equal(t.see('user bob could not log in', 90), 30)
  assert.equal(t.see('disk /dev/sda1 is full', 100), 0)
  assert.equal(t.see('', 100), -1)
  assert.equal(t.see('user carol could not log in', 120), 60)
})

test('a kind keeps its words when parameters widen it, so it never holds everything of its length', () => {
  const t = new Templates()
  const words = 'alpha beta gamma delta epsilon zeta'.split(' ')
  t.see(words.join(' '))
  for (let i = 0; i < words.length; i++) {
    const other = [...words]
    other[i] = 'changed'
    t.see(other.join(' '), i)
  }
  assert.equal(t.see('this is altogether something very different', 50), 0)
})

test('a value of an attribute is known by key and value', () => {
  const { i32 } = new Templates()
  const age = (key: number, a: number, b: number, s: number) =>
    drain.ageOfValue(i32, BASE, key, a, b, NOW + s * 1000)
  assert.deepEqual(
    [age(5, 1, 2, 0), age(5, 1, 2, 9), age(6, 1, 2, 10), age(5, 1, 4, 12), age(5, 1, 2, 20)],
    [0, 9, 0, 0, 20],
  )
})

test('no bytes break it, memory is constant, and what is seen most recently stays', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 200 }), (messages) => {
      const t = new Templates()
      messages.forEach((bytes, i) => {
        const age = drain.ageOf(t.i32, BASE, bytes, 0, bytes.length, NOW + i * 1000)
        assert.ok(age >= -1 && age <= i)
        if (age >= 0) assert.ok(drain.ageOf(t.i32, BASE, bytes, 0, bytes.length, NOW + i * 1000) >= age)
      })
      assert.ok(t.i32.subarray(0, BASE).every((x) => x === 0))
      assert.ok(t.i32.subarray(BASE + 2 * drain.WORDS).every((x) => x === 0))
    }),
    { numRuns: 60 },
  )
})
