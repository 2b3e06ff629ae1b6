import {
  ATTR_END,
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
} from '../../../columns/record-batch.ts'
import { startKeys } from './attribute-row.kernel.ts'
import { keyValue, unnamedText } from './key-value.kernel.ts'
import { blankRow, KEYS_OF_EVENT, KEYS_OF_RECORD, nanosToMs } from './row.kernel.ts'
import { MALFORMED, next, openSpan, skipField, spanEnd, varint32 } from './wire.kernel.ts'

const KIND_MAX = 5
const STATUS_MAX = 2
const EVENT_NAME = 0x12
const EVENT_ATTRIBUTES = 0x1a
const LINK_ATTRIBUTES = 0x22
const NO_TEXT = 0

/**
 * Span of trace/v1/trace.proto in [p, end) into row `batch.count`, which the caller counts in. The row's time is the
 * span's end, so that event time follows export order; its value is the duration in ms, never negative.
 * The status message, and names and attributes of events and links, follow the attributes as NESTED rows.
 * @returns `end`, MALFORMED or NO_ROOM
 */
export function span(batch: RecordBatch, p: number, end: number, resource: number, scope: number): number {
  const bytes = batch.bytes
  const view = batch.view
  const rows = batch.rows
  const o = blankRow(batch, resource, scope)
  rows[o + TEXT_TYPE] = VALUE_STRING
  let startLow = 0
  let startHigh = 0
  let endLow = 0
  let endHigh = 0
  startKeys(KEYS_OF_RECORD)
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    switch (tag) {
      case 0x4a: // attributes
        p = openSpan(bytes, p, end)
        if (p < 0) return MALFORMED
        p = keyValue(batch, bytes, view, p, spanEnd, 0)
        if (p < 0) return p
        break
      case 0x39: // start_time_unix_nano
        if (p + 8 > end) return MALFORMED
        startLow = view.getInt32(p, true)
        startHigh = view.getInt32(p + 4, true)
        p += 8
        break
      case 0x41: // end_time_unix_nano
        if (p + 8 > end) return MALFORMED
        endLow = view.getInt32(p, true)
        endHigh = view.getInt32(p + 4, true)
        p += 8
        break
      case 0x30: {
        // kind
        const kind = varint32(bytes, p)
        p = next
        if (p < 0) return MALFORMED
        rows[o + KIND] = kind <= KIND_MAX ? kind : 0
        break
      }
      case 0x0a: // trace_id
      case 0x12: // span_id
      case 0x2a: // name
        p = openSpan(bytes, p, end)
        if (p < 0) return MALFORMED
        if (tag === 0x0a) rows[o + TRACE_START] = spanEnd - p === 16 ? p : -1
        else if (tag === 0x12) rows[o + SPAN_START] = spanEnd - p === 8 ? p : -1
        else {
          rows[o + TEXT_START] = p
          rows[o + TEXT_END] = spanEnd
        }
        p = spanEnd
        break
      case 0x5a: // events
        p = openSpan(bytes, p, end)
        if (p < 0) return MALFORMED
        p = inner(batch, p, spanEnd, EVENT_NAME, EVENT_ATTRIBUTES)
        if (p < 0) return p
        break
      case 0x6a: // links
        p = openSpan(bytes, p, end)
        if (p < 0) return MALFORMED
        p = inner(batch, p, spanEnd, NO_TEXT, LINK_ATTRIBUTES)
        if (p < 0) return p
        break
      case 0x7a: // status
        p = openSpan(bytes, p, end)
        if (p < 0) return MALFORMED
        p = status(batch, o, p, spanEnd)
        if (p < 0) return p
        break
      default:
        p = skipField(bytes, p, end, tag)
        if (p < 0) return MALFORMED
    }
  }
  if (p !== end) return MALFORMED
  rows[o + ATTR_END] = batch.attrCount
  const row = batch.count
  const started = (startLow | startHigh) !== 0
  const ended = (endLow | endHigh) !== 0
  if (ended) batch.timeMs[row] = nanosToMs(endHigh, endLow)
  else batch.timeMs[row] = started ? nanosToMs(startHigh, startLow) : batch.receivedMs
  if (started && ended) {
    // the halves are subtracted first, so that nothing of a short duration is lost in a Float64
    const nanos = ((endHigh >>> 0) - (startHigh >>> 0)) * 4294967296 + ((endLow >>> 0) - (startLow >>> 0))
    batch.value[row] = nanos > 0 ? nanos / 1e6 : 0
  }
  return end
}

/** An event or a link: its name and attributes as NESTED rows. */
function inner(batch: RecordBatch, p: number, end: number, textTag: number, attributesTag: number): number {
  const bytes = batch.bytes
  startKeys(KEYS_OF_EVENT)
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    if (tag === attributesTag) {
      p = openSpan(bytes, p, end)
      if (p < 0) return MALFORMED
      p = keyValue(batch, bytes, batch.view, p, spanEnd, NESTED)
      if (p < 0) return p
    } else if (tag === textTag) {
      p = openSpan(bytes, p, end)
      if (p < 0) return MALFORMED
      const done = unnamedText(batch, p, spanEnd, VALUE_STRING | NESTED)
      if (done < 0) return done
      p = spanEnd
    } else {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return MALFORMED
    }
  }
  return p === end ? p : MALFORMED
}

function status(batch: RecordBatch, o: number, p: number, end: number): number {
  const bytes = batch.bytes
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    if (tag === 0x18) {
      const code = varint32(bytes, p)
      p = next
      if (p < 0) return MALFORMED
      batch.rows[o + STATUS] = code <= STATUS_MAX ? code : 0
    } else if (tag === 0x12) {
      p = openSpan(bytes, p, end)
      if (p < 0) return MALFORMED
      const done = unnamedText(batch, p, spanEnd, VALUE_STRING | NESTED)
      if (done < 0) return done
      p = spanEnd
    } else {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return MALFORMED
    }
  }
  return p === end ? p : MALFORMED
}
