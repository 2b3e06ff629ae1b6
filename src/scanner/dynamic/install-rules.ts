import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { TelltaleError } from '../../core/errors.ts'
import { MAX_RULE_FILE_BYTES, parseRuleFile, type RuleFile } from './rule-file.ts'
import { problemLines } from './user-rules.ts'

/** What was installed from where; a change of its content is refused unless asked for. */
const lockSchema = z.record(z.string(), z.strictObject({ source: z.string(), sha256: z.string() }))
type Lock = z.output<typeof lockSchema>

const LOCK_FILE = '.installed.json'
const TIMEOUT_MS = 15_000
const MAX_REDIRECTS = 3

export interface InstallOptions {
  /** Folder of the user's rules. */
  readonly folder: string
  /** Folder downloads are kept in, by their digest. */
  readonly cache: string
  /** Digest the content must have, or null. */
  readonly sha256: string | null
  /** Take new content of a source installed before. */
  readonly update: boolean
  readonly fetch: typeof fetch
}

export interface Installed {
  readonly path: string
  readonly sha256: string
  readonly file: RuleFile
}

/**
 * Puts a rule file into the user's folder, from a path or an https URL. It is read and checked before anything is
 * written; its digest is kept, and another content of the same name later is refused unless `update`.
 * @throws TelltaleError INPUT_UNREADABLE, or CONFIG_INVALID with line and column of every problem
 */
export async function installRules(source: string, options: InstallOptions): Promise<Installed> {
  const remote = /^[a-z][a-z0-9+.-]*:\/\//i.test(source)
  const bytes = remote ? await download(source, options) : readLocal(source)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (options.sha256 !== null && options.sha256.toLowerCase() !== sha256) {
    throw new TelltaleError('INPUT_UNREADABLE', `${source} has digest ${sha256}, not the one given`)
  }
  const name = fileNameOf(source)
  const file = parseRuleFile(bytes.toString('utf8'), name)
  if (file.problems.length > 0) {
    throw new TelltaleError('CONFIG_INVALID', `${source} is not installed`, {
      detail: problemLines(name, file),
    })
  }
  if (file.rules.length === 0 && file.allow === null) {
    throw new TelltaleError('CONFIG_INVALID', `${source} holds no rule`)
  }
  const lock = readLock(options.folder)
  const before = lock[name]
  if (before !== undefined && before.sha256 !== sha256 && !options.update && options.sha256 === null) {
    throw new TelltaleError(
      'INPUT_UNREADABLE',
      `${name} is installed with another content; give --update to take this one`,
      {
        detail: [`installed ${before.sha256} from ${before.source}`, `now       ${sha256} from ${source}`],
      },
    )
  }
  mkdirSync(options.folder, { recursive: true })
  const path = join(options.folder, name)
  writeWhole(path, bytes)
  lock[name] = { source: remote ? source : basename(source), sha256 }
  writeWhole(join(options.folder, LOCK_FILE), `${JSON.stringify(lock, null, 2)}\n`)
  if (remote) keepDownload(options.cache, sha256, bytes)
  return { path, sha256, file }
}

function readLocal(path: string): Buffer {
  try {
    const bytes = readFileSync(path)
    if (bytes.length <= MAX_RULE_FILE_BYTES) return bytes
  } catch {
    throw new TelltaleError('INPUT_UNREADABLE', `${path} cannot be read`)
  }
  throw new TelltaleError('INPUT_UNREADABLE', `${path} is larger than 1 MiB`)
}

async function download(url: string, options: InstallOptions): Promise<Buffer> {
  if (options.sha256 !== null) {
    const kept = keptDownload(options.cache, options.sha256.toLowerCase())
    if (kept !== null) return kept
  }
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  let at = url
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (!at.startsWith('https://'))
      throw new TelltaleError('INPUT_UNREADABLE', 'rules are fetched over https only')
    let response: Response
    try {
      response = await options.fetch(at, {
        signal,
        redirect: 'manual',
        headers: { accept: 'text/plain, */*' },
      })
    } catch {
      throw new TelltaleError('INPUT_UNREADABLE', `${at} cannot be fetched`)
    }
    const next = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && next !== null) {
      await response.body?.cancel()
      at = new URL(next, at).href
      continue
    }
    if (!response.ok) throw new TelltaleError('INPUT_UNREADABLE', `${at} answered ${response.status}`)
    return readBody(response, at)
  }
  throw new TelltaleError('INPUT_UNREADABLE', `${url} redirects too often`)
}

/** Stops at the limit, whatever the length promised. */
async function readBody(response: Response, url: string): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of response.body ?? []) {
      length += (part as Uint8Array).length
      if (length > MAX_RULE_FILE_BYTES) break
      parts.push(part as Uint8Array)
    }
  } catch {
    throw new TelltaleError('INPUT_UNREADABLE', `${url} cannot be fetched`)
  }
  if (length > MAX_RULE_FILE_BYTES) throw new TelltaleError('INPUT_UNREADABLE', `${url} is larger than 1 MiB`)
  return Buffer.concat(parts)
}

/** A name that stays in the folder: letters, digits, dots and hyphens, ending in .toml, .yaml or .yml. */
function fileNameOf(source: string): string {
  const last = basename(/^https:/.test(source) ? new URL(source).pathname : source)
  const safe = last.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[.-]+/, '')
  return /\.(?:toml|ya?ml)$/.test(safe) ? safe : `${safe || 'rules'}.yaml`
}

function readLock(folder: string): Lock {
  try {
    return lockSchema.parse(JSON.parse(readFileSync(join(folder, LOCK_FILE), 'utf8')))
  } catch {
    return {}
  }
}

function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, content)
  renameSync(temporary, path)
}

function keptDownload(cache: string, sha256: string): Buffer | null {
  if (!/^[0-9a-f]{64}$/.test(sha256)) return null
  try {
    const bytes = readFileSync(join(cache, 'rules', sha256))
    return createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : null
  } catch {
    return null
  }
}

function keepDownload(cache: string, sha256: string, bytes: Buffer): void {
  try {
    mkdirSync(join(cache, 'rules'), { recursive: true })
    writeWhole(join(cache, 'rules', sha256), bytes)
  } catch {
    // It is fetched again next time.
  }
}
