import {
  NESTED,
  RES_ATTR_END,
  RES_ATTR_START,
  RESOURCE_STRIDE,
  type RecordBatch,
  ROW_STRIDE,
  SCOPE,
  SIGNAL_LOGS,
  SIGNAL_METRICS,
  VALUE_STRING,
} from '../../../../columns/record-batch.ts'
import { KIND_LOG, KIND_SPAN } from '../add-record.kernel.ts'
import { attrRoom, startKeys, writeRow } from '../attribute-row.kernel.ts'
import { KEYS_OF_RESOURCE, KEYS_OF_SCOPE } from '../row.kernel.ts'
import { NO_ROOM } from '../wire.kernel.ts'
import { addRecordJson, makeRoom } from './json-add-record.kernel.ts'
import { attributesJson } from './json-attributes.kernel.ts'
import { field, fieldId, member, objectEnd, openObject } from './json-field.kernel.ts'
import { metricJson } from './json-metric.kernel.ts'
import {
  BAD_JSON,
  CLOSED,
  closedAt,
  element,
  openArray,
  SENTINEL_BYTES,
  skipValue,
  space,
} from './json-scan.kernel.ts'
import { text, textEnd, textStart } from './json-text.kernel.ts'

const RESOURCE = fieldId('resource')
const SCOPE_FIELD = fieldId('scope')
const NAME = fieldId('name')
const ATTRIBUTES = fieldId('attributes')
// by signal
const GROUPS = [fieldId('resourceLogs'), fieldId('resourceSpans'), fieldId('resourceMetrics')]
const SCOPES = [fieldId('scopeLogs'), fieldId('scopeSpans'), fieldId('scopeMetrics')]
const RECORDS = [fieldId('logRecords'), fieldId('spans'), fieldId('metrics')]

/** What a list holds, for {@link list}. */
const RESOURCE_GROUPS = 0
const SCOPE_GROUPS = 1
const RECORD_LIST = 2

/** The export request in OTLP/JSON; what request is for protobuf. @returns 0, or a negative code */
export function requestJson(batch: RecordBatch, rowsMax: number): number {
  batch.bytes.fill(0, batch.payloadEnd, batch.payloadEnd + SENTINEL_BYTES)
  batch.bytesEnd = batch.payloadEnd + SENTINEL_BYTES
  let p = openObject(batch.bytes, space(batch.bytes, 0))
  if (p < 0) return p
  for (;;) {
    p = member(batch.view, batch.bytes, p)
    if (p <= CLOSED) break
    if (field === GROUPS[batch.signal]) p = list(batch, p, RESOURCE_GROUPS, 0, -1, rowsMax)
    else p = skipValue(batch.view, batch.bytes, p)
    if (p < 0) return p
  }
  if (p < 0) return p
  return space(batch.bytes, objectEnd) === batch.payloadEnd ? 0 : BAD_JSON
}

/** The array at `p`. @returns past it, or a negative code */
function list(
  batch: RecordBatch,
  p: number,
  kind: number,
  resource: number,
  scope: number,
  rowsMax: number,
): number {
  p = openArray(batch.bytes, p)
  if (p < 0) return p
  for (;;) {
    p = element(batch.bytes, p)
    if (p <= CLOSED) break
    if (kind === RESOURCE_GROUPS) p = resourceGroup(batch, p, rowsMax)
    else if (kind === SCOPE_GROUPS) p = scopeGroup(batch, p, resource, rowsMax)
    else if (batch.signal === SIGNAL_METRICS) p = metricJson(batch, p, resource, scope, rowsMax)
    else {
      const record = batch.signal === SIGNAL_LOGS ? KIND_LOG : KIND_SPAN
      p = addRecordJson(batch, p, resource, scope, record, rowsMax)
    }
    if (p < 0) return p
  }
  return p < 0 ? p : closedAt
}

