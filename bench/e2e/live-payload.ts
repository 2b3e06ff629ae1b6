import { encodeJson, encodeProto, logsRequest, type PayloadShape } from '../support/payload.ts'

/**
 * A prebuilt request whose records can be moved to another time in place, so that the same bytes serve again as live
 * traffic: a receiver that keeps event time would otherwise see the past over and over.
 */
export interface LivePayload {
  readonly bytes: Buffer
  readonly records: number
  /** Moves the first record to `nowMs`, the others behind it as before. */
  stamp(nowMs: number): void
}

export type PayloadFormat = 'protobuf' | 'json'

const BASE_MS = Date.UTC(2026, 0, 1)
const TWO_32 = 2 ** 32

export function livePayload(shape: PayloadShape, format: PayloadFormat): LivePayload {
  const request = logsRequest({ ...shape, startMs: BASE_MS })
  const encoded = format === 'json' ? encodeJson(request) : encodeProto(request)
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  const nanos = request.resourceLogs
    .flatMap((r) => r.scopeLogs.flatMap((s) => s.logRecords))
    .map((l) => l.timeUnixNano)
  const places = placesOf(bytes, nanos, format)
  // microseconds since BASE_MS: the payload's times are whole microseconds
  const afterUs = nanos.map((n) => Number((BigInt(n) - BigInt(BASE_MS) * 1_000_000n) / 1000n))
  const stamp = format === 'json' ? stampText : stampFixed64
  return { bytes, records: nanos.length, stamp: (nowMs) => stamp(bytes, places, afterUs, nowMs) }
}

/** Where each record's two times (event, observed) stand, in order. */
function placesOf(bytes: Buffer, nanos: readonly string[], format: PayloadFormat): Int32Array {
  const places = new Int32Array(nanos.length * 2)
  let from = 0
  const word = Buffer.alloc(8)
  for (let i = 0; i < nanos.length; i++) {
    word.writeBigUInt64LE(BigInt(nanos[i]!))
    const needle = format === 'json' ? Buffer.from(nanos[i]!) : word
    for (const k of [0, 1]) {
      const at = bytes.indexOf(needle, from)
      if (at < 0) throw new Error('a record without its two times')
      places[2 * i + k] = at
      from = at + needle.length
    }
  }
  return places
}

function stampFixed64(bytes: Buffer, places: Int32Array, afterUs: readonly number[], nowMs: number): void {
  for (let i = 0; i < afterUs.length; i++) {
    // nanoseconds exceed 2^53: multiply the two halves of the microseconds apart
    const us = Math.floor(nowMs * 1000) + afterUs[i]!
    const lowTimes1000 = (us % TWO_32) * 1000
    const low = lowTimes1000 % TWO_32
    const high = Math.floor(us / TWO_32) * 1000 + Math.floor(lowTimes1000 / TWO_32)
    for (let k = 0; k < 2; k++) {
      const at = places[2 * i + k]!
      bytes.writeUInt32LE(low, at)
      bytes.writeUInt32LE(high, at + 4)
    }
  }
}

function stampText(bytes: Buffer, places: Int32Array, afterUs: readonly number[], nowMs: number): void {
  for (let i = 0; i < afterUs.length; i++) {
    const text = `${Math.floor(nowMs * 1000) + afterUs[i]!}000`
    bytes.write(text, places[2 * i]!, 'latin1')
    bytes.write(text, places[2 * i + 1]!, 'latin1')
  }
}
