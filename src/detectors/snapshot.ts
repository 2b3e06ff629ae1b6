import { crc32 } from 'node:zlib'
import { hashText } from '../columns/hash.kernel.ts'
import { TelltaleError } from '../core/errors.ts'
import type { Arena } from './arena.ts'
import { CORE_WORDS, INTAKE_WORDS } from './series-layout.ts'
import { VALUE_WORDS } from './value-layout.ts'

/**
 * State of the detectors as bytes, little-endian.
 *
 *   | magic 4 | version 4 | schema 4 | JSON length 4 | JSON | table count 4 | (length 4, Int32 words) ... | arenas | CRC-32 4 |
 *
 * JSON holds what is small (clock, open findings, key texts), tables the timer wheel and the key hashes, arenas the
 * slots as they are in memory. The schema is a hash of the layouts, the profiles and the hash seed: a snapshot of
 * anything else is refused as a whole.
 */
const MAGIC = 0x53445454 // "TTDS"
const VERSION = 6

export interface ReadSnapshot {
  readonly meta: unknown
  readonly tables: readonly Int32Array[]
  /** Replaces the content of the arenas; cannot fail. */
  applyArenas(): void
}

export const schemaOf = (settings: unknown): number =>
  hashText(JSON.stringify([INTAKE_WORDS, CORE_WORDS, VALUE_WORDS, settings]), VERSION).a

export function writeSnapshot(
  schema: number,
  meta: unknown,
  tables: readonly Int32Array[],
  arenas: readonly Arena[],
): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(meta))
  let length = 16 + json.length + 4
  for (const table of tables) length += 4 + table.byteLength
  for (const arena of arenas) length += arena.snapshotBytes
  const out = new Uint8Array(length + 4)
  const view = new DataView(out.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, VERSION, true)
  view.setInt32(8, schema, true)
  view.setUint32(12, json.length, true)
  out.set(json, 16)
  let at = 16 + json.length
  view.setUint32(at, tables.length, true)
  at += 4
  for (const table of tables) {
    view.setUint32(at, table.length, true)
    at += 4
    out.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), at)
    at += table.byteLength
  }
  for (const arena of arenas) at = arena.writeTo(out, at)
  view.setUint32(at, crc32(out.subarray(0, at)), true)
  return out
}

const damaged = (what: string): TelltaleError =>
  new TelltaleError('STATE_DAMAGED', `detector snapshot: ${what}`)

/** Checks everything before anything changes. @throws TelltaleError STATE_DAMAGED or STATE_SCHEMA */
export function readSnapshot(bytes: Uint8Array, schema: number, arenas: readonly Arena[]): ReadSnapshot {
  if (bytes.byteLength < 24) throw damaged('too short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== MAGIC) throw damaged('not a snapshot')
  const end = bytes.byteLength - 4
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) throw damaged('checksum differs')
  if (view.getUint32(4, true) !== VERSION || view.getInt32(8, true) !== schema)
    throw new TelltaleError('STATE_SCHEMA', 'detector snapshot: of another version, profile set or hash seed')
  let at = 16 + view.getUint32(12, true)
  if (at + 4 > end) throw damaged('cut')
  const meta: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(16, at)))
  const tables: Int32Array[] = []
  let left = view.getUint32(at, true)
  for (at += 4; left > 0; left--) {
    const length = at + 4 <= end ? view.getUint32(at, true) * 4 : end
    at += 4
    if (at + length > end) throw damaged('cut')
    tables.push(new Int32Array(bytes.slice(at, at + length).buffer))
    at += length
  }
  const starts: number[] = []
  for (const arena of arenas) {
    starts.push(at)
    at = arena.endOf(bytes, at)
    if (at < 0) throw new TelltaleError('STATE_SCHEMA', 'detector snapshot: holds more series than allowed')
  }
  return {
    meta,
    tables,
    applyArenas: () => {
      for (const [i, arena] of arenas.entries()) arena.readFrom(bytes, starts[i]!)
    },
  }
}
