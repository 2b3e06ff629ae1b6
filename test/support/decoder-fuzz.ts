import { KeyTable, MAX_KEYS, ROLE_HASH } from '../../src/columns/key-table.ts'
import {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  EVENT_END,
  EVENT_START,
  FLAG_HEX_IDS,
  FLAGS,
  KEY,
  KEY_END,
  KEY_START,
  RES_ATTR_END,
  RES_ATTR_START,
  RESOURCE,
  RESOURCE_STRIDE,
  RecordBatch,
  ROW_STRIDE,
  SCOPE,
  type Signal,
  SPAN_START,
  TEXT_END,
  TEXT_START,
  TRACE_START,
  TYPE,
  VALUE_BYTES,
  VALUE_END,
  VALUE_MASK,
  VALUE_START,
} from '../../src/columns/record-batch.ts'
import type { PayloadFormat } from '../../src/columns/stage.ts'
import type { Random } from '../../src/core/clock.ts'
import type { ErrorCode } from '../../src/core/errors.ts'
import { decodeOtlp } from '../../src/ingest/otlp/decode/decode-otlp.ts'

/**
 * Damages requests and watches the decoder: it must answer, every offset it leaves must lie in the batch, and what
 * lies past the payload must make no difference.
 */
export interface Seed {
  readonly signal: Signal
  readonly format: PayloadFormat
  readonly payload: Uint8Array
}

/** Anything else hides something thrown, such as a read past the end of a DataView. */
const EXPECTED: ReadonlySet<ErrorCode> = new Set(['BAD_PROTOBUF', 'BAD_JSON', 'TOO_DEEP', 'TOO_MANY_ROWS'])

const LIMITS = { rowsMax: 64, attrsMax: 512, depthMax: 4 }
/** What lengths, tags, quotes and brackets look like; a byte of these does more harm than a random one. */
const NASTY = [
  0, 1, 2, 8, 0x0a, 0x10, 0x12, 0x1a, 0x22, 0x2c, 0x32, 0x3a, 0x5b, 0x5c, 0x5d, 0x75, 0x7b, 0x7d, 0x7f,
]
const NASTIER = [0x80, 0x81, 0xbf, 0xc2, 0xed, 0xf4, 0xff]
const BYTES = [...NASTY, ...NASTIER]

/** One to four random edits: a byte, a bit, an insertion, a deletion, a copy, a cut. */
export function mutate(payload: Uint8Array, random: Random): Uint8Array {
  let out: Uint8Array = payload.length === 0 ? new Uint8Array(1) : new Uint8Array(payload)
  const below = (n: number): number => Math.floor(random() * n)
  for (let edits = 1 + below(4); edits > 0; edits--) {
    const at = below(out.length + 1)
    const to = Math.min(out.length, at + 1 + below(random() < 0.8 ? 4 : 64))
    switch (below(6)) {
      case 0:
        out = out.with(Math.min(at, out.length - 1), BYTES[below(BYTES.length)]!)
        break
      case 1:
        out = out.with(
          Math.min(at, out.length - 1),
          (out[Math.min(at, out.length - 1)] ?? 0) ^ (1 << below(8)),
        )
        break
      case 2:
        out = splice(
          out,
          at,
          at,
          Uint8Array.of(BYTES[below(BYTES.length)]!, below(256)).subarray(0, 1 + below(2)),
        )
        break
      case 3:
        out = splice(out, at, to, new Uint8Array(0))
        break
      case 4:
        out = splice(out, below(out.length + 1), null, out.subarray(at, to))
        break
      default:
        if (random() < 0.2) out = out.subarray(0, at)
    }
    if (out.length === 0) return out
  }
  return out
}

function splice(bytes: Uint8Array, from: number, to: number | null, middle: Uint8Array): Uint8Array {
  const tail = bytes.subarray(to ?? from)
  const out = new Uint8Array(from + middle.length + tail.length)
  out.set(bytes.subarray(0, from))
  out.set(middle, from)
  out.set(tail, from + middle.length)
  return out
}

