import type { RecordBatch } from '../../../columns/record-batch.ts'
import * as columns from '../../../columns/record-batch.ts'
import { anyValue, valueEnd, valueNumber, valueStart, valueType } from './any-value.kernel.ts'
import { startKeys } from './attribute-row.kernel.ts'
import { keyValue, leaves } from './key-value.kernel.ts'
import { blankRow, KEYS_OF_BODY, KEYS_OF_RECORD, nanosToMs } from './row.kernel.ts'
import { MALFORMED, next, openSpan, skipField, spanEnd, varint32 } from './wire.kernel.ts'

// V8 folds a local constant into hot code; an imported one is loaded and checked at every use.
const {
  ATTR_END,
  EVENT_END,
  EVENT_START,
  SEVERITY,
  SPAN_START,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TRACE_START,
  VALUE_ARRAY,
  VALUE_BOOL,
  VALUE_MAP,
  VALUE_NONE,
} = columns

const SEVERITY_MAX = 24
const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8

/**
 * LogRecord of logs/v1/logs.proto in [p, end) into row `batch.count`, which the caller counts in.
 * @returns `end`, MALFORMED or NO_ROOM
 */
export function logRecord(
  batch: RecordBatch,
  p: number,
  end: number,
  resource: number,
  scope: number,
): number {
  const bytes = batch.bytes
  const view = batch.view
  const rows = batch.rows
  const o = blankRow(batch, resource, scope)
  let timeLow = 0
  let timeHigh = 0
  let observedLow = 0
  let observedHigh = 0
  let bodyType = VALUE_NONE
  let bodyStart = 0
  let bodyEnd = 0
  startKeys(KEYS_OF_RECORD)
  while (p < end) {
    let tag = bytes[p++]!
    if (tag > 127) {
      tag = varint32(bytes, p - 1)
      p = next
      if (p < 0 || p > end) return MALFORMED
    }
    switch (tag) {
      case 0x32: // attributes
        p = openSpan(bytes, p, end)
        if (p < 0) return MALFORMED
        p = keyValue(batch, bytes, view, p, spanEnd, 0)
        if (p < 0) return p
        break
      case 0x09: // time_unix_nano
        if (p + 8 > end) return MALFORMED
        timeLow = view.getInt32(p, true)
        timeHigh = view.getInt32(p + 4, true)
        p += 8
        break
      case 0x59: // observed_time_unix_nano
        if (p + 8 > end) return MALFORMED
        observedLow = view.getInt32(p, true)
        observedHigh = view.getInt32(p + 4, true)
        p += 8
        break
      case 0x10: {
        // severity_number
        const severity = varint32(bytes, p)
        p = next
        if (p < 0) return MALFORMED
        rows[o + SEVERITY] = severity <= SEVERITY_MAX ? severity : 0
        break
      }
      case 0x2a: // body
        p = openSpan(bytes, p, end)
        if (p < 0) return MALFORMED
        p = anyValue(bytes, view, p, spanEnd)
        if (p < 0) return MALFORMED
        bodyType = valueType
        bodyStart = valueStart
        bodyEnd = valueEnd
        batch.value[batch.count] =
          bodyType >= VALUE_BOOL && bodyType < VALUE_ARRAY ? valueNumber[0]! : Number.NaN
        break
      case 0x4a: // trace_id
        p = openSpan(bytes, p, end)
        if (p < 0) return MALFORMED
        rows[o + TRACE_START] = spanEnd - p === TRACE_ID_BYTES ? p : -1
        p = spanEnd
        break
      case 0x52: // span_id
        p = openSpan(bytes, p, end)
        if (p < 0) return MALFORMED
        rows[o + SPAN_START] = spanEnd - p === SPAN_ID_BYTES ? p : -1
        p = spanEnd
        break
      case 0x62: // event_name
        p = openSpan(bytes, p, end)
        if (p < 0) return MALFORMED
        rows[o + EVENT_START] = p
        p = spanEnd
        rows[o + EVENT_END] = p
        break
      default:
        p = skipField(bytes, p, end, tag)
        if (p < 0) return MALFORMED
    }
  }
  if (p !== end) return MALFORMED
  rows[o + TEXT_TYPE] = bodyType
  rows[o + TEXT_START] = bodyStart
  rows[o + TEXT_END] = bodyEnd
  if (bodyType === VALUE_MAP || bodyType === VALUE_ARRAY) {
    startKeys(KEYS_OF_BODY)
    const done = leaves(batch, bytes, view, bodyType, bodyStart, bodyEnd, 1)
    if (done < 0) return done
  }
  rows[o + ATTR_END] = batch.attrCount
  let timeMs = batch.receivedMs
  if ((timeLow | timeHigh) !== 0) timeMs = nanosToMs(timeHigh, timeLow)
  else if ((observedLow | observedHigh) !== 0) timeMs = nanosToMs(observedHigh, observedLow)
  batch.timeMs[batch.count] = timeMs
  return end
}
