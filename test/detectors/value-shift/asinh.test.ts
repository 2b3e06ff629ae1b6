import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asinh } from '../../../src/detectors/value-shift/asinh.kernel.ts'

test('asinh is near the exact one for any double', () => {
  const check = (y: number): void => {
    const exact = Math.asinh(y)
    const near = Object.is(asinh(y), exact) || Math.abs(asinh(y) - exact) < 1e-9
    assert.ok(near, `asinh(${y})`)
  }
  fc.assert(fc.property(fc.double(), check), { numRuns: 2000 })
  fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6 }), check), { numRuns: 2000 })
  for (const y of [0, 1e149, -1e149, 1e150, 1e308, Infinity, -Infinity, Number.NaN]) check(y)
})
