import * as zlib from 'node:zlib'

export type Compression = 'gzip' | 'deflate' | 'zstd'

/** A body that inflates to at most this is inflated in one call: measured on 150 KB, half the CPU of a zlib stream. */
export const SYNC_MAX_BYTES = 4 * 1024 * 1024
export const SYNC_MAX_WIRE_BYTES = 1024 * 1024

/** RFC 9659: a zstd content coding needs no window past 8 MB; more would let a small body claim much memory. */
const ZSTD_WINDOW_LOG_MAX = 23
export const zstdOptions = (): zlib.ZstdOptions => ({
  params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX },
})

/** What the synchronous calls give when asked for `info`. */
interface Inflated {
  readonly buffer: Buffer
  /** Of Node's own: the last buffer it wrote to. */
  readonly engine: { _outBuffer: Buffer | null }
}

/** Where a body lies while it is inflated. */
let input = Buffer.allocUnsafeSlow(64 * 1024)

/**
 * Node keeps the engine of each call, with the buffers it last read and wrote, until the whole heap is marked, and marks
 * it for the sake of them: a third of the daemon's time under gzip. So the engine reads a buffer that stays, and lets go
 * of the one it wrote.
 * @param wire at most SYNC_MAX_WIRE_BYTES
 * @param chunkBytes allocated at a time: where all of it fits, the result is one buffer
 * @returns null when it inflates to more than `maxBytes`
 * @throws Error of zlib when it does not inflate
 */
export function inflateSync(
  encoding: Compression,
  wire: Uint8Array,
  maxBytes: number,
  chunkBytes: number,
): Buffer | null {
  if (wire.length > input.length) input = Buffer.allocUnsafeSlow(SYNC_MAX_WIRE_BYTES)
  input.set(wire)
  const body = input.subarray(0, wire.length)
  // zlib takes no chunk under 64 bytes
  const options = { maxOutputLength: maxBytes, chunkSize: Math.max(64, chunkBytes), info: true }
  try {
    const { buffer, engine } = call(encoding, body, options) as unknown as Inflated
    engine._outBuffer = null
    return buffer
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return null
    throw error
  }
}

function call(encoding: Compression, body: Uint8Array, options: zlib.ZlibOptions): Buffer {
  if (encoding === 'gzip') return zlib.gunzipSync(body, options)
  if (encoding === 'zstd')
    return zlib.zstdDecompressSync(body, { ...zstdOptions(), ...(options as zlib.ZstdOptions) })
  return isZlib(body) ? zlib.inflateSync(body, options) : zlib.inflateRawSync(body, options)
}

/** `deflate` means zlib (RFC 9110 8.4.1.2), but some clients send the bare stream; the header's check tells. */
export function isZlib(wire: Uint8Array): boolean {
  return wire.length >= 2 && (wire[0]! & 0x0f) === 8 && ((wire[0]! << 8) | wire[1]!) % 31 === 0
}
