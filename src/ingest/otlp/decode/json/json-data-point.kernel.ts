import {
  ATTR_END,
  FLAG_HEX_IDS,
  FLAGS,
  METRIC_SUM,
  type RecordBatch,
  STATUS,
  TEXT_TYPE,
  VALUE_STRING,
} from '../../../../columns/record-batch.ts'
import { startKeys } from '../attribute-row.kernel.ts'
import { blankRow, KEYS_OF_RECORD } from '../row.kernel.ts'
import { attributesJson } from './json-attributes.kernel.ts'
import { field, fieldId, member, objectEnd, openObject } from './json-field.kernel.ts'
import { nanoParts, nanos, number, parsed, partsToMs } from './json-number.kernel.ts'
import { CLOSED, skipValue } from './json-scan.kernel.ts'

const ATTRIBUTES = fieldId('attributes')
const TIME = fieldId('timeUnixNano')
const AS_DOUBLE = fieldId('asDouble')
const AS_INT = fieldId('asInt')
const COUNT = fieldId('count')
const SUM = fieldId('sum')
const POINT_FLAGS = fieldId('flags')
const NO_RECORDED_VALUE = 1

/**
 * A data point of any kind at `p` into row `batch.count`; what dataPoint is for protobuf.
 * @param kind METRIC_*
 * @returns past it, or a negative code
 */
export function dataPointJson(
  batch: RecordBatch,
  bytes: Uint8Array,
  p: number,
  resource: number,
  scope: number,
  kind: number,
): number {
  const row = batch.count
  const o = blankRow(batch, resource, scope)
  const isNumber = kind <= METRIC_SUM
  batch.rows[o + FLAGS] = FLAG_HEX_IDS
  batch.rows[o + TEXT_TYPE] = VALUE_STRING
  batch.rows[o + STATUS] = kind
  // a count of 0 is not written
  if (!isNumber) batch.weight[row] = 0
  let timeMs = 0
  let hasValue = true
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
    } else if (isNumber ? field === AS_DOUBLE || field === AS_INT : field === SUM) {
      p = number(batch, bytes, p)
      batch.value[row] = field === AS_INT ? parsed[0]! + 0 : parsed[0]!
    } else if (!isNumber && field === COUNT) {
      p = number(batch, bytes, p)
      batch.weight[row] = parsed[0]!
    } else if (field === POINT_FLAGS) {
      p = number(batch, bytes, p)
      hasValue = (parsed[0]! & NO_RECORDED_VALUE) === 0
    } else p = skipValue(batch.view, bytes, p)
    if (p < 0) return p
  }
  if (p < 0) return p
  if (!hasValue) batch.value[row] = Number.NaN
  batch.rows[o + ATTR_END] = batch.attrCount
  batch.timeMs[row] = timeMs > 0 ? timeMs : batch.receivedMs
  return objectEnd
}
