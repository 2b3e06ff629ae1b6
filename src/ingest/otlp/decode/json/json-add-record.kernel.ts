import { type RecordBatch, SLACK_BYTES } from '../../../../columns/record-batch.ts'
import { KIND_LOG, KIND_SPAN } from '../add-record.kernel.ts'
import { growAttrs } from '../attribute-row.kernel.ts'
import { NO_ROOM } from '../wire.kernel.ts'
import { dataPointJson } from './json-data-point.kernel.ts'
import { logRecordJson } from './json-log-record.kernel.ts'
import { BAD_SHAPE, NO_BYTES, skipValue } from './json-scan.kernel.ts'
import { spanJson } from './json-span.kernel.ts'

/** Makes the room whose lack `code` tells of. @returns false when there can be no more */
export function makeRoom(batch: RecordBatch, code: number): boolean {
  if (code === NO_ROOM) return growAttrs(batch)
  if (code !== NO_BYTES) return false
  // text is unescaped once and is never longer than its source, so one payload's length is enough for all of it
  const before = batch.bytes.length
  batch.ensureBytes(2 * batch.payloadEnd + 2 * SLACK_BYTES)
  return batch.bytes.length > before
}

/**
 * Decodes the record at `p` as the next row, growing the columns as needed. When it has not OTLP's shape, or when the
 * limits leave no room, it is counted in `batch.rejected` and leaves nothing behind.
 * @returns past it, or BAD_JSON or TOO_NESTED
 */
export function addRecordJson(
  batch: RecordBatch,
  p: number,
  resource: number,
  scope: number,
  kind: number,
  rowsMax: number,
): number {
  if (batch.count >= rowsMax) {
    batch.rejected++
    return skipValue(batch.view, batch.bytes, p)
  }
  if (batch.count >= batch.rowCapacity) batch.growRows(rowsMax)
  const firstAttr = batch.attrCount
  const bytesEnd = batch.bytesEnd
  const deep = batch.deep
  for (;;) {
    const after = decodeRecord(batch, p, resource, scope, kind)
    if (after >= 0) {
      batch.count++
      return after
    }
    batch.attrCount = firstAttr
    batch.bytesEnd = bytesEnd
    batch.deep = deep
    if (makeRoom(batch, after)) continue
    if (after !== BAD_SHAPE && after !== NO_ROOM) return after
    batch.rejected++
    return skipValue(batch.view, batch.bytes, p)
  }
}

function decodeRecord(batch: RecordBatch, p: number, resource: number, scope: number, kind: number): number {
  const bytes = batch.bytes
  if (kind === KIND_LOG) return logRecordJson(batch, bytes, p, resource, scope)
  if (kind === KIND_SPAN) return spanJson(batch, bytes, p, resource, scope)
  return dataPointJson(batch, bytes, p, resource, scope, kind)
}
