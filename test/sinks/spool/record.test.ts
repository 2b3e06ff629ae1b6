import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeRecord, FINDING, MAGIC, readRecords } from '../../../src/sinks/spool/record.ts'

const texts = (bytes: Buffer): string[] => {
  const found: string[] = []
  readRecords(bytes, (r) => found.push(bytes.toString('utf8', r.start, r.end)))
  return found
}

const segment = (payloads: readonly string[]): { bytes: Buffer; ends: number[] } => {
  const ends: number[] = []
  let bytes = MAGIC
  for (const [i, payload] of payloads.entries()) {
    bytes = Buffer.concat([bytes, encodeRecord(FINDING, i + 1, payload)])
    ends.push(bytes.length)
  }
  return { bytes, ends }
}

test('what was written is read back, with its sequence', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 80 }), { maxLength: 12 }), (payloads) => {
      const { bytes } = segment(payloads)
      const sequences: number[] = []
      const end = readRecords(bytes, (r) => sequences.push(r.sequence))
      assert.equal(end, bytes.length)
      assert.deepEqual(texts(bytes), payloads)
      assert.deepEqual(
        sequences,
        payloads.map((_, i) => i + 1),
      )
    }),
  )
})

test('a segment cut at any byte gives exactly the records that are whole', () => {
  const payloads = ['{"a":1}', '', 'ünïcode', 'x'.repeat(200), '{"last":true}']
  const { bytes, ends } = segment(payloads)
  for (let cut = 0; cut <= bytes.length; cut++) {
    const whole = ends.filter((end) => end <= cut).length
    assert.deepEqual(texts(bytes.subarray(0, cut)), payloads.slice(0, whole), `cut at ${cut}`)
  }
})

test('a flipped bit anywhere never yields a record that was not written', () => {
  const payloads = ['{"a":1}', '{"b":2}', '{"c":3}']
  const { bytes } = segment(payloads)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes)
    damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7))
    const found = texts(damaged)
    assert.deepEqual(found, payloads.slice(0, found.length), `bit ${bit}`)
    assert.ok(found.length < payloads.length)
  }
})

test('reading arbitrary bytes neither throws nor runs past their end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (noise, withMagic) => {
      const bytes = withMagic ? Buffer.concat([MAGIC, noise]) : Buffer.from(noise)
      const end = readRecords(bytes, (r) => assert.ok(r.start <= r.end && r.end <= bytes.length))
      assert.ok(end >= 0 && end <= bytes.length)
    }),
    { numRuns: 2000 },
  )
})
