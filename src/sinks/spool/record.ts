import { crc32 } from 'node:zlib'

/**
 * One record of a spool segment, little-endian (docs/formats/spool.md):
 *
 *   0        4        8      9                17
 *   +--------+--------+------+----------------+---------------+
 *   | length | crc32  | type | sequence (u64) | payload, JSON |
 *   +--------+--------+------+----------------+---------------+
 *            \        \_________ crc32 covers ________________/
 *             length = 9 + bytes of the payload
 */
export const MAGIC = Buffer.from('TTSPOOL1', 'latin1')
export const HEADER_BYTES = 17
/** A length above this is damage, not a record; a checkpoint of the default memory is about 1 MB. */
export const MAX_RECORD_BYTES = 32 * 1024 * 1024

export const FINDING = 1
export const ACKNOWLEDGED = 2
export const CHECKPOINT = 3

export interface RawRecord {
  readonly type: number
  readonly sequence: number
  /** Byte range of the payload within the segment. */
  readonly start: number
  readonly end: number
}

/** @returns header and payload in one buffer, ready to append */
export function encodeRecord(type: number, sequence: number, payload: string): Buffer {
  const bytes = Buffer.byteLength(payload)
  const record = Buffer.allocUnsafe(HEADER_BYTES + bytes)
  record.writeUInt32LE(9 + bytes, 0)
  record.writeUInt8(type, 8)
  record.writeBigUInt64LE(BigInt(sequence), 9)
  record.write(payload, HEADER_BYTES)
  record.writeUInt32LE(crc32(record.subarray(8)), 4)
  return record
}

/**
 * Walks a segment up to the first byte that is not part of a whole, checksummed record: what follows was torn by a
 * crash or damaged on disk. Never throws on any bytes.
 * @returns the byte at which reading stopped; `bytes.length` when the segment is whole
 */
export function readRecords(bytes: Buffer, visit: (record: RawRecord) => void): number {
  if (bytes.length < MAGIC.length || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return 0
  let at = MAGIC.length
  while (at + HEADER_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at)
    const end = at + 8 + length
    if (length < 9 || length > MAX_RECORD_BYTES || end > bytes.length) break
    if (crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4)) break
    const sequence = Number(bytes.readBigUInt64LE(at + 9))
    if (!Number.isSafeInteger(sequence)) break
    visit({ type: bytes[at + 8]!, sequence, start: at + HEADER_BYTES, end })
    at = end
  }
  return at
}
