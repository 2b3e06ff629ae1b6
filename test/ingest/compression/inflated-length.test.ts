import assert from 'node:assert/strict'
import { test } from 'node:test'
import zlib from 'node:zlib'
import fc from 'fast-check'
import kafkajs from 'kafkajs'
import { statedLength } from '../../../src/ingest/compression/inflated-length.ts'
import { registerCodecs } from '../../../src/ingest/kafka/kafkajs-codecs.ts'

const text = fc.tuple(fc.string(), fc.nat(3000)).map(([s, times]) => Buffer.from(s.repeat(times)))

test('gzip and zstd say how long they inflate', () => {
  fc.assert(
    fc.property(text, (bytes) => {
      assert.equal(statedLength('gzip', zlib.gzipSync(bytes)), bytes.length)
      const stated = statedLength('zstd', zlib.zstdCompressSync(bytes))
      assert.ok(stated === bytes.length || stated === -1)
    }),
  )
  const large = Buffer.alloc(70_000, 'abcdefg')
  assert.equal(
    statedLength('zstd', zlib.zstdCompressSync(large, { pledgedSrcSize: large.length })),
    large.length,
  )
})

test('what is cut or nothing of the kind states no length, or a wrong one, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      assert.ok(statedLength('gzip', Buffer.from(bytes)) >= -1)
      assert.ok(statedLength('zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...bytes])) >= -1)
    }),
  )
})

test('batches are inflated whole whatever length they state', async () => {
  registerCodecs()
  const table = kafkajs.CompressionCodecs as unknown as Record<
    number,
    () => { decompress(bytes: Buffer): Promise<Buffer> }
  >
  const bytes = Buffer.from('a line of a log\n'.repeat(20_000))
  const types = kafkajs.CompressionTypes
  const gzip = zlib.gzipSync(bytes)
  for (const stated of [0, 5, 2000, bytes.length - 1, bytes.length, bytes.length + 1, 1e6, 4e9]) {
    // two members: the length stated is that of the second alone
    const two = Buffer.concat([gzip, zlib.gzipSync(bytes.subarray(0, stated % 3000))])
    const inflated = await table[types.GZIP]!().decompress(two)
    assert.equal(inflated.length, bytes.length + (stated % 3000))
  }
  assert.deepEqual(await table[types.GZIP]!().decompress(gzip), bytes)
  for (const options of [{}, { pledgedSrcSize: bytes.length }]) {
    const zstd = zlib.zstdCompressSync(bytes, options)
    assert.deepEqual(await table[types.ZSTD]!().decompress(zstd), bytes)
  }
})