/** Decodes into two batches, one for the kernels in JavaScript, one for those in WebAssembly too, with other bytes past the payload. */
export class Watcher {
  readonly #batches = (['heap', 'linear'] as const).map((placement) => {
    const keys = new KeyTable(11)
    for (const key of ['service.name', 'http.route', 'http.response.status_code', 'user.id'])
      keys.reserve(key, ROLE_HASH)
    return new RecordBatch(keys, placement)
  })
  decoded = 0
  refused = 0
  rejected = 0

  /** @throws when the decoder misbehaves; the message says how, never with what */
  feed({ signal, format, payload }: Seed): void {
    const digests = this.#batches.map((batch, i) => {
      batch.reset(signal)
      batch.receivedMs = 1
      batch.append(payload)
      // after the payload as a length, a quote, or a continuation byte would look: never the same in both
      batch.bytes.fill(i === 0 ? 0xff : 0x22, payload.length, payload.length + 64)
      const outcome = decodeOtlp(batch, format, LIMITS)
      if (outcome.kind === 'retry') throw new Error('a decoder never retries')
      if (outcome.kind === 'refused' && !EXPECTED.has(outcome.cause.code))
        throw new Error(`refused with ${outcome.cause.code}: ${outcome.cause.stack}`)
      if (outcome.kind === 'refused' && batch.count !== 0) throw new Error('a refused batch holds rows')
      check(batch)
      return `${outcome.kind === 'refused' ? outcome.cause.code : 'done'} ${digest(batch)}`
    })
    if (digests[0] !== digests[1])
      throw new Error('the kernels differ, or what lies past the payload was read')
    const batch = this.#batches[0]!
    if (digests[0]!.startsWith('done')) this.decoded++
    else this.refused++
    this.rejected += batch.rejected
  }
}

function check(batch: RecordBatch): void {
  const within = (start: number, end: number, what: string): void => {
    if (!(start >= 0 && start <= end && end <= batch.bytesEnd)) throw new Error(`${what} lies outside`)
  }
  const range = (from: number, to: number, what: string): void => {
    if (!(from >= 0 && from <= to && to <= batch.attrCount)) throw new Error(`${what} range is wrong`)
  }
  if (batch.count > LIMITS.rowsMax || batch.attrCount > LIMITS.attrsMax) throw new Error('over the limit')
  if (!(batch.rejected >= 0 && batch.bytesEnd >= batch.payloadEnd)) throw new Error('counts are wrong')
  for (let a = 0; a < batch.attrCount; a++) {
    const word = (w: number): number => batch.attrs[a * ATTR_STRIDE + w]!
    within(word(VALUE_START), word(VALUE_END), 'a value')
    within(word(KEY_START), word(KEY_END), 'a key')
    if (!(word(KEY) >= 0 && word(KEY) < MAX_KEYS)) throw new Error('a key id is wrong')
    if ((word(TYPE) & VALUE_MASK) > VALUE_BYTES) throw new Error('a type is wrong')
  }
  let attrEnd = 0
  for (let row = 0; row < batch.count; row++) {
    const word = (w: number): number => batch.rows[row * ROW_STRIDE + w]!
    within(word(TEXT_START), word(TEXT_END), 'a text')
    within(word(EVENT_START), word(EVENT_END), 'an event name')
    range(word(ATTR_START), word(ATTR_END), 'an attribute')
    if (word(ATTR_START) < attrEnd) throw new Error('two rows share attributes')
    attrEnd = word(ATTR_END)
    const times = (word(FLAGS) & FLAG_HEX_IDS) === 0 ? 1 : 2
    if (word(TRACE_START) >= 0) within(word(TRACE_START), word(TRACE_START) + 16 * times, 'a trace id')
    if (word(SPAN_START) >= 0) within(word(SPAN_START), word(SPAN_START) + 8 * times, 'a span id')
    if (word(SCOPE) >= batch.attrCount) throw new Error('a scope lies outside')
    if (!(word(RESOURCE) >= 0 && word(RESOURCE) < batch.resourceCount)) throw new Error('no such resource')
    if (!Number.isFinite(batch.timeMs[row])) throw new Error('a time is no number')
  }
  for (let r = 0; r < batch.resourceCount; r++) {
    const o = r * RESOURCE_STRIDE
    range(batch.resources[o + RES_ATTR_START]!, batch.resources[o + RES_ATTR_END]!, 'a resource')
  }
}

/** Everything a reader may read, folded into a number. */
function digest(batch: RecordBatch): string {
  let h = batch.count ^ (batch.attrCount << 8) ^ (batch.rejected << 16) ^ batch.bytesEnd
  const add = (v: number): void => {
    h = Math.imul(h ^ v, 0x01000193)
  }
  for (let i = 0; i < batch.count * ROW_STRIDE; i++) if (i % ROW_STRIDE !== 15) add(batch.rows[i]!)
  for (let i = 0; i < batch.attrCount; i++)
    for (const w of [KEY, TYPE, VALUE_START, VALUE_END, KEY_START, KEY_END])
      add(batch.attrs[i * ATTR_STRIDE + w]!)
  for (let row = 0; row < batch.count; row++) {
    add(Math.fround(batch.timeMs[row]!))
    add(Math.fround(batch.value[row]!))
    add(batch.weight[row]!)
  }
  for (let p = batch.payloadEnd; p < batch.bytesEnd; p++) add(batch.bytes[p]!)
  return String(h)
}
