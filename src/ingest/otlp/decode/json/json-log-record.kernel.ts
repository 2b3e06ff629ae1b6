import {
  ATTR_END,
  EVENT_END,
  EVENT_START,
  FLAG_HEX_IDS,
  FLAGS,
  type RecordBatch,
  SEVERITY,
  SPAN_START,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TRACE_START,
  VALUE_ARRAY,
  VALUE_BOOL,
  VALUE_MAP,
} from '../../../../columns/record-batch.ts'
import { startKeys } from '../attribute-row.kernel.ts'
import { blankRow, KEYS_OF_BODY, KEYS_OF_RECORD } from '../row.kernel.ts'
import { attributesJson } from './json-attributes.kernel.ts'
import { field, fieldId, member, objectEnd, openObject } from './json-field.kernel.ts'
import { hexId, idStart } from './json-id.kernel.ts'
import { enumeration, nanoParts, nanos, parsed, partsToMs } from './json-number.kernel.ts'
import { CLOSED, skipValue } from './json-scan.kernel.ts'
import { text, textEnd, textStart } from './json-text.kernel.ts'
import {
  anyEnd,
  anyJson,
  anyNumber,
  anyStart,
  anyType,
  leavesJson,
  SKIP_CONTAINERS,
} from './json-value.kernel.ts'

const TIME = fieldId('timeUnixNano')
const OBSERVED = fieldId('observedTimeUnixNano')
const SEVERITY_NUMBER = fieldId('severityNumber')
const BODY = fieldId('body')
const ATTRIBUTES = fieldId('attributes')
const TRACE_ID = fieldId('traceId')
const SPAN_ID = fieldId('spanId')
const EVENT_NAME = fieldId('eventName')

const SEVERITY_MAX = 24
const SEVERITY_NAMES = new Map(
  ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((name, i) =>
    ['', '2', '3', '4'].map((step, j) => [`SEVERITY_NUMBER_${name}${step}`, i * 4 + j + 1] as const),
  ),
)

/** A LogRecord at `p` into row `batch.count`; what logRecord is for protobuf. @returns past it, or a negative code */
export function logRecordJson(
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
  let timeMs = 0
  let observedMs = 0
  let hasLeaves = false
  p = openObject(bytes, p)
  if (p < 0) return p
  for (;;) {
    p = member(batch.view, bytes, p)
    if (p <= CLOSED) break
    if (field === ATTRIBUTES) {
      startKeys(KEYS_OF_RECORD)
      p = attributesJson(batch, bytes, p, 0)
    } else if (field === TIME) {
      p = nanos(batch, bytes, p)
      timeMs = partsToMs(nanoParts[0]!, nanoParts[1]!)
    } else if (field === OBSERVED) {
      p = nanos(batch, bytes, p)
      observedMs = partsToMs(nanoParts[0]!, nanoParts[1]!)
    } else if (field === BODY) {
      p = anyJson(batch, bytes, p, SKIP_CONTAINERS, 0)
      rows[o + TEXT_TYPE] = anyType
      rows[o + TEXT_START] = anyStart
      rows[o + TEXT_END] = anyEnd
      batch.value[row] = anyType >= VALUE_BOOL && anyType < VALUE_ARRAY ? anyNumber[0]! : Number.NaN
      hasLeaves = anyType === VALUE_MAP || anyType === VALUE_ARRAY
    } else if (field === SEVERITY_NUMBER) {
      p = enumeration(batch, bytes, p, SEVERITY_NAMES)
      rows[o + SEVERITY] = parsed[0]! > 0 && parsed[0]! <= SEVERITY_MAX ? parsed[0]! : 0
    } else if (field === TRACE_ID) {
      p = hexId(batch, bytes, p, 32)
      rows[o + TRACE_START] = idStart
    } else if (field === SPAN_ID) {
      p = hexId(batch, bytes, p, 16)
      rows[o + SPAN_START] = idStart
    } else if (field === EVENT_NAME) {
      p = text(batch, bytes, p)
      rows[o + EVENT_START] = textStart
      rows[o + EVENT_END] = textEnd
    } else p = skipValue(batch.view, bytes, p)
    if (p < 0) return p
  }
  if (p < 0) return p
  const end = objectEnd
  if (hasLeaves) {
    startKeys(KEYS_OF_BODY)
    const done = leavesJson(batch, bytes, rows[o + TEXT_START]!, rows[o + TEXT_TYPE]!, 1)
    if (done < 0) return done
  }
  rows[o + ATTR_END] = batch.attrCount
  batch.timeMs[row] = timeMs > 0 ? timeMs : observedMs > 0 ? observedMs : batch.receivedMs
  return end
}
