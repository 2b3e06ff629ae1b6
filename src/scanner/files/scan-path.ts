import { hash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { type ArchiveBudget, type ArchiveLimits, archiveKind, unpack } from './archive.ts'
import type { ContentCache } from './content-cache.ts'
import { contextOf } from './file-context.ts'
import type { FileFinding } from './file-finding.ts'
import type { FileScanner } from './file-scanner.ts'
import { kindOfText } from './text-bytes.ts'
import type { WalkedFile } from './walk.ts'

/** Above this a file is read in pieces, so that memory stays flat. */
const WHOLE_BYTES = 16 * 1024 * 1024
const PIECE_BYTES = 4 * 1024 * 1024
/** A file that yields more is data, or an attack on the report. */
const MAX_FINDINGS = 1000

export interface ScanPathOptions {
  /** Larger files are left out and counted; 0 leaves out none. */
  readonly maxFileBytes: number
  /** Null: archives are binary files like any other. */
  readonly archives: ArchiveLimits | null
}

export interface ScannedFile {
  readonly findings: readonly FileFinding[]
  /** SHA-256 of the content, hex; null when it was not read whole. */
  readonly sha256: string | null
  /** Whether the findings are all there are, and may be kept. */
  readonly complete: boolean
}

const NOTHING: ScannedFile = { findings: [], sha256: null, complete: false }

/** Reads and scans one file. Never throws: what cannot be read is a problem in the totals. */
export async function scanPath(
  scanner: FileScanner,
  file: WalkedFile,
  options: ScanPathOptions,
  content: ContentCache | null,
): Promise<ScannedFile> {
  try {
    if (options.maxFileBytes > 0 && file.size > options.maxFileBytes) {
      scanner.totals.skippedLarge++
      return NOTHING
    }
    if (file.size > WHOLE_BYTES) return await scanInPieces(scanner, file)
    // at once: this thread has nothing else to do, and small files are read four times as fast so
    const bytes = readFileSync(file.path)
    if (content === null) {
      const findings = capped(scanner, file, await scanBytes(scanner, file.shown, bytes, options))
      return { findings, sha256: null, complete: true }
    }
    const sha256 = hash('sha256', bytes)
    const before = content.get(sha256, file.shown)
    if (before !== null) {
      scanner.totals.files++
      return { findings: before, sha256, complete: true }
    }
    const findings = capped(scanner, file, await scanBytes(scanner, file.shown, bytes, options))
    content.put(sha256, file.shown, findings)
    return { findings, sha256, complete: true }
  } catch (error) {
    scanner.totals.problems.push(
      `${scanner.maskText(file.shown)}: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'}`,
    )
    return NOTHING
  }
}

function capped(
  scanner: FileScanner,
  file: WalkedFile,
  findings: readonly FileFinding[],
): readonly FileFinding[] {
  if (findings.length <= MAX_FINDINGS) return findings
  scanner.totals.problems.push(
    `${scanner.maskText(file.shown)}: only the first ${MAX_FINDINGS} findings are kept`,
  )
  return findings.slice(0, MAX_FINDINGS)
}

/** Scans a file's bytes, and what they hold when they are an archive. */
export async function scanBytes(
  scanner: FileScanner,
  path: string,
  bytes: Buffer,
  options: ScanPathOptions,
): Promise<FileFinding[]> {
  const limits = options.archives
  if (limits === null || archiveKind(bytes) === null) return scanner.scanFile(path, bytes)
  const budget: ArchiveBudget = { bytes: limits.totalBytes, members: limits.members }
  return scanMember(scanner, path, bytes, limits, budget, 0)
}

async function scanMember(
  scanner: FileScanner,
  path: string,
  bytes: Buffer,
  limits: ArchiveLimits,
  budget: ArchiveBudget,
  depth: number,
): Promise<FileFinding[]> {
  const kind = archiveKind(bytes)
  if (kind === null) return scanner.scanFile(path, bytes, contextOf(path.replace(/\.gz$/, '')))
  const onProblem = (what: string): void => {
    scanner.totals.problems.push(`${scanner.maskText(path)}: ${what}`)
  }
  const findings: FileFinding[] = []
  if (depth >= limits.depth) {
    onProblem('holds archives within archives beyond the limit')
    return findings
  }
  const onMember = async (name: string, member: Buffer): Promise<void> => {
    const inner = name === '' ? path : `${path}!${name}`
    findings.push(...(await scanMember(scanner, inner, member, limits, budget, depth + 1)))
  }
  await unpack(kind, bytes, { limits, budget, onMember, onProblem })
  return findings
}

async function scanInPieces(scanner: FileScanner, file: WalkedFile): Promise<ScannedFile> {
  const findings: FileFinding[] = []
  const feed = scanner.open(file.shown, contextOf(file.shown), scanner.inlineIgnore, (finding) => {
    if (findings.length <= MAX_FINDINGS) findings.push(finding)
  })
  let first = true
  for await (const piece of createReadStream(file.path, { highWaterMark: PIECE_BYTES })) {
    if (first && kindOfText(piece as Buffer) !== 'utf8' && !scanner.readsBinary) {
      scanner.totals.skippedBinary++
      return { ...NOTHING, complete: true }
    }
    first = false
    feed(piece as Buffer, false)
  }
  feed(new Uint8Array(0), true)
  scanner.totals.files++
  return { findings: capped(scanner, file, findings), sha256: null, complete: true }
}
