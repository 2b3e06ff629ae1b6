import { BAD_JSON, BAD_SHAPE, CLOSED, isNull, plainEnd, skipString, space } from './json-scan.kernel.ts'
import { unescapeInto } from './json-text.kernel.ts'

/**
 * The names of OTLP/JSON as small integers; any other name is {@link OTHER}. Those after `flags` are stepped over, but a
 * name of the table can be guessed from the one before it, and a right guess is one compare.
 */
const NAMES = [
  '',
  'key',
  'value',
  'stringValue',
  'boolValue',
  'intValue',
  'doubleValue',
  'arrayValue',
  'kvlistValue',
  'bytesValue',
  'values',
  'attributes',
  'resource',
  'scope',
  'name',
  'resourceLogs',
  'resourceSpans',
  'resourceMetrics',
  'scopeLogs',
  'scopeSpans',
  'scopeMetrics',
  'logRecords',
  'spans',
  'metrics',
  'timeUnixNano',
  'observedTimeUnixNano',
  'severityNumber',
  'body',
  'traceId',
  'spanId',
  'eventName',
  'kind',
  'startTimeUnixNano',
  'endTimeUnixNano',
  'events',
  'links',
  'status',
  'code',
  'message',
  'unit',
  'gauge',
  'sum',
  'histogram',
  'exponentialHistogram',
  'summary',
  'dataPoints',
  'aggregationTemporality',
  'isMonotonic',
  'asDouble',
  'asInt',
  'count',
  'flags',
  'severityText',
  'droppedAttributesCount',
  'version',
  'schemaUrl',
  'traceState',
  'parentSpanId',
  'droppedEventsCount',
  'droppedLinksCount',
  'description',
  'bucketCounts',
  'explicitBounds',
  'exemplars',
  'min',
  'max',
  'scale',
  'zeroCount',
  'positive',
  'negative',
  'quantileValues',
] as const

export const OTHER = 0
/** Id of a name, for the constants of the kernels. */
export const fieldId = (name: (typeof NAMES)[number]): number => NAMES.indexOf(name)

const SLOTS = 256
const slots = new Uint8Array(SLOTS)
const lengths = new Uint8Array(NAMES.length)
const offsets = new Uint16Array(NAMES.length)
const letters = new TextEncoder().encode(NAMES.join(''))

/** Names of the table fall into slots by length, first, last and middle letter. */
const slotOf = (bytes: Uint8Array, start: number, end: number): number =>
  ((end - start) * 7 + bytes[start]! * 5 + bytes[end - 1]! * 3 + bytes[(start + end) >> 1]! * 11) &
  (SLOTS - 1)

{
  let offset = 0
  for (let id = 1; id < NAMES.length; id++) {
    lengths[id] = NAMES[id]!.length
    offsets[id] = offset
    let slot = slotOf(letters, offset, offset + lengths[id]!)
    while (slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1)
    slots[slot] = id
    offset += lengths[id]!
  }
}

/** The id of the name in [start, end), or OTHER. */
function identify(bytes: Uint8Array, start: number, end: number): number {
  if (end === start) return OTHER
  let slot = slotOf(bytes, start, end)
  for (;;) {
    const id = slots[slot]!
    if (id === 0) return OTHER
    if (lengths[id] === end - start) {
      let o = offsets[id]!
      let p = start
      while (p < end && bytes[p] === letters[o]) {
        p++
        o++
      }
      if (p === end) return id
    }
    slot = (slot + 1) & (SLOTS - 1)
  }
}

/** Which name came after this one the last time. */
const follows = new Uint8Array(NAMES.length)
/** Each name and its closing quote, WORDS words a name: the last word overlaps the one before. */
const WORDS = 6
const words = new Int32Array(NAMES.length * WORDS)
for (const [id, name] of NAMES.entries()) {
  const quoted = Buffer.from(`${name}"`)
  for (let i = 0; i * 4 < quoted.length && id > 0; i++)
    words[id * WORDS + i] = quoted.readInt32LE(Math.min(i * 4, quoted.length - 4))
}

/** True when the name `id` and its closing quote stand at `start`. A word that matches holds none of the NULs at the end. */
function isName(view: DataView, start: number, id: number): boolean {
  if (id === OTHER) return false
  const last = start + lengths[id]! - 3
  let w = id * WORDS
  for (let p = start; p < last; p += 4) if (view.getInt32(p, true) !== words[w++]) return false
  return view.getInt32(last, true) === words[w]
}

/** Room for the longest name of the table with every letter written as \u escape. */
const scratch = new Uint8Array(6 * 24)

/** Name of the member that {@link member} went to. */
export let field = OTHER
/** Where the object closed, when {@link member} answered CLOSED. */
export let objectEnd = 0

/** Past the opening brace of the object at `p`. */
export function openObject(bytes: Uint8Array, p: number): number {
  return bytes[p] === 0x7b ? p + 1 : BAD_SHAPE
}

/**
 * The next member of an object whose value is not null; a null counts as no member.
 * @param p past the opening brace or past a value
 * @returns where its value starts, with `field` set; CLOSED, with `objectEnd` set; or a negative code
 */
export function member(view: DataView, bytes: Uint8Array, p: number): number {
  for (;;) {
    const first = bytes[p - 1] === 0x7b
    p = space(bytes, p)
    if (bytes[p] === 0x7d) {
      objectEnd = p + 1
      return CLOSED
    }
    if (!first) {
      if (bytes[p] !== 0x2c) return BAD_JSON
      p = space(bytes, p + 1)
    }
    if (bytes[p] !== 0x22) return BAD_JSON
    const start = p + 1
    const guess = follows[field]!
    if (isName(view, start, guess)) {
      field = guess
      p = start + lengths[guess]! + 1
    } else {
      p = nameAt(view, bytes, start)
      if (p < 0) return BAD_JSON
    }
    p = space(bytes, p)
    if (bytes[p] !== 0x3a) return BAD_JSON
    p = space(bytes, p + 1)
    if (bytes[p] !== 0x6e) return p
    if (!isNull(bytes, p)) return BAD_JSON
    p += 4
  }
}

/** Reads the name at `start`, past its opening quote, into `field`. @returns past the closing quote */
function nameAt(view: DataView, bytes: Uint8Array, start: number): number {
  const before = field
  const end = plainEnd(view, start)
  let p = end + 1
  if (bytes[end] === 0x22) field = identify(bytes, start, end)
  else {
    p = skipString(view, bytes, start)
    if (p < 0) return BAD_JSON
    // an escaped name is unescaped on the side, and only if it can be one of the table
    const fits = p - start <= scratch.length
    field = fits ? identify(scratch, 0, unescapeInto(scratch, 0, bytes, start, p - 1)) : OTHER
  }
  follows[before] = field
  return p
}
