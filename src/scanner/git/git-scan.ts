import { readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { AllowList } from '../allow-list.ts'
import type { CommitPlace, FileFinding, ScanTotals } from '../files/file-finding.ts'
import type { FileScanner } from '../files/file-scanner.ts'
import { type ScanPathOptions, scanBytes } from '../files/scan-path.ts'
import type { GitRepository } from './git-process.ts'
import { commitPlaceOf, ObjectReader } from './object-reader.ts'
import { readRawDiff } from './raw-diff.ts'

/**
 * Scans what git holds by its blobs rather than by textual diffs: each blob is read and scanned once, however many
 * commits it is part of, and what a change added is what its new blob holds and its old one does not.
 */
export interface GitScanOptions {
  readonly repository: GitRepository
  readonly scanner: FileScanner
  readonly allow: AllowList
  readonly paths: ScanPathOptions
  readonly onProgress: (totals: ScanTotals) => void
}

const identity = (finding: FileFinding): string => `${finding.ruleId}\u0000${finding.fingerprint}`

class BlobScans {
  readonly #options: GitScanOptions
  readonly #reader: ObjectReader

  constructor(options: GitScanOptions) {
    this.#options = options
    this.#reader = new ObjectReader(options.repository, options.paths.maxFileBytes)
  }

  async findings(blob: string, path: string): Promise<FileFinding[]> {
    const { scanner, paths } = this.#options
    const bytes = await this.#reader.read(blob)
    if (bytes === 'large') scanner.totals.skippedLarge++
    else if (bytes === 'missing') scanner.totals.problems.push(`git object ${blob} is missing`)
    else return scanBytes(scanner, path, bytes, paths)
    return []
  }

  async commit(id: string): Promise<CommitPlace> {
    const bytes = await this.#reader.read(id)
    const place = commitPlaceOf(id, typeof bytes === 'string' ? '' : bytes.toString('utf8'))
    return { ...place, author: this.#options.scanner.maskText(place.author) }
  }

  close(): void {
    this.#reader.close()
  }
}

/** Findings that are in `now` more often than in `before`. */
function added(before: readonly FileFinding[], now: readonly FileFinding[]): FileFinding[] {
  const left = new Map<string, number>()
  for (const finding of before) left.set(identity(finding), (left.get(identity(finding)) ?? 0) + 1)
  return now.filter((finding) => {
    const count = left.get(identity(finding)) ?? 0
    if (count > 0) left.set(identity(finding), count - 1)
    return count === 0
  })
}

/**
 * Every secret that any commit reachable from `revisions` brought in: root commits, merges against each parent, files
 * deleted since. A secret that stays in a path is told once, for the earliest commit.
 * @param since commits after this revision up to HEAD; null for every commit of every ref
 */
export async function scanHistory(since: string | null, options: GitScanOptions): Promise<FileFinding[]> {
  const { repository, scanner, allow } = options
  const revisions = since === null ? ['--all'] : ['--end-of-options', `${since}..HEAD`]
  const ids = repository.output(['rev-list', '--topo-order', '--reverse', ...revisions])
  const changes = repository.output(
    [
      'diff-tree',
      '--stdin',
      '-r',
      '-m',
      '--root',
      '--raw',
      '-z',
      '--no-abbrev',
      '--no-renames',
      '--no-ext-diff',
      '--no-textconv',
      '--ignore-submodules',
    ],
    counted(ids, scanner.totals),
  )
  const scans = new BlobScans(options)
  const seenBlobs = new Set<string>()
  const told = new Set<string>()
  const out: FileFinding[] = []
  try {
    for await (const change of readRawDiff(changes)) {
      if (change.after === null || allow.allowsPath(change.path)) continue
      // The same content under a name that says something else of it is looked at again.
      const key = `${change.after}\u0000${change.path}`
      if (seenBlobs.has(key)) continue
      seenBlobs.add(key)
      const fresh = (await scans.findings(change.after, change.path)).filter(
        (finding) => !told.has(`${identity(finding)}\u0000${finding.path}`),
      )
      if (fresh.length > 0) {
        const commit = await scans.commit(change.commit!)
        for (const finding of fresh) {
          told.add(`${identity(finding)}\u0000${finding.path}`)
          out.push({ ...finding, commit })
        }
      }
      options.onProgress(scanner.totals)
    }
  } finally {
    scans.close()
  }
  return out
}

async function* counted(ids: AsyncIterable<Buffer>, totals: ScanTotals): AsyncGenerator<string> {
  for await (const piece of ids) {
    for (const byte of piece) if (byte === 10) totals.commits++
    yield piece.toString('latin1')
  }
}

/** What the index holds and HEAD does not: what a commit would bring in. */
export async function scanStaged(options: GitScanOptions): Promise<FileFinding[]> {
  const { repository, allow } = options
  const base = await headTree(repository)
  const changes = repository.output([
    'diff-index',
    '--cached',
    '--raw',
    '-z',
    '--no-abbrev',
    '--no-renames',
    '--ignore-submodules',
    base,
  ])
  const scans = new BlobScans(options)
  const out: FileFinding[] = []
  try {
    for await (const change of readRawDiff(changes)) {
      if (change.after === null || allow.allowsPath(change.path)) continue
      const before = change.before === null ? [] : await scans.findings(change.before, change.path)
      out.push(...added(before, await scans.findings(change.after, change.path)))
    }
  } finally {
    scans.close()
  }
  return out
}

/**
 * What the working tree holds and HEAD does not, with files git does not know yet. Git is asked for names and ids only:
 * the files are read here, so that no filter of the repository runs on them.
 */
export async function scanUncommitted(folder: string, options: GitScanOptions): Promise<FileFinding[]> {
  const { repository, scanner, allow, paths } = options
  const top = (await repository.text(['rev-parse', '--show-toplevel'])).replace(/\n$/, '') || folder
  const base = await headTree(repository)
  const committed = new Map<string, string>()
  for (const line of (await repository.text(['ls-tree', '-r', '-z', '--full-tree', base])).split('\0')) {
    const found = /^\d+ blob ([0-9a-f]{40,64})\t([\s\S]+)$/.exec(line)
    if (found !== null) committed.set(found[2]!, found[1]!)
  }
  const names = await repository.text([
    'ls-files',
    '-z',
    '--full-name',
    '--cached',
    '--others',
    '--exclude-standard',
    '--',
    top,
  ])
  const scans = new BlobScans(options)
  const out: FileFinding[] = []
  try {
    for (const path of new Set(names.split('\0'))) {
      if (path === '' || allow.allowsPath(path)) continue
      const bytes = await readWorkingFile(join(top, path))
      if (bytes === null) continue
      const now = await scanBytes(scanner, path, bytes, paths)
      if (now.length === 0) continue
      const blob = committed.get(path)
      out.push(...added(blob === undefined ? [] : await scans.findings(blob, path), now))
    }
  } finally {
    scans.close()
  }
  return out
}

/** HEAD, or the empty tree in a repository without commits. */
async function headTree(repository: GitRepository): Promise<string> {
  try {
    return (await repository.text(['rev-parse', '--verify', '--quiet', 'HEAD^{tree}'])).trim()
  } catch {
    // The empty tree's well-known name, for SHA-1 and SHA-256 repositories.
    const format = await repository.text(['rev-parse', '--show-object-format'])
    return format.trim() === 'sha256'
      ? '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321'
      : '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
  }
}

async function readWorkingFile(path: string): Promise<Buffer | null> {
  try {
    return Buffer.from(await readlink(path))
  } catch {
    try {
      return await readFile(path)
    } catch {
      return null
    }
  }
}
