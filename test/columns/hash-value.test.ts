import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashA, hashB, hashText } from '../../src/columns/hash.kernel.ts'
import { hashBoolean, hashInt64, hashNumber } from '../../src/columns/hash-value.kernel.ts'

const halves = () => ({ a: hashA, b: hashB })

test('a number hashes as its text, whatever number and seed came before', () => {
  const number = fc.oneof(fc.nat({ max: 2000 }), fc.integer(), fc.maxSafeInteger(), fc.double())
  fc.assert(
    fc.property(fc.array(fc.tuple(number, fc.constantFrom(0, 1, -7)), { minLength: 1 }), (list) => {
      for (const [value, seed] of list) {
        hashNumber(value, seed)
        assert.deepEqual(halves(), hashText(String(value), seed), `${value}`)
      }
    }),
  )
})

test('a 64-bit integer hashes as its digits, past 2^53 too', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      hashInt64(Number(value >> 32n), Number(BigInt.asIntN(32, value)), 5)
      assert.deepEqual(halves(), hashText(String(value), 5))
    }),
  )
})

test('booleans hash as true and false', () => {
  for (const value of [true, false]) {
    hashBoolean(value, 5)
    assert.deepEqual(halves(), hashText(String(value), 5))
  }
})
