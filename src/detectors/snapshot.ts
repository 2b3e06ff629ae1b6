import { crc32 } from 'node:zlib'
import { hashText } from '../columns/hash.kernel.ts'
import type { StateReading } from '../columns/stage.ts'
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

/**
 * The state as bytes that are still where they are: views of the arenas, so valid while nothing is observed.
 * @param json pieces of the JSON
 */
export function readingOf(
  schema: number,
  json: readonly Uint8Array[],
  tables: readonly Int32Array[],
  arenas: readonly Arena[],
): StateReading {
  const head = new DataView(new ArrayBuffer(16))
  head.setUint32(0, MAGIC, true)
  head.setUint32(4, VERSION, true)
  head.setInt32(8, schema, true)
  head.setUint32(12, lengthOf(json), true)
  const parts = [new Uint8Array(head.buffer), ...json, wordOf(tables.length)]
  for (const table of tables) {
    parts.push(wordOf(table.length), new Uint8Array(table.buffer, table.byteOffset, table.byteLength))
  }
  for (const arena of arenas) parts.push(...arena.parts())
  return { bytes: lengthOf(parts) + 4, pieces: checked(parts) }
}

function* checked(parts: readonly Uint8Array[]): Generator<Uint8Array, void> {
  let crc = 0
  for (const part of parts) {
    crc = crc32(part, crc)
    yield part
  }
  yield wordOf(crc)
}

/** All of it in one buffer. */
export function collect(reading: StateReading): Uint8Array {
  const out = new Uint8Array(reading.bytes)
  let at = 0
  for (const piece of reading.pieces) {
    out.set(piece, at)
    at += piece.length
  }
  return out
}

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0)

function wordOf(word: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, word, true)
  return new Uint8Array(view.buffer)
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
