import { hkdfSync, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TelltaleError } from '../core/errors.ts'

/**
 * One 32-byte secret per installation, made at first start, mode 0600. From it come the key of secret fingerprints
 * and the seed of the hash tables, so that nobody who writes log lines can predict either.
 */
export interface InstanceKey {
  /** HMAC-SHA-256 key of secret fingerprints, 32 bytes. */
  readonly fingerprintKey: Uint8Array
  /** Seed of the hash of attribute keys and values, 32-bit. */
  readonly hashSeed: number
}

const KEY_BYTES = 32
const FILE = 'instance.key'

/** @param material at least 16 bytes, e.g. from the file or the configuration */
export function deriveInstanceKey(material: Uint8Array): InstanceKey {
  const derive = (info: string, length: number) =>
    new Uint8Array(hkdfSync('sha256', material, 'telltale', info, length))
  const seed = derive('hash-seed', 4)
  return {
    fingerprintKey: derive('fingerprint', 32),
    hashSeed: new DataView(seed.buffer).getInt32(0, true),
  }
}

/**
 * Reads `dataDir/instance.key`, or makes it. Two processes starting at once agree on one.
 * @param given a file that must exist, instead
 */
export function loadInstanceKey(dataDir: string, given?: string): InstanceKey {
  if (given !== undefined) return loadGiven(given)
  const file = join(dataDir, FILE)
  try {
    return deriveInstanceKey(read(file) ?? create(dataDir, file))
  } catch (cause) {
    if (cause instanceof TelltaleError) throw cause
    throw new TelltaleError(
      'CONFIG_UNREADABLE',
      `dataDir: cannot use ${dataDir}: ${(cause as Error).message}`,
      { cause },
    )
  }
}

function loadGiven(file: string): InstanceKey {
  let key: Uint8Array | null = null
  let reason = 'no such file'
  try {
    key = read(file)
  } catch (cause) {
    if (cause instanceof TelltaleError) throw cause
    reason = (cause as Error).message
  }
  if (key === null)
    throw new TelltaleError('CONFIG_UNREADABLE', `instanceKeyFile: cannot read ${file}: ${reason}`)
  return deriveInstanceKey(key)
}

function read(file: string): Uint8Array | null {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw cause
  }
  if (bytes.length !== KEY_BYTES) {
    throw new TelltaleError(
      'STATE_DAMAGED',
      `${file} is ${bytes.length} bytes, expected ${KEY_BYTES}: restore it or delete it (fingerprints then change)`,
    )
  }
  return bytes
}

function create(dataDir: string, file: string): Uint8Array {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, randomBytes(KEY_BYTES), { mode: 0o600 })
  try {
    linkSync(temporary, file) // fails when another process was first
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  } finally {
    rmSync(temporary, { force: true })
  }
  return read(file)!
}
