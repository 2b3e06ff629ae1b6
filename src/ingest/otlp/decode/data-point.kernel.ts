import {
  ATTR_END,
  METRIC_EXP_HISTOGRAM,
  METRIC_HISTOGRAM,
  METRIC_SUM,
  type RecordBatch,
  STATUS,
  TEXT_TYPE,
  VALUE_STRING,
} from '../../../columns/record-batch.ts'
import { startKeys } from './attribute-row.kernel.ts'
import { keyValue } from './key-value.kernel.ts'
import { blankRow, KEYS_OF_RECORD, nanosToMs } from './row.kernel.ts'
import { MALFORMED, next, openSpan, skipField, spanEnd, varint32 } from './wire.kernel.ts'

/** DataPointFlags: the point says that there is no value. */
const NO_RECORDED_VALUE = 1

// The point messages agree on time (3), double (4 or 5) and count (4); attributes and flags move.
const NUMBER = { attributes: 0x3a, flags: 0x40 }
const HISTOGRAM = { attributes: 0x4a, flags: 0x50 }
const EXP_HISTOGRAM = { attributes: 0x0a, flags: 0x50 }
const SUMMARY = { attributes: 0x3a, flags: 0x40 }

/**
 * A NumberDataPoint, HistogramDataPoint, ExponentialHistogramDataPoint or SummaryDataPoint of metrics/v1/metrics.proto
 * in [p, end) into row `batch.count`, which the caller counts in and gives the metric's name and unit. Its value is
 * the number or the sum; its weight is the count.
 * @param kind METRIC_*
 * @returns `end`, MALFORMED or NO_ROOM
 */
export function dataPoint(
  batch: RecordBatch,
  p: number,
  end: number,
  resource: number,
  scope: number,
  kind: number,
): number {
  const bytes = batch.bytes
  const view = batch.view
  const o = blankRow(batch, resource, scope)
  const row = batch.count
  const isNumber = kind <= METRIC_SUM
  const { attributes, flags } = isNumber
    ? NUMBER
    : kind === METRIC_EXP_HISTOGRAM
      ? EXP_HISTOGRAM
      : kind === METRIC_HISTOGRAM
        ? HISTOGRAM
        : SUMMARY
  let noValue = 0
  let timeLow = 0
  let timeHigh = 0
  batch.rows[o + TEXT_TYPE] = VALUE_STRING
  batch.rows[o + STATUS] = kind
  // a count of 0 is not written
  if (!isNumber) batch.weight[row] = 0
  startKeys(KEYS_OF_RECORD)
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    if (tag === attributes) {
      p = openSpan(bytes, p, end)
      if (p < 0) return MALFORMED
      p = keyValue(batch, bytes, view, p, spanEnd, 0)
      if (p < 0) return p
    } else if (tag === flags) {
      noValue = varint32(bytes, p) & NO_RECORDED_VALUE
      p = next
      if (p < 0) return MALFORMED
    } else if ((tag & 7) === 1 && tag > 7) {
      if (p + 8 > end) return MALFORMED
      if (tag === 0x19) {
        // time_unix_nano
        timeLow = view.getInt32(p, true)
        timeHigh = view.getInt32(p + 4, true)
      } else if (isNumber) {
        if (tag === 0x21) batch.value[row] = view.getFloat64(p, true)
        else if (tag === 0x31)
          batch.value[row] = view.getInt32(p + 4, true) * 4294967296 + view.getUint32(p, true)
      } else if (tag === 0x29) batch.value[row] = view.getFloat64(p, true)
      else if (tag === 0x21)
        batch.weight[row] = view.getUint32(p + 4, true) * 4294967296 + view.getUint32(p, true)
      p += 8
    } else {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return MALFORMED
    }
  }
  if (p !== end) return MALFORMED
  if (noValue !== 0) batch.value[row] = Number.NaN
  batch.rows[o + ATTR_END] = batch.attrCount
  batch.timeMs[row] = (timeLow | timeHigh) !== 0 ? nanosToMs(timeHigh, timeLow) : batch.receivedMs
  return end
}
