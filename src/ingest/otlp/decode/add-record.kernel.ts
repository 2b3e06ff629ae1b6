import type { RecordBatch } from '../../../columns/record-batch.ts'
import { growAttrs } from './attribute-row.kernel.ts'
import { dataPoint } from './data-point.kernel.ts'
import { logRecord } from './log-record.kernel.ts'
import { span } from './span.kernel.ts'
import { NO_ROOM } from './wire.kernel.ts'

/** Kinds of record; a data point's kind is its METRIC_*. */
export const KIND_LOG = -1
export const KIND_SPAN = -2

/**
 * Decodes the record in [p, end) as the next row, growing the columns as needed. When it does not parse, or when the
 * limits leave no room, it is counted in `batch.rejected` and leaves nothing behind.
 */
export function addRecord(
  batch: RecordBatch,
  p: number,
  end: number,
  resource: number,
  scope: number,
  kind: number,
  rowsMax: number,
): void {
  if (batch.count >= rowsMax) {
    batch.rejected++
    return
  }
  if (batch.count >= batch.rowCapacity) batch.growRows(rowsMax)
  const firstAttr = batch.attrCount
  const deep = batch.deep
  let done = decodeRecord(batch, p, end, resource, scope, kind)
  // attribute columns double, so decoding again costs at most as much as decoding once
  while (done === NO_ROOM && growAttrs(batch)) {
    batch.attrCount = firstAttr
    batch.deep = deep
    done = decodeRecord(batch, p, end, resource, scope, kind)
  }
  if (done === end) {
    batch.count++
    return
  }
  batch.attrCount = firstAttr
  batch.deep = deep
  batch.rejected++
}

function decodeRecord(
  batch: RecordBatch,
  p: number,
  end: number,
  resource: number,
  scope: number,
  kind: number,
): number {
  if (kind === KIND_LOG) return logRecord(batch, p, end, resource, scope)
  if (kind === KIND_SPAN) return span(batch, p, end, resource, scope)
  return dataPoint(batch, p, end, resource, scope, kind)
}
