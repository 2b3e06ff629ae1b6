import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { KeyTable } from '../../../src/columns/key-table.ts'
import { RecordBatch } from '../../../src/columns/record-batch.ts'
import type { TelltaleError } from '../../../src/core/errors.ts'
import type { Compression } from '../../../src/ingest/compression/inflate-sync.ts'
import { inflate, parseEncoding } from '../../../src/ingest/otlp/inflate.ts'

const keys = new KeyTable(1)

function run(encoding: Compression, wire: Uint8Array, maxBytes: number): Promise<Buffer | string> {
  const batch = new RecordBatch(keys)
  return new Promise((resolve) => {
    const done = (error: TelltaleError | null): void =>
      resolve(error === null ? Buffer.from(batch.bytes.subarray(0, batch.payloadEnd)) : error.code)
    inflate(encoding, wire, maxBytes, batch, () => null, done)
  })
}

const compressors: [Compression, (body: Uint8Array) => Buffer][] = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['zstd', zstdCompressSync],
]

test('what was compressed comes back, and one byte over the cap does not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...compressors),
      fc.uint8Array({ minLength: 2, maxLength: 2000 }),
      async ([encoding, compress], body) => {
        const wire = compress(body)
        const back = await run(encoding, wire, body.length)
        assert.ok(back instanceof Buffer && back.equals(body))
        assert.equal(await run(encoding, wire, body.length - 1), 'TOO_LARGE')
      },
    ),
  )
})

test('any bytes end in a payload under the cap or an error', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...compressors),
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
      async ([encoding, compress], body, edits) => {
        const wire = compress(body)
        for (const [at, byte] of edits) wire[at % wire.length] = byte
        const back = await run(encoding, wire, 4096)
        if (typeof back === 'string') assert.ok(['BAD_ENCODING', 'TOO_LARGE'].includes(back), back)
        else assert.ok(back.length <= 4096)
      },
    ),
    { numRuns: 500 },
  )
})

test('a gzip trailer that lies about the size changes nothing', async () => {
  const body = Buffer.alloc(100_000, 'x')
  for (const claim of [0, 1, 0xffffffff]) {
    const wire = gzipSync(body)
    wire.writeUInt32LE(claim, wire.length - 4)
    assert.equal(await run('gzip', wire, 1_000_000), 'BAD_ENCODING')
    assert.ok(['BAD_ENCODING', 'TOO_LARGE'].includes(String(await run('gzip', wire, 1000))))
  }
})

test('members of a gzip body follow one another', async () => {
  const wire = Buffer.concat([gzipSync('one '), gzipSync('two')])
  assert.equal(String(await run('gzip', wire, 100)), 'one two')
})

test('a zstd body that claims a window past 8 MB is refused', async () => {
  // magic, frame header: no single segment, window descriptor 2^27, then an empty raw last block
  const wire = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (27 - 10) << 3, 0x01, 0x00, 0x00])
  assert.equal(await run('zstd', wire, 1000), 'BAD_ENCODING')
  wire[5] = (20 - 10) << 3
  assert.equal(String(await run('zstd', wire, 1000)), '')
})

test('the names of encodings are read in any case, others are none', () => {
  assert.equal(parseEncoding(undefined), 'identity')
  assert.equal(parseEncoding(''), 'identity')
  assert.equal(parseEncoding(' GZip '), 'gzip')
  assert.equal(parseEncoding('x-gzip'), 'gzip')
  for (const other of ['br', 'gzip, gzip', 'snappy', '__proto__']) assert.equal(parseEncoding(other), null)
})
