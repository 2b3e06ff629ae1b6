import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { TelltaleError } from '../../core/errors.ts'

/** A file or standard input, decompressed by what its first bytes say. */
export interface Input {
  /** The file's name without folders, compression and format suffixes; `stdin` for `-`. */
  readonly name: string
  /** Compressed size, or null for standard input. */
  readonly totalBytes: number | null
  /** Bytes read so far, before decompression. */
  readBytes(): number
  /** Decompressed bytes. @throws TelltaleError INPUT_UNREADABLE or BAD_ENCODING while iterating */
  chunks(): AsyncGenerator<Uint8Array>
}

const CHUNK_BYTES = 256 * 1024

/** `logs/app.csv.gz` is `app`. */
export function seriesNameOf(path: string): string {
  if (path === '-') return 'stdin'
  const name = basename(path).replace(/\.(gz|zst|zstd)$/i, '')
  return name.replace(/\.(csv|tsv|jsonl|ndjson|json|log|txt)$/i, '') || name
}

/** @param path a file, or `-` for standard input @throws TelltaleError INPUT_UNREADABLE */
export async function openInput(path: string, stdin: Readable = process.stdin): Promise<Input> {
  let totalBytes: number | null = null
  if (path !== '-') {
    try {
      const found = await stat(path)
      if (found.isDirectory()) throw new Error('is a folder')
      totalBytes = found.isFile() ? found.size : null
    } catch (cause) {
      throw unreadable(path, cause)
    }
  }
  let read = 0
  return {
    name: seriesNameOf(path),
    totalBytes,
    readBytes: () => read,
    async *chunks() {
      const source = path === '-' ? stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES })
      try {
        for await (const chunk of decompressed(source, (bytes) => {
          read += bytes
        }))
          yield chunk
      } catch (cause) {
        if (cause instanceof TelltaleError) throw cause
        throw unreadable(path, cause)
      } finally {
        if (path !== '-') source.destroy()
      }
    },
  }
}

async function* decompressed(source: Readable, count: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const raw = counted(source, count)
  const head = await firstBytes(raw)
  if (head === null) return
  const decoder = isGzip(head)
    ? createGunzip({ chunkSize: CHUNK_BYTES })
    : isZstd(head)
      ? createZstdDecompress({ chunkSize: CHUNK_BYTES })
      : null
  if (decoder === null) {
    yield head
    yield* raw
    return
  }
  const joined = async function* () {
    yield head
    yield* raw
  }
  // the error reaches the reader through the decoder's own iterator
  pipeline(joined, decoder, () => {})
  try {
    for await (const chunk of decoder) yield chunk as Uint8Array
  } catch (cause) {
    const code = (cause as { code?: unknown }).code
    if (typeof code === 'string' && /^(Z_|ZSTD_|ERR_ZSTD|ERR_PADDING|ERR_ZLIB)/.test(code))
      throw new TelltaleError('BAD_ENCODING', 'the compressed input is damaged or cut short', { cause })
    throw cause
  }
}

async function* counted(source: Readable, count: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array)
    count(bytes.length)
    yield bytes
  }
}

/** At least 4 bytes when the input has them, so that a magic number cut by a pipe is still seen. */
async function firstBytes(raw: AsyncGenerator<Uint8Array>): Promise<Uint8Array | null> {
  let head: Uint8Array | null = null
  while (head === null || head.length < 4) {
    const { value, done } = await raw.next()
    if (done === true) break
    head = head === null ? value : Buffer.concat([head, value])
  }
  return head
}

/** RFC 1952, 2.3.1 */
const isGzip = (b: Uint8Array): boolean => b[0] === 0x1f && b[1] === 0x8b
/** RFC 8878, 3.1.1 */
const isZstd = (b: Uint8Array): boolean => b[0] === 0x28 && b[1] === 0xb5 && b[2] === 0x2f && b[3] === 0xfd

function unreadable(path: string, cause: unknown): TelltaleError {
  const code = (cause as { code?: unknown }).code
  const why = typeof code === 'string' ? code : cause instanceof Error ? cause.message : 'unknown'
  return new TelltaleError('INPUT_UNREADABLE', `cannot read ${path}: ${why}`, { cause })
}
