import * as zlib from 'node:zlib'
import type { RecordBatch } from '../../columns/record-batch.ts'
import { TelltaleError } from '../../core/errors.ts'
import {
  type Compression,
  inflateSync,
  isZlib,
  SYNC_MAX_BYTES,
  SYNC_MAX_WIRE_BYTES,
  zstdOptions,
} from '../compression/inflate-sync.ts'
import { statedLength } from '../compression/inflated-length.ts'

/**
 * Decompression into a batch's payload, stopping at a cap.
 *
 * A body that inflates to at most SYNC_MAX_BYTES is inflated in one call: measured on a 150 KB batch, half the CPU of a
 * zlib stream, which pays for thread-pool hops. A larger one, or one that turns out larger, is streamed on the thread
 * pool, so that a bomb never holds the event loop for more than SYNC_MAX_BYTES of output.
 */

export type Encoding = 'identity' | Compression

const CHUNK_BYTES = 256 * 1024

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
  const stated = statedLength(encoding, wire)
  if (wire.length <= SYNC_MAX_WIRE_BYTES && stated < SYNC_MAX_BYTES) {
    const limit = Math.max(1, Math.min(maxBytes, SYNC_MAX_BYTES))
    let bytes: Buffer | null
    try {
      bytes = inflateSync(encoding, wire, limit, Math.max(CHUNK_BYTES, stated + 1))
    } catch {
      done(badEncoding(encoding))
      return
    }
    if (bytes !== null) {
      const refusal = grow(bytes.length)
      if (refusal === null) batch.append(bytes)
      done(refusal)
      return
    }
    if (limit === maxBytes) {
      done(tooLarge(maxBytes))
      return
    }
  }
  inflateStream(encoding, wire, maxBytes, batch, grow, done)
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

const badEncoding = (encoding: Compression): TelltaleError =>
  new TelltaleError('BAD_ENCODING', `the body is not valid ${encoding}`)

export const tooLarge = (maxBytes: number): TelltaleError =>
  new TelltaleError('TOO_LARGE', `the request is larger than ${maxBytes} bytes`)
