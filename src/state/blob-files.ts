import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobStore, BlobValue } from '../core/blob-store.ts'

const KEPT = 2

/**
 * Values as files in one folder, the newest two of a key kept, so that a torn write costs one interval and not all.
 *
 *   write NAME.N.tmp -> fsync -> rename NAME.N.snap -> fsync folder -> remove NAME.(N-2).snap
 */
export class BlobFiles implements BlobStore {
  readonly #dir: string

  constructor(dir: string) {
    this.#dir = dir
  }

  /** Rejects with the system's error: ENOSPC, EACCES, ... */
  async put(key: string, { pieces, sealed }: BlobValue): Promise<void> {
    sealed.catch(() => {}) // looked at when all is written
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    const have = await this.#generations(key)
    const base = fileBase(key)
    const next = (have[0] ?? 0) + 1
    const temporary = join(this.#dir, `${base}.${next}.tmp`)
    try {
      const file = await open(temporary, 'w', 0o600)
      try {
        for await (const piece of pieces) await file.writeFile(piece)
        await sealed
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, join(this.#dir, `${base}.${next}.snap`))
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => {})
      throw cause
    }
    const folder = await open(this.#dir, 'r')
    await folder.sync().finally(() => folder.close())
    for (const old of have.slice(KEPT - 1)) await rm(join(this.#dir, `${base}.${old}.snap`), { force: true })
  }

  async *get(key: string): AsyncGenerator<Uint8Array> {
    for (const generation of await this.#generations(key)) {
      const bytes = await readFile(join(this.#dir, `${fileBase(key)}.${generation}.snap`)).catch(() => null)
      if (bytes !== null) yield bytes
    }
  }

  /** Newest first. */
  async #generations(key: string): Promise<number[]> {
    const base = `${fileBase(key)}.`
    const names = await readdir(this.#dir).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return []
      throw cause
    })
    return names
      .filter((n) => n.startsWith(base) && n.endsWith('.snap'))
      .map((n) => Number(n.slice(base.length, -'.snap'.length)))
      .filter(Number.isSafeInteger)
      .sort((a, b) => b - a)
  }
}

/** A key as a file name: readable, and unique by its digest. */
function fileBase(key: string): string {
  const readable = key.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60)
  return `${readable}-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`
}
