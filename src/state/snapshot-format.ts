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

const MAGIC = 'TTSNAP3\n'
const STREAM_BYTES_AT = 8
const OFFSET_AT = 16
const WRITTEN_AT = 24
const STATE_BYTES_AT = 32
const MEMORY_BYTES_AT = 40
const HEADER_BYTES = 48
export const CHECKSUM_BYTES = 4
const MAX_STREAM_BYTES = 1024

/** What comes before the state. @param state its length in bytes, for it may still be read */
export function snapshotHead(snapshot: Omit<Snapshot, 'state'>, stateBytes: number): Buffer {
  const { memory } = snapshot
  const stream = Buffer.from(snapshot.stream)
  const head = Buffer.alloc(HEADER_BYTES + stream.length + memory.length)
  head.write(MAGIC, 0, 'latin1')
  head.writeUInt32LE(stream.length, STREAM_BYTES_AT)
  head.writeDoubleLE(snapshot.offset, OFFSET_AT)
  head.writeDoubleLE(snapshot.writtenMs, WRITTEN_AT)
  head.writeDoubleLE(stateBytes, STATE_BYTES_AT)
  head.writeDoubleLE(memory.length, MEMORY_BYTES_AT)
  stream.copy(head, HEADER_BYTES)
  head.set(memory, HEADER_BYTES + stream.length)
  return head
}

/** What comes after the state. @param crc CRC-32 of all before */
export function snapshotTail(crc: number): Buffer {
  const tail = Buffer.alloc(CHECKSUM_BYTES)
  tail.writeUInt32LE(crc)
  return tail
}

/** A snapshot in one buffer. */
export function encodeSnapshot(snapshot: Snapshot): Buffer {
  const head = snapshotHead(snapshot, snapshot.state.length)
  return Buffer.concat([head, snapshot.state, snapshotTail(crc32(snapshot.state, crc32(head)))])
}

/** Views into `bytes`. @throws TelltaleError STATE_SCHEMA (not a snapshot of this version) or STATE_DAMAGED (torn or altered) */
export function decodeSnapshot(bytes: Buffer): Snapshot {
  if (bytes.length < MAGIC.length) throw new TelltaleError('STATE_DAMAGED', 'snapshot is cut short')
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new TelltaleError('STATE_SCHEMA', 'not a snapshot of this version')
  }
  if (bytes.length < HEADER_BYTES) throw new TelltaleError('STATE_DAMAGED', 'snapshot is cut short')
  const streamBytes = bytes.readUInt32LE(STREAM_BYTES_AT)
  const stateBytes = bytes.readDoubleLE(STATE_BYTES_AT)
  const memoryBytes = bytes.readDoubleLE(MEMORY_BYTES_AT)
  const total = HEADER_BYTES + streamBytes + memoryBytes + stateBytes + CHECKSUM_BYTES
  if (streamBytes > MAX_STREAM_BYTES || !(stateBytes >= 0) || !(memoryBytes >= 0) || total !== bytes.length) {
    throw new TelltaleError('STATE_DAMAGED', 'snapshot has the wrong length')
  }
  const end = bytes.length - CHECKSUM_BYTES
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) {
    throw new TelltaleError('STATE_DAMAGED', 'snapshot does not pass its checksum')
  }
  const memoryAt = HEADER_BYTES + streamBytes
  const stateAt = memoryAt + memoryBytes
  return {
    stream: bytes.toString('utf8', HEADER_BYTES, memoryAt),
    offset: bytes.readDoubleLE(OFFSET_AT),
    writtenMs: bytes.readDoubleLE(WRITTEN_AT),
    state: viewOf(bytes, stateAt, end),
    memory: viewOf(bytes, memoryAt, stateAt),
  }
}

const viewOf = (bytes: Buffer, from: number, to: number): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from)
