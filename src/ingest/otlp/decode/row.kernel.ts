import type { RecordBatch } from '../../../columns/record-batch.ts'
import * as columns from '../../../columns/record-batch.ts'

// V8 folds a local constant into hot code; an imported one is loaded and checked at every use.
const {
  ATTR_END,
  ATTR_START,
  EVENT_END,
  EVENT_START,
  FLAGS,
  KIND,
  RESOURCE,
  ROW_STRIDE,
  SCOPE,
  SEVERITY,
  SPAN_START,
  STATUS,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TRACE_START,
  VALUE_NONE,
} = columns

/** What a list of attributes belongs to, for startKeys: each kind of list has its own usual first key. */
export const KEYS_OF_RESOURCE = 0
export const KEYS_OF_SCOPE = 1
export const KEYS_OF_RECORD = 2
export const KEYS_OF_BODY = 3
export const KEYS_OF_EVENT = 4

/**
 * Fills row `batch.count` with what a record has before its first field is read. The caller has made room and counts
 * the row in only when the record parses.
 * @returns offset of the row's words
 */
export function blankRow(batch: RecordBatch, resource: number, scope: number): number {
  const rows = batch.rows
  const row = batch.count
  const o = row * ROW_STRIDE
  rows[o + SEVERITY] = 0
  rows[o + RESOURCE] = resource
  rows[o + ATTR_START] = batch.attrCount
  rows[o + ATTR_END] = batch.attrCount
  rows[o + TEXT_TYPE] = VALUE_NONE
  rows[o + TEXT_START] = 0
  rows[o + TEXT_END] = 0
  rows[o + TRACE_START] = -1
  rows[o + SPAN_START] = -1
  rows[o + STATUS] = 0
  rows[o + KIND] = 0
  rows[o + FLAGS] = 0
  rows[o + EVENT_START] = 0
  rows[o + EVENT_END] = 0
  rows[o + SCOPE] = scope
  batch.value[row] = Number.NaN
  batch.weight[row] = 1
  return o
}

/** Milliseconds of the nanoseconds in two 32-bit halves, either sign. */
export const nanosToMs = (high: number, low: number): number =>
  ((high >>> 0) * 4294967296 + (low >>> 0)) / 1e6
