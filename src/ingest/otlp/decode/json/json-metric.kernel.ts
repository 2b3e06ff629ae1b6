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
} from '../../../../columns/record-batch.ts'
import { addRecordJson, makeRoom } from './json-add-record.kernel.ts'
import { field, fieldId, member, objectEnd, openObject } from './json-field.kernel.ts'
import { boolean, enumeration, parsed } from './json-number.kernel.ts'
import { BAD_SHAPE, CLOSED, closedAt, element, openArray, skipValue } from './json-scan.kernel.ts'
import { text, textEnd, textStart } from './json-text.kernel.ts'

const NAME = fieldId('name')
const UNIT = fieldId('unit')
const GAUGE = fieldId('gauge')
const SUM = fieldId('sum')
const HISTOGRAM = fieldId('histogram')
const EXP_HISTOGRAM = fieldId('exponentialHistogram')
const SUMMARY = fieldId('summary')
const POINTS = fieldId('dataPoints')
const TEMPORALITY = fieldId('aggregationTemporality')
const MONOTONIC = fieldId('isMonotonic')

const TEMPORALITY_NAMES = new Map(
  ['UNSPECIFIED', 'DELTA', 'CUMULATIVE'].map((name, i) => [`AGGREGATION_TEMPORALITY_${name}`, i]),
)
const CUMULATIVE = 2

/** A Metric at `p`: a row for each data point; what metric is for protobuf. @returns past it, or a negative code */
export function metricJson(
  batch: RecordBatch,
  p: number,
  resource: number,
  scope: number,
  rowsMax: number,
): number {
  const { count, attrCount, bytesEnd, rejected, deep } = batch
  for (;;) {
    const after = points(batch, batch.bytes, p, resource, scope, rowsMax)
    if (after >= 0) return after
    const lost = batch.count - count + (batch.rejected - rejected)
    batch.count = count
    batch.attrCount = attrCount
    batch.bytesEnd = bytesEnd
    batch.rejected = rejected
    batch.deep = deep
    if (makeRoom(batch, after)) continue
    if (after !== BAD_SHAPE) return after
    batch.rejected += lost + 1
    return skipValue(batch.view, batch.bytes, p)
  }
}

function points(
  batch: RecordBatch,
  bytes: Uint8Array,
  p: number,
  resource: number,
  scope: number,
  rowsMax: number,
): number {
  const firstRow = batch.count
  let nameStart = 0
  let nameEnd = 0
  let unitStart = 0
  let unitEnd = 0
  p = openObject(bytes, p)
  if (p < 0) return p
  for (;;) {
    p = member(batch.view, bytes, p)
    if (p <= CLOSED) break
    const kind = kindOf(field)
    if (kind !== 0) {
      p = data(batch, p, resource, scope, kind, rowsMax)
      bytes = batch.bytes // a record with escapes may have moved them
    } else if (field === NAME) {
      p = text(batch, bytes, p)
      nameStart = textStart
      nameEnd = textEnd
    } else if (field === UNIT) {
      p = text(batch, bytes, p)
      unitStart = textStart
      unitEnd = textEnd
    } else p = skipValue(batch.view, bytes, p)
    if (p < 0) return p
  }
  if (p < 0) return p
  const rows = batch.rows
  for (let row = firstRow; row < batch.count; row++) {
    const o = row * ROW_STRIDE
    rows[o + TEXT_START] = nameStart
    rows[o + TEXT_END] = nameEnd
    rows[o + EVENT_START] = unitStart
    rows[o + EVENT_END] = unitEnd
  }
  return objectEnd
}

/** Gauge, Sum, Histogram, ExponentialHistogram or Summary. */
function data(
  batch: RecordBatch,
  p: number,
  resource: number,
  scope: number,
  kind: number,
  rowsMax: number,
): number {
  const firstRow = batch.count
  let flags = 0
  p = openObject(batch.bytes, p)
  if (p < 0) return p
  for (;;) {
    p = member(batch.view, batch.bytes, p)
    if (p <= CLOSED) break
    if (field === POINTS) {
      p = openArray(batch.bytes, p)
      if (p < 0) return p
      for (;;) {
        p = element(batch.bytes, p)
        if (p <= CLOSED) break
        p = addRecordJson(batch, p, resource, scope, kind, rowsMax)
        if (p < 0) return p
      }
      if (p < 0) return p
      p = closedAt
    } else if (field === TEMPORALITY) {
      p = enumeration(batch, batch.bytes, p, TEMPORALITY_NAMES)
      flags = (flags & ~FLAG_CUMULATIVE) | (parsed[0] === CUMULATIVE ? FLAG_CUMULATIVE : 0)
    } else if (field === MONOTONIC) {
      p = boolean(batch.bytes, p)
      flags = (flags & ~FLAG_MONOTONIC) | (kind === METRIC_SUM && parsed[0] === 1 ? FLAG_MONOTONIC : 0)
    } else p = skipValue(batch.view, batch.bytes, p)
    if (p < 0) return p
  }
  if (p < 0) return p
  for (let row = firstRow; row < batch.count; row++) {
    const o = row * ROW_STRIDE + FLAGS
    batch.rows[o] = batch.rows[o]! | flags
  }
  return objectEnd
}

function kindOf(id: number): number {
  if (id === GAUGE) return METRIC_GAUGE
  if (id === SUM) return METRIC_SUM
  if (id === HISTOGRAM) return METRIC_HISTOGRAM
  if (id === EXP_HISTOGRAM) return METRIC_EXP_HISTOGRAM
  return id === SUMMARY ? METRIC_SUMMARY : 0
}
