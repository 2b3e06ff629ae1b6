import { promisify } from 'node:util'
import zlib from 'node:zlib'
import kafkajs from 'kafkajs'
import { compressFrame, decompressFrame } from 'lz4-napi'
import { compress as snappyCompress, uncompress as snappyUncompress } from 'snappy'
import {
  type Compression,
  inflateSync,
  SYNC_MAX_BYTES,
  SYNC_MAX_WIRE_BYTES,
} from '../compression/inflate-sync.ts'
import { statedLength } from '../compression/inflated-length.ts'
import type { Slabs } from './slabs.ts'

/**
 * Compression codecs for kafkajs, which brings only gzip, and that without a cap. Each inflates to at most
 * {@link MAX_INFLATED_BYTES}, so that a small batch cannot become a gigabyte.
 * lz4 frames give no length before they are read: there the format's own limit of 255 to 1 is the cap.
 */
interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>
  decompress(buffer: Buffer): Promise<Buffer>
}

export const MAX_INFLATED_BYTES = 256 * 1024 * 1024

const gzip = promisify(zlib.gzip)
const gunzip = promisify(zlib.gunzip)
const limit = { maxOutputLength: MAX_INFLATED_BYTES }

/** Past this, a length somebody wrote is not believed before there are bytes to show for it. */
const CHUNK_MAX_BYTES = 16 * 1024 * 1024
const CHUNK_MIN_BYTES = 1024
const CHUNK_BYTES = 64 * 1024

/**
 * How much is inflated at once. Where all of it fits it is neither put together from pieces nor garbage twice: 0.45 of
 * the CPU for 476 KB of gzip, and half of what makes the collector run. One more byte, or the end is not seen.
 */
const chunkBytes = (length: number): number =>
  length >= CHUNK_MIN_BYTES && length < CHUNK_MAX_BYTES ? length + 1 : CHUNK_BYTES

type Inflate = (buffer: Buffer, options: { maxOutputLength: number; chunkSize: number }) => Promise<Buffer>

/** Batches that say they are short are inflated at once; the others, and those that said wrong, on the thread pool. */
async function inflate(encoding: Compression, buffer: Buffer, onPool: Inflate): Promise<Buffer> {
  const stated = statedLength(encoding, buffer)
  if (stated >= 0 && stated < SYNC_MAX_BYTES && buffer.length <= SYNC_MAX_WIRE_BYTES) {
    try {
      const bytes = inflateSync(encoding, buffer, SYNC_MAX_BYTES, stated + 1)
      if (bytes !== null) return bytes
    } catch {
      // a window larger than a request may ask for, or a damaged batch: the pool says which
    }
  }
  return onPool(buffer, { ...limit, chunkSize: chunkBytes(stated) })
}

/** Where what is inflated lies, once there is a consumer that gives it back. */
let slabs: Slabs | null = null

const keep = (bytes: Buffer): Buffer => slabs?.keep(bytes) ?? bytes

const GZIP: Codec = {
  compress: (encoder) => gzip(encoder.buffer),
  decompress: async (buffer) => keep(await inflate('gzip', buffer, gunzip)),
}

const LZ4: Codec = {
  compress: (encoder) => compressFrame(encoder.buffer),
  decompress: async (buffer) => keep(await decompressFrame(buffer)),
}

const SNAPPY: Codec = {
  compress: (encoder) => snappyCompress(encoder.buffer),
  decompress: async (buffer) => keep(await inflateSnappy(buffer)),
}

/**
 * Adds what is missing to kafkajs' process-wide table; safe to call again.
 * @param into for everything that is inflated from now on
 */
export function registerCodecs(into?: Slabs): void {
  slabs = into ?? slabs
  const table = kafkajs.CompressionCodecs as unknown as Record<number, () => Codec>
  const types = kafkajs.CompressionTypes
  table[types.GZIP] = () => GZIP
  table[types.LZ4] = () => LZ4
  table[types.Snappy] = () => SNAPPY
  if (typeof zlib.zstdDecompress === 'function') {
    const zstd = promisify(zlib.zstdCompress)
    const unzstd = promisify(zlib.zstdDecompress)
    const codec: Codec = {
      compress: (encoder) => zstd(encoder.buffer),
      decompress: async (buffer) => keep(await inflate('zstd', buffer, unzstd)),
    }
    table[types.ZSTD] = () => codec
  }
}

/** The frame Java's client writes (xerial snappy-java, SnappyCodec.java): magic, two versions, then sized blocks. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const XERIAL_HEADER_BYTES = 16

async function inflateSnappy(buffer: Buffer): Promise<Buffer> {
  if (!buffer.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC))
    return inflateBlock(buffer, MAX_INFLATED_BYTES)
  const blocks: Buffer[] = []
  let left = MAX_INFLATED_BYTES
  for (let at = XERIAL_HEADER_BYTES; at < buffer.length; ) {
    if (at + 4 > buffer.length) throw new RangeError('snappy frame is cut short')
    const end = at + 4 + buffer.readUInt32BE(at)
    if (end > buffer.length) throw new RangeError('snappy frame is cut short')
    const block = await inflateBlock(buffer.subarray(at + 4, end), left)
    left -= block.length
    blocks.push(block)
    at = end
  }
  return Buffer.concat(blocks)
}

/** A raw block says its inflated length in a leading varint (snappy format description, section 1). */
async function inflateBlock(block: Buffer, maxBytes: number): Promise<Buffer> {
  let length = 0
  for (let i = 0; i < 5; i++) {
    const byte = block[i]
    if (byte === undefined) throw new RangeError('snappy block is cut short')
    length += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) break
  }
  if (length > maxBytes) throw new RangeError('snappy block inflates past the cap')
  return (await snappyUncompress(block, { asBuffer: true })) as Buffer
}
