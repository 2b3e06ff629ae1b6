import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FRAME_PREFIX_BYTES, frameMessage, MessageFrame } from '../../../../src/ingest/otlp/grpc/framing.ts'

/** Feeds chunks as a call does. @returns the message, or why it is none */
function read(chunks: readonly Uint8Array[]): Buffer | 'flag' | 'past' | 'short' {
  const frame = new MessageFrame()
  const parts: Uint8Array[] = []
  for (const chunk of chunks) {
    let at = 0
    if (frame.length < 0) at = frame.prefix(chunk)
    if (at < 0) return 'flag'
    if (frame.length < 0) continue
    if (!frame.take(chunk.length - at)) return 'past'
    parts.push(chunk.subarray(at))
  }
  return frame.complete ? Buffer.concat(parts) : 'short'
}

const cut = (bytes: Uint8Array, at: readonly number[]): Uint8Array[] => {
  const places = [...new Set(at.map((n) => n % (bytes.length + 1)))].sort((a, b) => a - b)
  return [...places, bytes.length].map((end, i) => bytes.subarray(places[i - 1] ?? 0, end))
}

test('a message comes through whatever the cuts', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat()), (message, at) => {
      const got = read(cut(frameMessage(message), at))
      assert.ok(got instanceof Buffer && got.equals(message))
    }),
  )
})

test('a message that is too short or too long is told, whatever the cuts', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat()), fc.nat(20), (message, at, by) => {
      const framed = frameMessage(message)
      const short = framed.subarray(0, Math.max(0, framed.length - 1 - by))
      assert.equal(read(cut(short, at)), 'short')
      assert.equal(read(cut(Buffer.concat([framed, Buffer.alloc(1 + by)]), at)), 'past')
    }),
  )
})

test('any bytes end in a message or a reason, and never in more bytes than came', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(fc.nat()), (bytes, at) => {
      const got = read(cut(bytes, at))
      if (got instanceof Buffer) assert.equal(got.length, bytes.length - FRAME_PREFIX_BYTES)
      else if (bytes.length > 0 && bytes[0]! > 1) assert.equal(got, 'flag')
      else assert.ok(got === 'short' || got === 'past')
    }),
    { numRuns: 1000 },
  )
})

test('a length past 2^31 stays positive', () => {
  const frame = new MessageFrame()
  assert.equal(frame.prefix(Uint8Array.from([1, 0xff, 0xff, 0xff, 0xff])), 5)
  assert.equal(frame.length, 0xffffffff)
  assert.equal(frame.compressed, true)
})
