import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as baseline from '../../../src/detectors/holt-winters/baseline.kernel.ts'

/** Level after an hour of ten events a bin with three minutes of two a bin in it. @param doubted whether those were in doubt */
function levelAfter(doubted: boolean): number {
  const f = new Float64Array(baseline.WORDS)
  const ring = new Float32Array(baseline.RING)
  baseline.reset(f, 0, 0)
  const pass = (bins: number, events: number): void => {
    for (let i = 0; i < bins; i++) {
      f[baseline.BIN_COUNT] = events
      baseline.closeBin(f, ring, 0, 0, false, true)
    }
  }
  pass(300, 10)
  pass(18, 2)
  if (doubted) baseline.doubt(f, ring, 0, 0, 18 * baseline.BIN_MS)
  pass(36, 10)
  return f[baseline.LEVEL]! * baseline.BIN_MS
}

test('bins in doubt are never learned, those before them are', () => {
  assert.ok(Math.abs(levelAfter(true) - 10) < 1e-9)
  assert.ok(levelAfter(false) < 9.5)
})
