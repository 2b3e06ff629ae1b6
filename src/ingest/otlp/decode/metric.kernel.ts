import {
  EVENT_END,
  EVENT_START,
  FLAG_CUMULATIVE,
  FLAG_MONOTONIC,
  FLAGS,
  METRIC_EXP_HISTOGRAM,
  METRIC_GAUGE,
  METRIC_HISTOGRAM,
  METRIC_SUM,
  METRIC_SUMMARY,
  type RecordBatch,
  ROW_STRIDE,
  TEXT_END,
  TEXT_START,
} from '../../../columns/record-batch.ts'
import { addRecord } from './add-record.kernel.ts'
import { MALFORMED, next, openSpan, skipField, spanEnd, varint32 } from './wire.kernel.ts'

const CUMULATIVE = 2 // AGGREGATION_TEMPORALITY_CUMULATIVE

/**
 * Metric of metrics/v1/metrics.proto in [p, end): a row for each data point. Name, unit and temporality may come after
 * the points on the wire, so the rows get them at the end. A bad point is left out; a metric whose own framing is
 * broken is left out whole.
 * @returns `end`; bad ones are counted in `batch.rejected`
 */
export function metric(
  batch: RecordBatch,
  p: number,
  end: number,
  resource: number,
  scope: number,
  rowsMax: number,
): number {
  const bytes = batch.bytes
  const firstRow = batch.count
  const firstAttr = batch.attrCount
  let nameStart = 0
  let nameEnd = 0
  let unitStart = 0
  let unitEnd = 0
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) break
    const kind = kindOf(tag)
    if (kind !== 0 || tag === 0x0a || tag === 0x1a) {
      p = openSpan(bytes, p, end)
      if (p < 0) break
      const stop = spanEnd
      if (kind !== 0) {
        if (data(batch, p, stop, resource, scope, kind, rowsMax) < 0) {
          p = MALFORMED
          break
        }
      } else if (tag === 0x0a) {
        nameStart = p
        nameEnd = stop
      } else {
        unitStart = p
        unitEnd = stop
      }
      p = stop
    } else {
      p = skipField(bytes, p, end, tag)
      if (p < 0) break
    }
  }
  if (p !== end) {
    batch.rejected += batch.count - firstRow + 1
    batch.count = firstRow
    batch.attrCount = firstAttr
    return end
  }
  const rows = batch.rows
  for (let row = firstRow; row < batch.count; row++) {
    const o = row * ROW_STRIDE
    rows[o + TEXT_START] = nameStart
    rows[o + TEXT_END] = nameEnd
    rows[o + EVENT_START] = unitStart
    rows[o + EVENT_END] = unitEnd
  }
  return end
}

/** Gauge, Sum, Histogram, ExponentialHistogram or Summary: they share their field numbers. */
function data(
  batch: RecordBatch,
  p: number,
  end: number,
  resource: number,
  scope: number,
  kind: number,
  rowsMax: number,
): number {
  const bytes = batch.bytes
  const firstRow = batch.count
  let flags = 0
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    if (tag === 0x0a) {
      // data_points
      p = openSpan(bytes, p, end)
      if (p < 0) return MALFORMED
      const stop = spanEnd
      addRecord(batch, p, stop, resource, scope, kind, rowsMax)
      p = stop
    } else if (tag === 0x10 || tag === 0x18) {
      const value = varint32(bytes, p)
      p = next
      if (p < 0) return MALFORMED
      if (tag === 0x10) flags = (flags & ~FLAG_CUMULATIVE) | (value === CUMULATIVE ? FLAG_CUMULATIVE : 0)
      else if (kind === METRIC_SUM) flags = (flags & ~FLAG_MONOTONIC) | (value === 0 ? 0 : FLAG_MONOTONIC)
    } else {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return MALFORMED
    }
  }
  if (p !== end) return MALFORMED
  for (let row = firstRow; row < batch.count; row++) {
    const o = row * ROW_STRIDE + FLAGS
    batch.rows[o] = batch.rows[o]! | flags
  }
  return p
}

function kindOf(tag: number): number {
  switch (tag) {
    case 0x2a:
      return METRIC_GAUGE
    case 0x3a:
      return METRIC_SUM
    case 0x4a:
      return METRIC_HISTOGRAM
    case 0x52:
      return METRIC_EXP_HISTOGRAM
    case 0x5a:
      return METRIC_SUMMARY
    default:
      return 0
  }
}
