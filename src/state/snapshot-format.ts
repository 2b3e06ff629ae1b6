import { crc32 } from 'node:zlib'
import { TelltaleError } from '../core/errors.ts'

/**
 * A snapshot: what the detectors of one stream know, and how far of the stream they have seen.
 * Drawn in docs/formats/snapshot.md. All integers little-endian.
 */
export interface Snapshot {
  /** `otlp`, or `kafka:TOPIC/PARTITION` */
  readonly stream: string
  /** Next offset to read; 0 where the stream has none. Up to 2^53. */
  readonly offset: number
  /** ms since epoch */
  readonly writtenMs: number
  /** The detector stage's own bytes. */
  readonly state: Uint8Array
  /** What the scanner keeps of the stream: sightings told already. */
  readonly memory: Uint8Array
}

const MAGIC = 'TTSNAP2\n'
const CRC_AT = 8
const CHECKED_FROM = 12
const HEADER_BYTES = 48
const MAX_STREAM_BYTES = 1024

/** A snapshot's bytes in pieces: state and memory as they are, not copied. */
export function snapshotParts(snapshot: Snapshot): readonly Uint8Array[] {
  const { state, memory } = snapshot
  const stream = Buffer.from(snapshot.stream)
  const out = Buffer.allocUnsafe(HEADER_BYTES + stream.length)
  out.write(MAGIC, 0, 'latin1')
  out.writeUInt32LE(stream.length, 12)
  out.writeDoubleLE(snapshot.offset, 16)
  out.writeDoubleLE(snapshot.writtenMs, 24)
  out.writeDoubleLE(state.length, 32)
  out.writeDoubleLE(memory.length, 40)
  stream.copy(out, HEADER_BYTES)
  out.writeUInt32LE(crc32(memory, crc32(state, crc32(out.subarray(CHECKED_FROM)))), CRC_AT)
  return [out, state, memory]
}

/** The same in one buffer. */
export const encodeSnapshot = (snapshot: Snapshot): Buffer => Buffer.concat(snapshotParts(snapshot))

/** Views into `bytes`. @throws TelltaleError STATE_SCHEMA (not a snapshot of this version) or STATE_DAMAGED (torn or altered) */
export function decodeSnapshot(bytes: Buffer): Snapshot {
  if (bytes.length < MAGIC.length) throw new TelltaleError('STATE_DAMAGED', 'snapshot is cut short')
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new TelltaleError('STATE_SCHEMA', 'not a snapshot of this version')
  }
  if (bytes.length < HEADER_BYTES) throw new TelltaleError('STATE_DAMAGED', 'snapshot is cut short')
  const streamBytes = bytes.readUInt32LE(12)
  const stateBytes = bytes.readDoubleLE(32)
  const memoryBytes = bytes.readDoubleLE(40)
  const total = HEADER_BYTES + streamBytes + stateBytes + memoryBytes
  if (streamBytes > MAX_STREAM_BYTES || !(stateBytes >= 0) || !(memoryBytes >= 0) || total !== bytes.length) {
    throw new TelltaleError('STATE_DAMAGED', 'snapshot has the wrong length')
  }
  if (crc32(bytes.subarray(CHECKED_FROM)) !== bytes.readUInt32LE(CRC_AT)) {
    throw new TelltaleError('STATE_DAMAGED', 'snapshot does not pass its checksum')
  }
  const stateAt = HEADER_BYTES + streamBytes
  return {
    stream: bytes.toString('utf8', HEADER_BYTES, stateAt),
    offset: bytes.readDoubleLE(16),
    writtenMs: bytes.readDoubleLE(24),
    state: viewOf(bytes, stateAt, stateAt + stateBytes),
    memory: viewOf(bytes, stateAt + stateBytes, bytes.length),
  }
}

const viewOf = (bytes: Buffer, from: number, to: number): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from)
