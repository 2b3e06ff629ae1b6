import * as zlib from 'node:zlib'
import type { RecordBatch } from '../../columns/record-batch.ts'
import { TelltaleError } from '../../core/errors.ts'

/**
 * Decompression into a batch's payload, stopping at a cap.
 *
 * A body that inflates to at most SYNC_MAX_BYTES is inflated in one call: measured on a 150 KB batch, half the CPU of a
 * zlib stream, which pays for thread-pool hops. A larger one, or one that turns out larger, is streamed on the thread
 * pool, so that a bomb never holds the event loop for more than SYNC_MAX_BYTES of output.
 */

export type Encoding = 'identity' | 'gzip' | 'deflate' | 'zstd'
export type Compression = Exclude<Encoding, 'identity'>

const SYNC_MAX_BYTES = 4 * 1024 * 1024
const SYNC_MAX_WIRE_BYTES = 1024 * 1024
const CHUNK_BYTES = 256 * 1024
/** RFC 9659: a zstd content coding needs no window past 8 MB; more would let a small body claim much memory. */
const ZSTD_WINDOW_LOG_MAX = 23

/** Node 22.15 and 23.8 brought zstd. */
export const HAS_ZSTD = typeof zlib.zstdDecompressSync === 'function'

/** @returns the coding a content-encoding or grpc-encoding header names, or null when we do not speak it */
export function parseEncoding(header: string | undefined): Encoding | null {
  if (header === undefined || header === '') return 'identity'
  switch (header.trim().toLowerCase()) {
    case 'identity':
      return 'identity'
    case 'gzip':
    case 'x-gzip':
      return 'gzip'
    case 'deflate':
      return 'deflate'
    case 'zstd':
      return HAS_ZSTD ? 'zstd' : null
    default:
      return null
  }
}

/**
 * Appends the inflated bytes to `batch`.
 * @param grow asked with every further run of output bytes; an error stops the work
 * @param done called once, possibly before this returns, with null or the reason; never throws
 */
export function inflate(
  encoding: Compression,
  wire: Uint8Array,
  maxBytes: number,
  batch: RecordBatch,
  grow: (bytes: number) => TelltaleError | null,
  done: (error: TelltaleError | null) => void,
): void {
  if (wire.length <= SYNC_MAX_WIRE_BYTES && sizeHint(encoding, wire) <= SYNC_MAX_BYTES) {
    const limit = Math.max(1, Math.min(maxBytes, SYNC_MAX_BYTES))
    const bytes = tryInflateSync(encoding, wire, limit)
    if (bytes instanceof Uint8Array) {
      const refusal = grow(bytes.length)
      if (refusal === null) batch.append(bytes)
      done(refusal)
      return
    }
    if (bytes === 'bad' || limit === maxBytes) {
      done(bytes === 'bad' ? badEncoding(encoding) : tooLarge(maxBytes))
      return
    }
  }
  inflateStream(encoding, wire, maxBytes, batch, grow, done)
}

function tryInflateSync(
  encoding: Compression,
  wire: Uint8Array,
  limit: number,
): Uint8Array | 'bad' | 'larger' {
  try {
    return inflateSync(encoding, wire, limit)
  } catch (error) {
    const larger = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return larger ? 'larger' : 'bad'
  }
}

/** Bytes a gzip trailer claims (ISIZE, RFC 1952), a hint only; 0 for the others. */
function sizeHint(encoding: Compression, wire: Uint8Array): number {
  const n = wire.length
  if (encoding !== 'gzip' || n < 18) return 0
  return (wire[n - 4]! | (wire[n - 3]! << 8) | (wire[n - 2]! << 16) | (wire[n - 1]! << 24)) >>> 0
}

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
 */
function inflateSync(encoding: Compression, wire: Uint8Array, maxOutputLength: number): Uint8Array {
  // One output buffer when the hint is right: chunkSize is what zlib allocates at a time.
  const chunkSize = Math.min(SYNC_MAX_BYTES, Math.max(CHUNK_BYTES, sizeHint(encoding, wire) + 64))
  if (wire.length > input.length) input = Buffer.allocUnsafeSlow(SYNC_MAX_WIRE_BYTES)
  input.set(wire)
  const body = input.subarray(0, wire.length)
  const options = { maxOutputLength, chunkSize, info: true }
  const inflated: unknown =
    encoding === 'gzip'
      ? zlib.gunzipSync(body, options)
      : encoding === 'zstd'
        ? zlib.zstdDecompressSync(body, { ...zstdOptions(), ...options })
        : isZlib(body)
          ? zlib.inflateSync(body, options)
          : zlib.inflateRawSync(body, options)
  const { buffer, engine } = inflated as Inflated
  engine._outBuffer = null
  return buffer
}

function inflateStream(
  encoding: Compression,
  wire: Uint8Array,
  maxBytes: number,
  batch: RecordBatch,
  grow: (bytes: number) => TelltaleError | null,
  done: (error: TelltaleError | null) => void,
): void {
  const stream = openStream(encoding, wire)
  let settled = false
  const settle = (error: TelltaleError | null): void => {
    if (settled) return
    settled = true
    stream.destroy()
    done(error)
  }
  stream.on('data', (chunk: Buffer) => {
    if (settled) return
    if (batch.bytesEnd + chunk.length > maxBytes) return settle(tooLarge(maxBytes))
    const refusal = grow(chunk.length)
    if (refusal !== null) return settle(refusal)
    batch.append(chunk)
  })
  stream.on('end', () => settle(null))
  stream.on('error', () => settle(badEncoding(encoding)))
  stream.end(wire)
}

function openStream(encoding: Compression, wire: Uint8Array): zlib.Gunzip | zlib.ZstdDecompress {
  const chunkSize = CHUNK_BYTES
  if (encoding === 'gzip') return zlib.createGunzip({ chunkSize })
  if (encoding === 'zstd') return zlib.createZstdDecompress({ ...zstdOptions(), chunkSize })
  return isZlib(wire) ? zlib.createInflate({ chunkSize }) : zlib.createInflateRaw({ chunkSize })
}

const zstdOptions = (): zlib.ZstdOptions => ({
  params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX },
})

/** `deflate` means zlib (RFC 9110 8.4.1.2), but some clients send the bare stream; the header's check tells. */
function isZlib(wire: Uint8Array): boolean {
  return wire.length >= 2 && (wire[0]! & 0x0f) === 8 && ((wire[0]! << 8) | wire[1]!) % 31 === 0
}

const badEncoding = (encoding: Compression): TelltaleError =>
  new TelltaleError('BAD_ENCODING', `the body is not valid ${encoding}`)

export const tooLarge = (maxBytes: number): TelltaleError =>
  new TelltaleError('TOO_LARGE', `the request is larger than ${maxBytes} bytes`)
