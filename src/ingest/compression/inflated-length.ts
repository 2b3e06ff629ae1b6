import type { Compression } from './inflate-sync.ts'

/** Inflated lengths as compressed bytes state them: hints, which may be wrong. -1 where there is none. */

/** Most that deflate makes of a byte. Source: zlib's technical details, "maximum compression factor". */
const DEFLATE_MAX_RATIO = 1032
const GZIP_LEAST_BYTES = 18

/** Of the last member, modulo 2^32. Source: RFC 1952, section 2.3.1, ISIZE. */
function gzipLength(bytes: Buffer): number {
  if (bytes.length < GZIP_LEAST_BYTES) return -1
  const length = bytes.readUInt32LE(bytes.length - 4)
  return length <= bytes.length * DEFLATE_MAX_RATIO ? length : -1
}

const ZSTD_MAGIC = 0xfd2fb528
const DICTIONARY_ID_BYTES = [0, 1, 2, 4]

/** Of the first frame. Source: RFC 8878, section 3.1.1.1. */
function zstdLength(bytes: Buffer): number {
  if (bytes.length < 18 || bytes.readUInt32LE(0) !== ZSTD_MAGIC) return -1
  const descriptor = bytes[4]!
  const isSingleSegment = (descriptor & 0x20) !== 0
  const at = 5 + (isSingleSegment ? 0 : 1) + DICTIONARY_ID_BYTES[descriptor & 3]!
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment ? bytes[at]! : -1
    case 1:
      return bytes.readUInt16LE(at) + 256
    case 2:
      return bytes.readUInt32LE(at)
    default:
      return Number(bytes.readBigUInt64LE(at))
  }
}

/** @returns bytes that the body says it inflates to, or -1 */
export function statedLength(encoding: Compression, wire: Uint8Array): number {
  const bytes = Buffer.from(wire.buffer, wire.byteOffset, wire.length)
  if (encoding === 'gzip') return gzipLength(bytes)
  return encoding === 'zstd' ? zstdLength(bytes) : -1
}
