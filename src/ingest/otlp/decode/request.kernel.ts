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
} from '../../../columns/record-batch.ts'
import { addRecord, KIND_LOG, KIND_SPAN } from './add-record.kernel.ts'
import { attrRoom, growAttrs, startKeys, writeRow } from './attribute-row.kernel.ts'
import { keyValue } from './key-value.kernel.ts'
import { type LogRecordsKernel, logRecordsKernel } from './log-records.ts'
import { metric } from './metric.kernel.ts'
import { KEYS_OF_RESOURCE, KEYS_OF_SCOPE } from './row.kernel.ts'
import { MALFORMED, NO_ROOM, next, openSpan, skipField, spanEnd, varint32 } from './wire.kernel.ts'

/**
 * The three export requests share their framing:
 *
 *   request { 1: resource group } , group { 1: resource, 2: scope group } , scope group { 1: scope, 2: record }
 *
 * Field order is the sender's, and a resource may come after its records or in pieces, so each group is walked twice:
 * first its resource, whose attributes so lie in one piece, then its records. Columns after one group:
 *
 *   attrs | resource's ... | scope's name, scope's attributes | record's ... | record's ... |
 */

/** A request in which the kernel leaves more records to us than it reads is read without it. */
const MISSES_MAX = 16

let kernel: LogRecordsKernel | null = null
let misses = 0

const SCOPE_MALFORMED = -2
const SCOPE_NO_ROOM = -3

/** @returns 0, MALFORMED, or NO_ROOM when a resource alone is over the limit of attributes */
export function request(batch: RecordBatch, rowsMax: number): number {
  const bytes = batch.bytes
  const end = batch.payloadEnd
  kernel = batch.signal === SIGNAL_LOGS ? logRecordsKernel(batch) : null
  misses = 0
  let p = 0
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    if (tag === 0x0a) {
      p = openSpan(bytes, p, end)
      if (p < 0) return MALFORMED
      const stop = spanEnd
      const done = resourceGroup(batch, p, stop, rowsMax)
      if (done < 0) return done
      p = stop
    } else {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return MALFORMED
    }
  }
  return 0
}

function resourceGroup(batch: RecordBatch, from: number, end: number, rowsMax: number): number {
  const bytes = batch.bytes
  const firstRow = batch.count
  const firstAttr = batch.attrCount
  const resource = batch.resourceCount
  for (let p = from; p < end; ) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    if (tag === 0x0a) {
      p = openSpan(bytes, p, end)
      if (p < 0) return MALFORMED
      const stop = spanEnd
      startKeys(KEYS_OF_RESOURCE)
      const done = attributes(batch, p, stop, 0x0a, 0)
      if (done < 0) return done
      p = stop
    } else {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return MALFORMED
    }
  }
  if ((resource + 1) * RESOURCE_STRIDE > batch.resources.length) batch.growResources()
  batch.resources[resource * RESOURCE_STRIDE + RES_ATTR_START] = firstAttr
  batch.resources[resource * RESOURCE_STRIDE + RES_ATTR_END] = batch.attrCount
  batch.resourceCount = resource + 1
  for (let p = from; p < end; ) {
    const tag = varint32(bytes, p)
    p = next
    if (tag === 0x12) {
      p = openSpan(bytes, p, end)
      const stop = spanEnd
      const done = scopeGroup(batch, p, stop, resource, rowsMax)
      if (done < 0) return done
      p = stop
    } else p = skipField(bytes, p, end, tag)
    if (p < 0) return MALFORMED
  }
  if (batch.count === firstRow) {
    // no record refers to it: many empty groups cost nothing
    batch.resourceCount = resource
    batch.attrCount = firstAttr
  }
  return 0
}

function scopeGroup(batch: RecordBatch, p: number, end: number, resource: number, rowsMax: number): number {
  const bytes = batch.bytes
  const firstRow = batch.count
  const firstAttr = batch.attrCount
  const signal = batch.signal
  const kind = signal === SIGNAL_LOGS ? KIND_LOG : KIND_SPAN
  let scope = -1
  let late = false
  while (p < end) {
    if (kernel !== null && bytes[p] === 0x12 && batch.linear !== null) {
      const from = p
      p = kernel.read(batch, p, end, resource, scope, rowsMax)
      if (p === end) break
      if (p === from && ++misses > MISSES_MAX && misses > batch.count) kernel = null
    }
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    if (tag === 0x12) {
      p = openSpan(bytes, p, end)
      if (p < 0) return MALFORMED
      const stop = spanEnd
      if (signal === SIGNAL_METRICS) metric(batch, p, stop, resource, scope, rowsMax)
      else addRecord(batch, p, stop, resource, scope, kind, rowsMax)
      p = stop
    } else if (tag === 0x0a) {
      p = openSpan(bytes, p, end)
      if (p < 0) return MALFORMED
      const stop = spanEnd
      scope = scopeRows(batch, p, stop)
      if (scope < -1) return scope === SCOPE_NO_ROOM ? NO_ROOM : MALFORMED
      late = batch.count > firstRow
      p = stop
    } else {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return MALFORMED
    }
  }
  if (batch.count === firstRow) batch.attrCount = firstAttr
  else if (late) {
    // a scope that comes after its records is theirs all the same
    for (let row = firstRow; row < batch.count; row++) batch.rows[row * ROW_STRIDE + SCOPE] = scope
  }
  return 0
}

/** InstrumentationScope: a row for its name, then its attributes. @returns the row, -1 when it says nothing, or less */
function scopeRows(batch: RecordBatch, from: number, end: number): number {
  const bytes = batch.bytes
  const scope = batch.attrCount
  let nameStart = 0
  let nameEnd = 0
  for (let p = from; p < end; ) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return SCOPE_MALFORMED
    if (tag === 0x0a) {
      nameStart = openSpan(bytes, p, end)
      if (nameStart < 0) return SCOPE_MALFORMED
      nameEnd = spanEnd
      p = nameEnd
    } else {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return SCOPE_MALFORMED
    }
  }
  if (scope >= attrRoom && !growAttrs(batch)) return SCOPE_NO_ROOM
  writeRow(batch.attrs, scope, 0, 0, 0, VALUE_STRING, nameStart, nameEnd)
  batch.attrCount = scope + 1
  startKeys(KEYS_OF_SCOPE)
  const done = attributes(batch, from, end, 0x1a, NESTED)
  if (done < 0) return done === NO_ROOM ? SCOPE_NO_ROOM : SCOPE_MALFORMED
  if (batch.attrCount === scope + 1 && nameStart === nameEnd) {
    batch.attrCount = scope
    return -1
  }
  return scope
}

/** The KeyValues under `attributesTag` in [p, end). @returns 0, MALFORMED or NO_ROOM */
function attributes(
  batch: RecordBatch,
  p: number,
  end: number,
  attributesTag: number,
  nested: number,
): number {
  const bytes = batch.bytes
  const view = batch.view
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    if (tag !== attributesTag) {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return MALFORMED
      continue
    }
    p = openSpan(bytes, p, end)
    if (p < 0) return MALFORMED
    const stop = spanEnd
    const first = batch.attrCount
    const deep = batch.deep
    let done = keyValue(batch, bytes, view, p, stop, nested)
    while (done === NO_ROOM && growAttrs(batch)) {
      batch.attrCount = first
      batch.deep = deep
      done = keyValue(batch, bytes, view, p, stop, nested)
    }
    if (done < 0) return done
    p = stop
  }
  return 0
}
