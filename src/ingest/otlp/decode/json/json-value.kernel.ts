import { hashA, hashB, hashBytes } from '../../../../columns/hash.kernel.ts'
import { ROLE_HASH } from '../../../../columns/key-table.ts'
import {
  ATTR_STRIDE,
  HASH_A,
  HASH_B,
  NESTED,
  type RecordBatch,
  VALUE_ARRAY,
  VALUE_BOOL,
  VALUE_BYTES,
  VALUE_DOUBLE,
  VALUE_INT,
  VALUE_MAP,
  VALUE_NONE,
  VALUE_STRING,
} from '../../../../columns/record-batch.ts'
import { attrRoom, depthMax, hashValue, keyId, writeRow } from '../attribute-row.kernel.ts'
import { NO_ROOM } from '../wire.kernel.ts'
import { field, fieldId, member, objectEnd, openObject } from './json-field.kernel.ts'
import { boolean, digitsEnd, digitsStart, number, parsed } from './json-number.kernel.ts'
import { CLOSED, closedAt, element, openArray, skipValue } from './json-scan.kernel.ts'
import { base64, text, textEnd, textStart } from './json-text.kernel.ts'

const KEY = fieldId('key')
const VALUE = fieldId('value')
const VALUES = fieldId('values')
const STRING = fieldId('stringValue')
const BOOL = fieldId('boolValue')
const INT = fieldId('intValue')
const DOUBLE = fieldId('doubleValue')
const ARRAY = fieldId('arrayValue')
const MAP = fieldId('kvlistValue')
const BYTES = fieldId('bytesValue')

/** The AnyValue last read: VALUE_*, where its text, digits or container lies, and its number in `anyNumber`. */
export let anyType = VALUE_NONE
export let anyStart = 0
export let anyEnd = 0
export const anyNumber = new Float64Array(1)

/** Do not descend: the caller comes back for the leaves. */
export const SKIP_CONTAINERS = -1

/**
 * AnyValue at `p`. Leaves of an array or map are appended from row `a` on, after a row kept free for the container
 * when `depth` is 0. The last member that is set wins.
 * @param depth levels of containers around it, or SKIP_CONTAINERS
 * @returns past it, or a negative code
 */
export function anyJson(batch: RecordBatch, bytes: Uint8Array, p: number, depth: number, a: number): number {
  let type = VALUE_NONE
  let start = 0
  let end = 0
  p = openObject(bytes, p)
  if (p < 0) return p
  for (;;) {
    p = member(batch.view, bytes, p)
    if (p <= CLOSED) break
    // only a member of the oneof unsets the one before it; their ids are neighbours
    if (depth >= 0 && field >= STRING && field <= BYTES) batch.attrCount = a
    const at = p
    if (field === STRING || field === BYTES) {
      type = field === STRING ? VALUE_STRING : VALUE_BYTES
      p = field === STRING ? text(batch, bytes, p) : base64(batch, bytes, p)
      start = textStart
      end = textEnd
    } else if (field === INT || field === DOUBLE) {
      type = field === INT ? VALUE_INT : VALUE_DOUBLE
      p = number(batch, bytes, p)
      anyNumber[0] = parsed[0]!
      start = digitsStart
      end = digitsEnd
    } else if (field === BOOL) {
      type = VALUE_BOOL
      p = boolean(bytes, p)
      anyNumber[0] = parsed[0]!
      start = at
      end = p
    } else if (field === ARRAY || field === MAP) {
      type = field === ARRAY ? VALUE_ARRAY : VALUE_MAP
      if (depth === SKIP_CONTAINERS) p = skipValue(batch.view, bytes, p)
      else if (depth >= depthMax) {
        batch.deep++
        type = VALUE_BYTES
        p = skipValue(batch.view, bytes, p)
      } else {
        if (depth === 0) batch.attrCount = a + 1
        p = leavesJson(batch, bytes, p, type, depth + 1)
      }
      start = at
      end = p
    } else p = skipValue(batch.view, bytes, p)
    if (p < 0) return p
  }
  if (p < 0) return p
  anyType = type
  anyStart = start
  anyEnd = end
  return objectEnd
}

/**
 * The value at `p` as attribute row `batch.attrCount`, and the leaves of an array or map as NESTED rows.
 * @param depth 0 for the value of an attribute, else the level of the container around it
 */
