import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { type Entry, fromBuffer } from 'yauzl'

/** What an archive may cost. A bomb stops at the first of them. */
export interface ArchiveLimits {
  /** Bytes of one member after unpacking. */
  readonly memberBytes: number
  /** Bytes of all members of one outermost archive after unpacking. */
  readonly totalBytes: number
  readonly members: number
  /** Archives within archives. */
  readonly depth: number
}

export const DEFAULT_ARCHIVE_LIMITS: ArchiveLimits = {
  memberBytes: 64 * 1024 * 1024,
  totalBytes: 512 * 1024 * 1024,
  members: 20_000,
  depth: 3,
}

/** What is left of the limits; shared by nested archives. */
export interface ArchiveBudget {
  bytes: number
  members: number
}

export type ArchiveKind = 'zip' | 'tar' | 'gzip'

/** What bounds an unpacking, and who is told of what it holds. */
export interface Unpacking {
  readonly limits: ArchiveLimits
  readonly budget: ArchiveBudget
  readonly onMember: (name: string, bytes: Buffer) => Promise<void>
  readonly onProblem: (problem: string) => void
}

/** By the first bytes, not by the name. */
export function archiveKind(bytes: Uint8Array): ArchiveKind | null {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5)) return 'zip'
  if (bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8) return 'gzip'
  // `ustar` at 257: POSIX.1-2001 and GNU tar.
  if (
    bytes.length > 262 &&
    Buffer.from(bytes.buffer, bytes.byteOffset + 257, 5).toString('latin1') === 'ustar'
  )
    return 'tar'
  return null
}

/** Unpacks one level; what is damaged or breaks a limit is told and left out. Never throws. */
export async function unpack(kind: ArchiveKind, bytes: Buffer, to: Unpacking): Promise<void> {
  const { onMember, onProblem } = to
  try {
    if (kind === 'zip') await unpackZip(bytes, to)
    else if (kind === 'tar') await unpackTar(bytes, to)
    else {
      const whole = await readBounded(Readable.from([bytes]).pipe(createGunzip()), to)
      if (whole === null) onProblem('unpacks to more than the limit')
      else await onMember('', whole)
    }
  } catch {
    onProblem('is damaged or of an unknown form')
  }
}

/** Reads a stream to its end; null when a limit is passed, and then the stream is destroyed. */
async function readBounded(stream: Readable, { limits, budget }: Unpacking): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of stream) {
      length += (part as Buffer).length
      budget.bytes -= (part as Buffer).length
      if (length > limits.memberBytes || budget.bytes < 0) return null
      parts.push(part as Buffer)
    }
  } finally {
    stream.destroy()
  }
  return Buffer.concat(parts)
}

async function unpackZip(bytes: Buffer, to: Unpacking): Promise<void> {
  const { budget, onMember, onProblem } = to
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  fromBuffer(bytes, { lazyEntries: true, decodeStrings: false }, (error, zip) => {
    if (error !== null || zip === undefined) {
      reject(error ?? new Error('no zip'))
      return
    }
    const next = (): void => zip.readEntry()
    const read = async (entry: Entry): Promise<void> => {
      if (--budget.members < 0) {
        onProblem('holds more members than the limit')
        zip.close()
        resolve()
        return
      }
      // Bytes, because a name that yauzl refuses would hide the rest of the archive.
      const name = Buffer.from(entry.fileName).toString('utf8')
      // Encrypted members cannot be read, folders hold nothing.
      if (name.endsWith('/') || (entry.generalPurposeBitFlag & 1) === 1) return next()
      const opened = Promise.withResolvers<Readable>()
      zip.openReadStream(entry, (failed, stream) => {
        if (failed !== null || stream === undefined) opened.reject(failed)
        else opened.resolve(stream)
      })
      const member = await readBounded(await opened.promise, to)
      if (member === null) onProblem('unpacks to more than the limit')
      else await onMember(name, member)
      if (budget.bytes < 0) {
        zip.close()
        resolve()
      } else next()
    }
    zip.on('entry', (entry: Entry) => {
      read(entry).catch(() => {
        onProblem('holds a damaged member')
        next()
      })
    })
    zip.on('end', resolve)
    zip.on('error', reject)
    next()
  })
  await promise
}

async function unpackTar(bytes: Buffer, to: Unpacking): Promise<void> {
  const { budget, onMember, onProblem } = to
  const tar = extract()
  tar.end(bytes)
  for await (const entry of tar) {
    if (--budget.members < 0) {
      onProblem('holds more members than the limit')
      return
    }
    if (entry.header.type !== 'file') {
      entry.resume()
      continue
    }
    const member = await readBounded(entry as unknown as Readable, to)
    if (member === null) {
      onProblem('unpacks to more than the limit')
      return
    }
    await onMember(entry.header.name, member)
  }
}
