import { randomBytes } from 'node:crypto'
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TelltaleError } from '../core/errors.ts'

/** Who holds a data folder. A process is told apart from a later one of the same number by when it began. */
interface Holder {
  readonly pid: number
  /** Field 22 of proc(5) stat: clock ticks after boot. Empty where there is no /proc. */
  readonly began: string
  /** Process numbers mean something within one namespace of one boot of one machine only. */
  readonly place: string
  readonly host: string
  /** Differs between two locks of one process, too. */
  readonly nonce: string
}

const FILE = 'lock'
const BEAT_MS = 2000
/** A holder that cannot be looked at (another container or machine) is gone when its file is this long untouched. */
const GONE_MS = 3 * BEAT_MS
const LOOK_MS = 250
const TRIES = 50

/** A data folder is one process's: two would take each other's findings and overwrite each other's state. */
export class DataDirLock {
  readonly #file: string
  readonly #text: string
  readonly #beat: NodeJS.Timeout

  private constructor(file: string, text: string) {
    this.#file = file
    this.#text = text
    this.#beat = setInterval(() => this.#touch(), BEAT_MS)
    this.#beat.unref()
  }

  /**
   * Takes the lock; that of a process that is gone is taken over. Where the holder runs in another container its file
   * is watched for a few seconds first.
   * @throws TelltaleError DATA_DIR_LOCKED with who holds it, STATE_DAMAGED when the folder cannot be written
   */
  static async take(dataDir: string): Promise<DataDirLock> {
    const file = join(dataDir, FILE)
    const text = JSON.stringify(ourselves())
    try {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 })
      for (let tries = 0; tries < TRIES; tries++) {
        if (created(file, text)) return new DataDirLock(file, text)
        const found = readOr(file, null)
        if (found === null) continue // given back just now
        if (await isAlive(file, found)) throw lockedBy(dataDir, found)
        removeStale(file, found)
      }
    } catch (cause) {
      if (cause instanceof TelltaleError) throw cause
      const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
      throw new TelltaleError('STATE_DAMAGED', `dataDir: cannot lock ${dataDir} (${code})`, { cause })
    }
    throw new TelltaleError('DATA_DIR_LOCKED', `dataDir: ${dataDir} is being taken by other processes`)
  }

  /** Gives it back; twice is the same. */
  release(): void {
    clearInterval(this.#beat)
    if (readOr(this.#file, null) === this.#text) rmSync(this.#file, { force: true })
  }

  #touch(): void {
    const now = new Date()
    try {
      if (readOr(this.#file, null) === this.#text) utimesSync(this.#file, now, now)
    } catch {
      // a disk that cannot be written shows elsewhere
    }
  }
}

function ourselves(): Holder {
  return {
    pid: process.pid,
    began: beganAt('self'),
    place: placeOf(),
    host: hostname(),
    nonce: randomBytes(8).toString('hex'),
  }
}

/** Boot and process namespace; empty where there is no /proc. */
function placeOf(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return ''
  }
}

function beganAt(pid: number | 'self'): string {
  const stat = readOr(`/proc/${pid}/stat`, '')
  // the command name may hold blanks and brackets; fields are counted after its last bracket
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function readOr<T>(file: string, otherwise: T): string | T {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}

/** Whole or not at all: a link to a finished file fails where there is one. */
function created(file: string, text: string): boolean {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, text, { mode: 0o600 })
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

async function isAlive(file: string, text: string): Promise<boolean> {
  const holder = parsed(text)
  if (holder !== null && holder.place !== '' && holder.place === placeOf()) {
    return holder.began !== '' && beganAt(holder.pid) === holder.began
  }
  const untilMs = Date.now() + GONE_MS
  const touched = (): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
  const before = touched()
  while (Date.now() < untilMs) {
    await sleep(LOOK_MS)
    if (touched() !== before) return touched() !== 0
  }
  return false
}

function parsed(text: string): Holder | null {
  try {
    const holder = JSON.parse(text) as Holder
    return typeof holder.pid === 'number' && typeof holder.place === 'string' ? holder : null
  } catch {
    return null
  }
}

/** Moved away first, and put back if it was another's: somebody else may have taken it over meanwhile. */
function removeStale(file: string, text: string): void {
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  try {
    renameSync(file, aside)
    if (readOr(aside, '') !== text) linkSync(aside, file)
  } catch {
    // gone, or taken again: the next try sees which
  } finally {
    rmSync(aside, { force: true })
  }
}

function lockedBy(dataDir: string, text: string): TelltaleError {
  const holder = parsed(text)
  const who = holder === null ? 'another process' : `process ${holder.pid} on ${holder.host}`
  return new TelltaleError('DATA_DIR_LOCKED', `dataDir: ${dataDir} is in use by ${who}`)
}