function valueRow(
  batch: RecordBatch,
  bytes: Uint8Array,
  p: number,
  key: number,
  keyStart: number,
  keyEnd: number,
  nested: number,
  depth: number,
): number {
  const a = batch.attrCount
  if (a >= attrRoom) return NO_ROOM
  p = anyJson(batch, bytes, p, depth, a)
  if (p < 0) return p
  const isContainer = anyType === VALUE_ARRAY || anyType === VALUE_MAP
  if (depth > 0 && (isContainer || anyType === VALUE_NONE)) return p
  if (!isContainer) batch.attrCount = a + 1
  writeRow(batch.attrs, a, key, keyStart, keyEnd, anyType | nested, anyStart, anyEnd)
  if (anyType === VALUE_INT) {
    batch.number[a] = anyNumber[0]! + 0 // no -0 among integers
    if (!Number.isSafeInteger(anyNumber[0])) return hashDigits(batch, a, key, p)
  } else batch.number[a] = anyNumber[0]!
  hashValue(batch, a)
  return p
}

/** An integer past 2^53 hashes by its digits, as they stand. */
function hashDigits(batch: RecordBatch, a: number, key: number, p: number): number {
  if ((batch.keys.roles[key]! & ROLE_HASH) !== 0) {
    hashBytes(batch.view, batch.bytes, anyStart, anyEnd, batch.keys.seed)
    batch.attrs[a * ATTR_STRIDE + HASH_A] = hashA
    batch.attrs[a * ATTR_STRIDE + HASH_B] = hashB
  }
  return p
}

/** A KeyValue of any shape at `p`. A value that comes before its key is read when the key is known. */
export function keyValueJson(
  batch: RecordBatch,
  bytes: Uint8Array,
  p: number,
  nested: number,
  depth: number,
): number {
  const a = batch.attrCount
  let keyStart = 0
  let keyEnd = 0
  let key = -1
  let pending = -1
  let hasValue = false
  p = openObject(bytes, p)
  if (p < 0) return p
  for (;;) {
    p = member(batch.view, bytes, p)
    if (p <= CLOSED) break
    if (field === KEY) {
      p = text(batch, bytes, p)
      if (p < 0) return p
      keyStart = textStart
      keyEnd = textEnd
      key = keyId(batch.keys, batch.view, bytes, keyStart, keyEnd)
    } else if (field === VALUE && key < 0) {
      pending = p
      p = skipValue(batch.view, bytes, p)
    } else if (field === VALUE) {
      batch.attrCount = a
      hasValue = true
      p = valueRow(batch, bytes, p, key, keyStart, keyEnd, nested, depth)
    } else p = skipValue(batch.view, bytes, p)
    if (p < 0) return p
  }
  if (p < 0) return p
  const end = objectEnd
  if (hasValue) return end
  if (key < 0) key = keyId(batch.keys, batch.view, bytes, 0, 0)
  if (pending >= 0) {
    p = valueRow(batch, bytes, pending, key, keyStart, keyEnd, nested, depth)
    return p < 0 ? p : end
  }
  if (depth > 0) return end
  if (a >= attrRoom) return NO_ROOM
  writeRow(batch.attrs, a, key, keyStart, keyEnd, VALUE_NONE | nested, 0, 0)
  batch.attrCount = a + 1
  hashValue(batch, a)
  return end
}

/** The leaves of the ArrayValue or KeyValueList at `p` as NESTED rows. @param depth its level, from 1 */
export function leavesJson(
  batch: RecordBatch,
  bytes: Uint8Array,
  p: number,
  container: number,
  depth: number,
): number {
  p = openObject(bytes, p)
  if (p < 0) return p
  for (;;) {
    p = member(batch.view, bytes, p)
    if (p <= CLOSED) break
    if (field === VALUES) {
      p = openArray(bytes, p)
      if (p < 0) return p
      for (;;) {
        p = element(bytes, p)
        if (p <= CLOSED) break
        if (container === VALUE_MAP) p = keyValueJson(batch, bytes, p, NESTED, depth)
        else p = valueRow(batch, bytes, p, 0, 0, 0, NESTED, depth)
        if (p < 0) return p
      }
      if (p < 0) return p
      p = closedAt
    } else p = skipValue(batch.view, bytes, p)
    if (p < 0) return p
  }
  return p < 0 ? p : objectEnd
}
