import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TextPosition } from '../../src/scanner/text-position.ts'

/** The same by decoding everything before. */
function slow(bytes: Uint8Array, at: number): [number, number] {
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, at)).split('\n')
  return [before.length, before.at(-1)!.length + 1]
}

test('lines and columns are those of a decoder that reads everything', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\n', 'é', '€', '😀', '\r\n')), (parts) => {
      const bytes = new TextEncoder().encode(parts.join(''))
      const position = new TextPosition()
      let at = 0
      for (const part of parts) {
        position.advance(bytes, at)
        assert.deepEqual([position.line, position.column], slow(bytes, at))
        at += new TextEncoder().encode(part).length
      }
    }),
  )
})

test('a byte that is no UTF-8 counts one, and nothing is counted twice after a shift', () => {
  const bytes = Buffer.from([0x61, 0xe9, 0x62, 0x80, 0x63, 0x0a, 0x64])
  const position = new TextPosition()
  position.advance(bytes, 5)
  assert.deepEqual([position.line, position.column], [1, 6])
  position.shift(5)
  position.advance(bytes.subarray(5), 1)
  assert.deepEqual([position.line, position.column], [2, 1])
})
