import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { TelltaleError } from '../../core/errors.ts'
import { decodeSnapshot, encodeSnapshot } from '../../state/snapshot-format.ts'

/**
 * What a replay continues from: a snapshot (docs/formats/snapshot.md) whose stream is `file:NAME`, whose offset is
 * the number of rows read, and whose state is
 *
 *   length of the JSON, Uint32 LE | JSON: { columns, lines } | the detectors' own bytes
 */
export interface ReplayState {
  readonly name: string
  readonly rows: number
  /** Lines of the input that is continued. */
  readonly lines: number
  /** Newest event time, ms since epoch. */
  readonly timeMs: number
  /** Header of the CSV, so that what follows needs none. */
  readonly columns: readonly string[] | null
  readonly detectors: Uint8Array
}

const extraSchema = z.object({ columns: z.array(z.string()).nullable(), lines: z.int().min(0).default(0) })

/** Written beside and renamed, so that the file is whole or the old one. @throws TelltaleError OUTPUT_UNWRITABLE */
export function writeReplayState(path: string, state: ReplayState): void {
  const extra = Buffer.from(JSON.stringify({ columns: state.columns, lines: state.lines }))
  const body = Buffer.alloc(4 + extra.length + state.detectors.length)
  body.writeUInt32LE(extra.length, 0)
  extra.copy(body, 4)
  body.set(state.detectors, 4 + extra.length)
  const bytes = encodeSnapshot({
    stream: `file:${state.name}`,
    offset: state.rows,
    writtenMs: state.timeMs,
    state: body,
    memory: new Uint8Array(0),
  })
  try {
    writeFileSync(`${path}.part`, bytes)
    renameSync(`${path}.part`, path)
  } catch (cause) {
    throw new TelltaleError('OUTPUT_UNWRITABLE', `cannot write ${path}`, { cause })
  }
}

/** @throws TelltaleError INPUT_UNREADABLE, STATE_DAMAGED or STATE_SCHEMA */
export function readReplayState(path: string): ReplayState {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new TelltaleError('INPUT_UNREADABLE', `cannot read ${path}`, { cause })
  }
  const snapshot = decodeSnapshot(bytes)
  const body = Buffer.from(snapshot.state)
  const length = body.length >= 4 ? body.readUInt32LE(0) : -1
  if (!snapshot.stream.startsWith('file:') || length < 0 || 4 + length > body.length)
    throw new TelltaleError('STATE_SCHEMA', `${path} is not a snapshot of a replay`)
  const extra = extraSchema.safeParse(JSON.parse(body.toString('utf8', 4, 4 + length)))
  if (!extra.success) throw new TelltaleError('STATE_SCHEMA', `${path} is not a snapshot of a replay`)
  return {
    name: snapshot.stream.slice('file:'.length),
    rows: snapshot.offset,
    timeMs: snapshot.writtenMs,
    columns: extra.data.columns,
    lines: extra.data.lines,
    detectors: new Uint8Array(body.subarray(4 + length)),
  }
}
