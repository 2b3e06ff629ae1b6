import {
  ATTR_END,
  FLAG_HEX_IDS,
  FLAGS,
  KIND,
  NESTED,
  type RecordBatch,
  SPAN_START,
  STATUS,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TRACE_START,
  VALUE_STRING,
} from '../../../../columns/record-batch.ts'
import { startKeys } from '../attribute-row.kernel.ts'
import { unnamedText } from '../key-value.kernel.ts'
import { blankRow, KEYS_OF_EVENT, KEYS_OF_RECORD } from '../row.kernel.ts'
import { attributesJson } from './json-attributes.kernel.ts'
import { field, fieldId, member, objectEnd, openObject } from './json-field.kernel.ts'
import { hexId, idStart } from './json-id.kernel.ts'
import { enumeration, nanoParts, nanos, parsed, partsToMs } from './json-number.kernel.ts'
import { CLOSED, closedAt, element, openArray, skipValue } from './json-scan.kernel.ts'
import { text, textEnd, textStart } from './json-text.kernel.ts'

const NAME = fieldId('name')
const ATTRIBUTES = fieldId('attributes')
const START = fieldId('startTimeUnixNano')
const END = fieldId('endTimeUnixNano')
const TRACE_ID = fieldId('traceId')
const SPAN_ID = fieldId('spanId')
const SPAN_KIND = fieldId('kind')
const EVENTS = fieldId('events')
const LINKS = fieldId('links')
const SPAN_STATUS = fieldId('status')
const CODE = fieldId('code')
const MESSAGE = fieldId('message')

const KIND_NAMES = new Map(
  ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map((name, i) => [
    `SPAN_KIND_${name}`,
    i,
  ]),
)
const CODE_NAMES = new Map(['UNSET', 'OK', 'ERROR'].map((name, i) => [`STATUS_CODE_${name}`, i]))

/** A Span at `p` into row `batch.count`; what span is for protobuf. @returns past it, or a negative code */
export function spanJson(
  batch: RecordBatch,
  bytes: Uint8Array,
  p: number,
  resource: number,
  scope: number,
): number {
  const rows = batch.rows
  const row = batch.count
  const o = blankRow(batch, resource, scope)
  rows[o + FLAGS] = FLAG_HEX_IDS
  rows[o + TEXT_TYPE] = VALUE_STRING
  let startHigh = 0
  let startLow = 0
  let endHigh = 0
  let endLow = 0
  p = openObject(bytes, p)
  if (p < 0) return p
  for (;;) {
    p = member(batch.view, bytes, p)
    if (p <= CLOSED) break
    if (field === ATTRIBUTES) {
      startKeys(KEYS_OF_RECORD)
      p = attributesJson(batch, bytes, p, 0)
    } else if (field === NAME) {
      p = text(batch, bytes, p)
      rows[o + TEXT_START] = textStart
      rows[o + TEXT_END] = textEnd
    } else if (field === START) {
      p = nanos(batch, bytes, p)
      startHigh = nanoParts[0]!
      startLow = nanoParts[1]!
    } else if (field === END) {
      p = nanos(batch, bytes, p)
      endHigh = nanoParts[0]!
      endLow = nanoParts[1]!
    } else if (field === TRACE_ID) {
      p = hexId(batch, bytes, p, 32)
      rows[o + TRACE_START] = idStart
    } else if (field === SPAN_ID) {
      p = hexId(batch, bytes, p, 16)
      rows[o + SPAN_START] = idStart
    } else if (field === SPAN_KIND) {
      p = enumeration(batch, bytes, p, KIND_NAMES)
      rows[o + KIND] = parsed[0]! > 0 && parsed[0]! <= KIND_NAMES.size - 1 ? parsed[0]! : 0
    } else if (field === SPAN_STATUS) p = status(batch, bytes, p, o)
    else if (field === EVENTS || field === LINKS) p = inner(batch, bytes, p)
    else p = skipValue(batch.view, bytes, p)
    if (p < 0) return p
  }
  if (p < 0) return p
  rows[o + ATTR_END] = batch.attrCount
  const started = startHigh + startLow > 0
  const ended = endHigh + endLow > 0
  if (ended) batch.timeMs[row] = partsToMs(endHigh, endLow)
  else batch.timeMs[row] = started ? partsToMs(startHigh, startLow) : batch.receivedMs
  if (started && ended) {
    const duration = (endHigh - startHigh) * 65536 + (endLow - startLow)
    batch.value[row] = duration > 0 ? duration / 1e6 : 0
  }
  return objectEnd
}

/** Events or links: their names and attributes as NESTED rows. */
function inner(batch: RecordBatch, bytes: Uint8Array, p: number): number {
  p = openArray(bytes, p)
  if (p < 0) return p
  for (;;) {
    p = element(bytes, p)
    if (p <= CLOSED) break
    p = openObject(bytes, p)
    if (p < 0) return p
    for (;;) {
      p = member(batch.view, bytes, p)
      if (p <= CLOSED) break
      if (field === ATTRIBUTES) {
        startKeys(KEYS_OF_EVENT)
        p = attributesJson(batch, bytes, p, NESTED)
      } else if (field === NAME) p = nestedText(batch, bytes, p)
      else p = skipValue(batch.view, bytes, p)
      if (p < 0) return p
    }
    if (p < 0) return p
    p = objectEnd
  }
  return p < 0 ? p : closedAt
}

function status(batch: RecordBatch, bytes: Uint8Array, p: number, o: number): number {
  p = openObject(bytes, p)
  if (p < 0) return p
  for (;;) {
    p = member(batch.view, bytes, p)
    if (p <= CLOSED) break
    if (field === CODE) {
      p = enumeration(batch, bytes, p, CODE_NAMES)
      batch.rows[o + STATUS] = parsed[0]! > 0 && parsed[0]! <= CODE_NAMES.size - 1 ? parsed[0]! : 0
    } else if (field === MESSAGE) p = nestedText(batch, bytes, p)
    else p = skipValue(batch.view, bytes, p)
    if (p < 0) return p
  }
  return p < 0 ? p : objectEnd
}

function nestedText(batch: RecordBatch, bytes: Uint8Array, p: number): number {
  const after = text(batch, bytes, p)
  if (after < 0) return after
  const done = unnamedText(batch, textStart, textEnd, VALUE_STRING | NESTED)
  return done < 0 ? done : after
}
