import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashA, hashB, hashBytes, hashText } from '../../src/columns/hash.kernel.ts'

test('the hash depends on the bytes and the seed, not on where they lie', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(9), fc.integer(), (span, at, seed) => {
      const bytes = Buffer.concat([Buffer.alloc(at, 0xff), span, Buffer.from([1, 2, 3])])
      hashBytes(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes, at, at + span.length, seed)
      const [a, b] = [hashA, hashB]
      hashBytes(new DataView(span.buffer, span.byteOffset, span.length), span, 0, span.length, seed)
      assert.deepEqual([hashA, hashB], [a, b])
    }),
  )
})

test('131,072 texts collide in neither half more than chance allows', () => {
  const seenA = new Set<number>()
  const seenB = new Set<number>()
  const n = 1 << 17
  for (let i = 0; i < n; i++) {
    const { a, b } = hashText(`10.0.${i >> 8}.${i & 255}`, 3)
    seenA.add(a)
    seenB.add(b)
  }
  // expected collisions n^2 / 2^33 = 2
  assert.ok(n - seenA.size < 20, `${n - seenA.size} collisions`)
  assert.ok(n - seenB.size < 20, `${n - seenB.size} collisions`)
})
