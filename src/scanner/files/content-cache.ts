import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { contextOf } from './file-context.ts'
import type { FileFinding } from './file-finding.ts'

/**
 * Second tier, in the user's cache folder: what was found in content, by its SHA-256, shared by all checkouts.
 *
 *   <cache>/telltale/<digest>/<first two hex digits>.jsonl     one line: [sha256 and context, findings]
 *
 * Lines are appended whole by one write each, so two scans at once both get theirs in; a torn line does not read and is
 * left out.
 */
const KEPT_DIGESTS = 4
const MAX_SHARD_BYTES = 8 * 1024 * 1024
/** What was learned is written when there is this much of it. */
const MAX_PENDING_LINES = 8192
/** Beyond this many the shards are let go after they are written, and read again when asked. */
const MAX_HELD = 32_768
const NONE: readonly FileFinding[] = []
/** 144 bits of the content's hash. */
const KEY_DIGITS = 36

/** The folder of the user's caches, by the conventions of the system. */
export function userCacheFolder(env: NodeJS.ProcessEnv): string {
  const base =
    env['TELLTALE_CACHE_DIR'] ?? (env['XDG_CACHE_HOME'] ? join(env['XDG_CACHE_HOME'], 'telltale') : null)
  return base ?? join(homedir(), '.cache', 'telltale')
}

export class ContentCache {
  readonly #folder: string
  readonly #shards = new Map<string, Map<string, readonly FileFinding[]>>()
  readonly #pending = new Map<string, string[]>()
  #pendingLines = 0
  /** Entries of the shards. */
  #held = 0

  constructor(folder: string, digest: string) {
    this.#folder = join(folder, digest)
  }

  /** @param path as shown: it goes into the findings served, and what its name says is part of the key */
  get(sha256: string, path: string): readonly FileFinding[] | null {
    const found = this.#shard(sha256.slice(0, 2)).get(keyOf(sha256, path))
    return (
      found?.map((finding) => ({
        ...finding,
        path: finding.path === '' ? path : `${path}${finding.path}`,
      })) ?? null
    )
  }

  put(sha256: string, path: string, findings: readonly FileFinding[]): void {
    const key = keyOf(sha256, path)
    const shard = this.#shard(sha256.slice(0, 2))
    // Members of archives keep what follows the archive's own path.
    if (shard.has(key) || findings.some((finding) => !finding.path.startsWith(path))) return
    const bare =
      findings.length === 0
        ? NONE
        : findings.map((finding) => ({ ...finding, path: finding.path.slice(path.length) }))
    shard.set(key, bare)
    this.#held++
    const lines = this.#pending.get(sha256.slice(0, 2)) ?? []
    lines.push(`${JSON.stringify([key, bare])}\n`)
    this.#pending.set(sha256.slice(0, 2), lines)
    if (++this.#pendingLines >= MAX_PENDING_LINES) this.save()
  }

  /** Never throws. */
  save(): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      for (const [name, lines] of this.#pending) {
        const file = join(this.#folder, `${name}.jsonl`)
        if (sizeOf(file) > MAX_SHARD_BYTES) rmSync(file, { force: true })
        appendFileSync(file, lines.join(''), { mode: 0o600 })
      }
      this.#pending.clear()
      this.#pendingLines = 0
      if (this.#held > MAX_HELD) {
        this.#shards.clear()
        this.#held = 0
      }
      this.#prune()
    } catch {
      // Costs time at the next scan, no more.
    }
  }

  #prune(): void {
    const parent = join(this.#folder, '..')
    const digests = readdirSync(parent)
      .filter((name) => /^[0-9a-f]{24}$/.test(name))
      .map((name) => ({ path: join(parent, name), mtimeMs: statSync(join(parent, name)).mtimeMs }))
      .sort((a, b) => b.mtimeMs - a.mtimeMs)
    for (const { path } of digests.slice(KEPT_DIGESTS)) rmSync(path, { recursive: true, force: true })
  }

  #shard(name: string): Map<string, readonly FileFinding[]> {
    const known = this.#shards.get(name)
    if (known !== undefined) return known
    const shard = new Map<string, readonly FileFinding[]>()
    this.#shards.set(name, shard)
    let text = ''
    try {
      text = readFileSync(join(this.#folder, `${name}.jsonl`), 'utf8')
    } catch {
      return shard
    }
    for (const row of text.split('\n')) {
      try {
        const [key, findings] = JSON.parse(row) as [string, readonly FileFinding[]]
        if (typeof key === 'string' && Array.isArray(findings))
          shard.set(key, findings.length === 0 ? NONE : findings)
      } catch {
        // Torn, or the empty end.
      }
    }
    this.#held += shard.size
    return shard
  }
}

function keyOf(sha256: string, path: string): string {
  const context = contextOf(path.replace(/\.gz$/, ''))
  return `${sha256.slice(0, KEY_DIGITS)}:${context.format}${context.testFile ? ':test' : ''}`
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch {
    return 0
  }
}