/** Unlike in protobuf, a resource that comes after its records is not looked for first: its range is set when it comes. */
function resourceGroup(batch: RecordBatch, p: number, rowsMax: number): number {
  const firstRow = batch.count
  const firstAttr = batch.attrCount
  const bytesEnd = batch.bytesEnd
  const resource = batch.resourceCount
  const o = resource * RESOURCE_STRIDE
  if (o + RESOURCE_STRIDE > batch.resources.length) batch.growResources()
  batch.resources[o + RES_ATTR_START] = 0
  batch.resources[o + RES_ATTR_END] = 0
  batch.resourceCount = resource + 1
  p = openObject(batch.bytes, p)
  if (p < 0) return p
  for (;;) {
    p = member(batch.view, batch.bytes, p)
    if (p <= CLOSED) break
    if (field === RESOURCE) {
      batch.resources[o + RES_ATTR_START] = batch.attrCount
      p = attributesOf(batch, p, 0)
      batch.resources[o + RES_ATTR_END] = batch.attrCount
    } else if (field === SCOPES[batch.signal]) p = list(batch, p, SCOPE_GROUPS, resource, -1, rowsMax)
    else p = skipValue(batch.view, batch.bytes, p)
    if (p < 0) return p
  }
  if (p < 0) return p
  if (batch.count === firstRow) {
    batch.resourceCount = resource
    batch.attrCount = firstAttr
    batch.bytesEnd = bytesEnd
  }
  return objectEnd
}

function scopeGroup(batch: RecordBatch, p: number, resource: number, rowsMax: number): number {
  const firstRow = batch.count
  let scope = -1
  let late = false
  p = openObject(batch.bytes, p)
  if (p < 0) return p
  for (;;) {
    p = member(batch.view, batch.bytes, p)
    if (p <= CLOSED) break
    if (field === SCOPE_FIELD) {
      scope = batch.attrCount
      p = attributesOf(batch, p, NESTED)
      if (batch.attrCount === scope) scope = -1
      late = batch.count > firstRow
    } else if (field === RECORDS[batch.signal]) p = list(batch, p, RECORD_LIST, resource, scope, rowsMax)
    else p = skipValue(batch.view, batch.bytes, p)
    if (p < 0) return p
  }
  if (p < 0) return p
  if (late) for (let row = firstRow; row < batch.count; row++) batch.rows[row * ROW_STRIDE + SCOPE] = scope
  return objectEnd
}

/**
 * The rows of the Resource, or with NESTED of the InstrumentationScope, at `p`; a scope's name comes first.
 * @returns past it, or a negative code
 */
function attributesOf(batch: RecordBatch, p: number, nested: number): number {
  const { attrCount, bytesEnd, deep } = batch
  for (;;) {
    const after = tryAttributesOf(batch, batch.bytes, p, nested)
    if (after >= 0) return after
    batch.attrCount = attrCount
    batch.bytesEnd = bytesEnd
    batch.deep = deep
    if (!makeRoom(batch, after)) return after
  }
}

function tryAttributesOf(batch: RecordBatch, bytes: Uint8Array, p: number, nested: number): number {
  const nameRow = batch.attrCount
  let nameStart = 0
  let nameEnd = 0
  if (nested !== 0) {
    if (nameRow >= attrRoom) return NO_ROOM
    batch.attrCount = nameRow + 1
  }
  p = openObject(bytes, p)
  if (p < 0) return p
  for (;;) {
    p = member(batch.view, bytes, p)
    if (p <= CLOSED) break
    if (field === ATTRIBUTES) {
      startKeys(nested === 0 ? KEYS_OF_RESOURCE : KEYS_OF_SCOPE)
      p = attributesJson(batch, bytes, p, nested)
    } else if (field === NAME && nested !== 0) {
      p = text(batch, bytes, p)
      nameStart = textStart
      nameEnd = textEnd
    } else p = skipValue(batch.view, bytes, p)
    if (p < 0) return p
  }
  if (p < 0) return p
  if (nested !== 0) {
    if (batch.attrCount === nameRow + 1 && nameStart === nameEnd) batch.attrCount = nameRow
    else writeRow(batch.attrs, nameRow, 0, 0, 0, VALUE_STRING, nameStart, nameEnd)
  }
  return objectEnd
}
