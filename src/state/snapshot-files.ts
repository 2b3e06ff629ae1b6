import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TelltaleError } from '../core/errors.ts'
import { decodeSnapshot, encodeSnapshot, type Snapshot } from './snapshot-format.ts'

/** Where snapshots are kept: files here, or a compacted Kafka topic. */
export interface SnapshotStore {
  /** Durable when it resolves. */
  save(snapshot: Snapshot): Promise<void>
  /**
   * The newest intact snapshot of a stream that `use` takes, or null. `use` throws when its content does not fit;
   * each one passed over is told to `skipped`.
   */
  load(
    stream: string,
    use: (snapshot: Snapshot) => void,
    skipped: (why: TelltaleError) => void,
  ): Promise<Snapshot | null>
}

const KEPT = 2

/**
 * Files in one folder, newest two kept per stream, so that a torn write costs one interval and not the state.
 *
 *   write NAME.N.tmp -> fsync -> rename NAME.N.snap -> fsync folder -> remove NAME.(N-2).snap
 */
export class SnapshotFiles implements SnapshotStore {
  readonly #dir: string

  constructor(dir: string) {
    this.#dir = dir
  }

  async save(snapshot: Snapshot): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    const have = await this.#generations(snapshot.stream)
    const base = fileBase(snapshot.stream)
    const next = (have[0] ?? 0) + 1
    const temporary = join(this.#dir, `${base}.${next}.tmp`)
    try {
      const file = await open(temporary, 'w', 0o600)
      try {
        await file.writeFile(encodeSnapshot(snapshot))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, join(this.#dir, `${base}.${next}.snap`))
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => {})
      throw new TelltaleError(
        'INTERNAL',
        `cannot write a snapshot: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}`,
        { cause },
      )
    }
    const folder = await open(this.#dir, 'r')
    await folder.sync().finally(() => folder.close())
    for (const old of have.slice(KEPT - 1)) await rm(join(this.#dir, `${base}.${old}.snap`), { force: true })
  }

  async load(
    stream: string,
    use: (snapshot: Snapshot) => void,
    skipped: (why: TelltaleError) => void,
  ): Promise<Snapshot | null> {
    for (const generation of await this.#generations(stream)) {
      try {
        const snapshot = decodeSnapshot(
          await readFile(join(this.#dir, `${fileBase(stream)}.${generation}.snap`)),
        )
        if (snapshot.stream !== stream)
          throw new TelltaleError('STATE_DAMAGED', 'snapshot is of another stream')
        use(snapshot)
        return snapshot
      } catch (cause) {
        skipped(
          cause instanceof TelltaleError
            ? cause
            : new TelltaleError('STATE_DAMAGED', 'snapshot cannot be read', { cause }),
        )
      }
    }
    return null
  }

  /** Newest first. */
  async #generations(stream: string): Promise<number[]> {
    const base = `${fileBase(stream)}.`
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

/** A stream's name as a file name: readable, and unique by its digest. */
function fileBase(stream: string): string {
  const readable = stream.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60)
  return `${readable}-${createHash('sha256').update(stream).digest('hex').slice(0, 8)}`
}
