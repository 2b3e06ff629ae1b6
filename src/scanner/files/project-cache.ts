import { hash, randomBytes } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { CachedLines, KEY_LENGTH } from './cached-lines.ts'
import type { FileFinding } from './file-finding.ts'
import type { WalkedFile } from './walk.ts'

/**
 * First tier of the cache, in the project: what was found in each path, and which file that was.
 *
 *   .telltale-cache/<digest of rules and settings>.jsonl    one line a file: [path, size, mtime, ctime, inode, sha256, findings]
 *
 * Written whole to a temporary file and renamed, so two scans at once each leave a whole file. A line that does not read
 * is left out. Findings hold masks and keyed fingerprints only.
 */
type CacheLine = readonly [string, number, number, number, number, string | null, readonly FileFinding[]]

/** A file changed this shortly before the cache was written may change again within the clock's tick. */
const RACY_MS = 2000
/** Files of other digests that are kept. */
const KEPT_FILES = 4
const WRITE_LINES = 2000
/** In place of a file descriptor, once writing failed. */
const BROKEN = -1
/** What a scan that was killed left behind. */
const STALE_MS = 86_400_000

export class ProjectCache {
  readonly #folder: string
  readonly #file: string
  /** Lines of the last scan that this one did not come to yet, as they are written, by key. */
  readonly #before: CachedLines
  /** Lines of this scan, on their way to the new file: a large tree's would not fit beside the scan. */
  readonly #temporary: string
  #pending: string[] = []
  #out: number | null = null

  constructor(folder: string, digest: string) {
    this.#folder = folder
    this.#file = join(folder, `${digest}.jsonl`)
    this.#temporary = `${this.#file}.${process.pid}.${randomBytes(4).toString('hex')}`
    this.#before = new CachedLines(this.#file)
  }

  /** Findings of a file that did not change, without reading it; null when it must be read. */
  unchanged(file: WalkedFile): readonly FileFinding[] | null {
    const key = keyOf(file)
    const text = this.#before.take(key)
    const line = text === null ? null : parseLine(text)
    if (text === null || line === null) return null
    const [, size, mtimeMs, ctimeMs, inode, , findings] = line
    if (size !== file.size || mtimeMs !== file.mtimeMs || ctimeMs !== file.ctimeMs || inode !== file.inode)
      return null
    if (Math.max(mtimeMs, ctimeMs) > this.#before.writtenMs - RACY_MS) return null
    this.#keep(text)
    return findings
  }

  put(file: WalkedFile, sha256: string | null, findings: readonly FileFinding[]): void {
    const key = keyOf(file)
    const line: CacheLine = [key, file.size, file.mtimeMs, file.ctimeMs, file.inode, sha256, findings]
    this.#keep(Buffer.from(JSON.stringify(line)).toString('latin1'))
  }

  /** Never throws: a cache that cannot be written costs time, not findings. @returns whether it was written */
  save(): boolean {
    try {
      // What another scan of other paths knew is kept.
      for (const line of this.#before.rest()) if (parseLine(line) !== null) this.#keep(line)
      this.#before.close()
      this.#flush()
      closeSync(this.#out!)
      this.#out = null
      renameSync(this.#temporary, this.#file)
      this.#prune()
      return true
    } catch {
      this.#out = BROKEN
      this.#before.close()
      rmSync(this.#temporary, { force: true })
      return false
    }
  }

  #keep(line: string): void {
    if (this.#out === BROKEN || this.#pending.push(`${line}\n`) < WRITE_LINES) return
    try {
      this.#flush()
    } catch {
      this.#out = BROKEN
    }
  }

  #flush(): void {
    if (this.#out === null) {
      mkdirSync(this.#folder, { recursive: true })
      writeFileSync(join(this.#folder, '.gitignore'), '*\n')
      this.#out = openSync(this.#temporary, 'wx', 0o600)
    }
    writeFileSync(this.#out, this.#pending.join(''), 'latin1')
    this.#pending = []
  }

  #prune(): void {
    const files = readdirSync(this.#folder)
      .filter((name) => /^[0-9a-f]{24}\.jsonl$/.test(name))
      .map((name) => ({
        path: join(this.#folder, name),
        mtimeMs: statSync(join(this.#folder, name)).mtimeMs,
      }))
      .sort((a, b) => b.mtimeMs - a.mtimeMs)
    for (const { path } of files.slice(KEPT_FILES)) rmSync(path, { force: true })
    for (const name of readdirSync(this.#folder)) {
      const path = join(this.#folder, name)
      if (/^[0-9a-f]{24}\.jsonl\./.test(name) && statSync(path).mtimeMs < Date.now() - STALE_MS)
        rmSync(path, { force: true })
    }
  }
}

/** Paths are hashed: their text may tell more than a cache should. */
const keyOf = (file: WalkedFile): string => hash('sha256', file.path, 'base64url').slice(0, KEY_LENGTH)

/** @param row one character a byte */
function parseLine(row: string): CacheLine | null {
  try {
    const line: unknown = JSON.parse(Buffer.from(row, 'latin1').toString())
    return Array.isArray(line) && line.length === 7 && typeof line[0] === 'string' && Array.isArray(line[6])
      ? (line as unknown as CacheLine)
      : null
  } catch {
    return null
  }
}
