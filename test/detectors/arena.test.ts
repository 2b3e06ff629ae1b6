import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Arena } from '../../src/detectors/arena.ts'

test('slots never overlap, come back zeroed, and stop at the cap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.array(fc.nat(), { maxLength: 200 }), (words, steps) => {
      const arena = new Arena(words, 50)
      const live = new Map<number, number>()
      let stamp = 1
      for (const step of steps) {
        if (step % 3 === 0 && live.size > 0) {
          const slot = [...live.keys()][step % live.size]!
          live.delete(slot)
          arena.free(slot)
          continue
        }
        const slot = arena.alloc()
        if (live.size === 50) {
          assert.equal(slot, -1)
          continue
        }
        assert.ok(!live.has(slot))
        const { f64 } = arena.chunk(slot)
        const base = arena.base(slot)
        for (let i = 0; i < arena.strideWords; i++) assert.equal(f64[base + i], 0)
        f64.fill(stamp, base, base + arena.strideWords)
        live.set(slot, stamp++)
      }
      assert.equal(arena.used, live.size)
      for (const [slot, value] of live) {
        const { f64 } = arena.chunk(slot)
        assert.equal(f64[arena.base(slot)], value)
        assert.equal(f64[arena.base(slot) + arena.strideWords - 1], value)
      }
    }),
  )
})

test('a restored arena holds the same slots and hands out the same next ones', () => {
  const arena = new Arena(20000, 40)
  for (let i = 0; i < 20; i++) arena.chunk(arena.alloc()).f64[arena.base(i) + 3] = i
  arena.free(4)
  arena.free(7)
  const bytes = new Uint8Array(Buffer.concat(arena.parts()))
  const other = new Arena(20000, 40)
  assert.equal(other.readFrom(bytes, 0), bytes.length)
  for (let i = 0; i < 20; i++) {
    if (i !== 4 && i !== 7) assert.equal(other.chunk(i).f64[other.base(i) + 3], i)
  }
  assert.deepEqual([other.alloc(), other.alloc(), other.alloc()], [7, 4, 20])
  assert.equal(new Arena(64, 40).readFrom(bytes, 0), -1)
  assert.equal(new Arena(20000, 10).readFrom(bytes, 0), -1)
  assert.equal(other.readFrom(bytes.subarray(0, 1000), 0), -1)
})
