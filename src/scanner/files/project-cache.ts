import { hash, randomBytes } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
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
const KEY_LENGTH = 22
/** Lines begin with `["` and the key. */
const KEY_AT = 2
const WRITE_LINES = 2000

export class ProjectCache {
  readonly #folder: string
  readonly #file: string
  /** Lines as they are written, by key: a third of the memory of what they say. */
  readonly #before = new Map<string, string>()
  readonly #now = new Map<string, string>()
  readonly #writtenMs: number

  constructor(folder: string, digest: string) {
    this.#folder = folder
    this.#file = join(folder, `${digest}.jsonl`)
    let text = ''
    let writtenMs = 0
    try {
      text = readFileSync(this.#file, 'latin1')
      writtenMs = statSync(this.#file).mtimeMs
    } catch {
      // No cache yet, or none that may be read.
    }
    this.#writtenMs = writtenMs
    for (const line of text.split('\n'))
      if (line !== '') this.#before.set(line.slice(KEY_AT, KEY_AT + KEY_LENGTH), line)
  }

  /** Findings of a file that did not change, without reading it; null when it must be read. */
  unchanged(file: WalkedFile): readonly FileFinding[] | null {
    const key = keyOf(file)
    const text = this.#before.get(key)
    const line = text === undefined ? null : parseLine(Buffer.from(text, 'latin1').toString())
    if (text === undefined || line === null) return null
    const [, size, mtimeMs, ctimeMs, inode, , findings] = line
    if (size !== file.size || mtimeMs !== file.mtimeMs || ctimeMs !== file.ctimeMs || inode !== file.inode)
      return null
    if (Math.max(mtimeMs, ctimeMs) > this.#writtenMs - RACY_MS) return null
    this.#now.set(key, text)
    return findings
  }

  put(file: WalkedFile, sha256: string | null, findings: readonly FileFinding[]): void {
    const key = keyOf(file)
    const line: CacheLine = [key, file.size, file.mtimeMs, file.ctimeMs, file.inode, sha256, findings]
    this.#now.set(key, Buffer.from(JSON.stringify(line)).toString('latin1'))
  }

  /** Never throws: a cache that cannot be written costs time, not findings. @returns whether it was written */
  save(): boolean {
    const temporary = `${this.#file}.${process.pid}.${randomBytes(4).toString('hex')}`
    try {
      mkdirSync(this.#folder, { recursive: true })
      writeFileSync(join(this.#folder, '.gitignore'), '*\n')
      // What another scan of other paths knew is kept.
      for (const [key, line] of this.#before) if (!this.#now.has(key)) this.#now.set(key, line)
      writeLines(temporary, this.#now.values())
      renameSync(temporary, this.#file)
      this.#prune()
      return true
    } catch {
      rmSync(temporary, { force: true })
      return false
    }
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
  }
}

/** Piece by piece, so that the whole is never in memory twice. */
function writeLines(path: string, lines: Iterable<string>): void {
  const file = openSync(path, 'w', 0o600)
  try {
    let pending: string[] = []
    const flush = (): void => {
      writeSync(file, pending.join(''), null, 'latin1')
      pending = []
    }
    for (const line of lines) if (pending.push(`${line}\n`) >= WRITE_LINES) flush()
    flush()
  } finally {
    closeSync(file)
  }
}

/** Paths are hashed: their text may tell more than a cache should. */
const keyOf = (file: WalkedFile): string => hash('sha256', file.path, 'base64url').slice(0, KEY_LENGTH)

function parseLine(row: string): CacheLine | null {
  if (row === '') return null
  try {
    const line: unknown = JSON.parse(row)
    return Array.isArray(line) && line.length === 7 && typeof line[0] === 'string' && Array.isArray(line[6])
      ? (line as unknown as CacheLine)
      : null
  } catch {
    return null
  }
}
