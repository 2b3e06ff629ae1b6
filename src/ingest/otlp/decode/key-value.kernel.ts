import { hashA, hashB } from '../../../columns/hash.kernel.ts'
import { hashInt64 } from '../../../columns/hash-value.kernel.ts'
import { ROLE_HASH } from '../../../columns/key-table.ts'
import type { RecordBatch } from '../../../columns/record-batch.ts'
import * as columns from '../../../columns/record-batch.ts'
import { anyValue, valueEnd, valueNumber, valueStart, valueType } from './any-value.kernel.ts'
import { attrRoom, depthMax, hashValue, keyId, writeRow } from './attribute-row.kernel.ts'
import { high, low, MALFORMED, NO_ROOM, next, openSpan, skipField, spanEnd, varint32 } from './wire.kernel.ts'

// V8 folds a local constant into hot code; an imported one is loaded and checked at every use.
const {
  ATTR_STRIDE,
  HASH_A,
  HASH_B,
  NESTED,
  VALUE_ARRAY,
  VALUE_BYTES,
  VALUE_DOUBLE,
  VALUE_INT,
  VALUE_MAP,
  VALUE_NONE,
  VALUE_STRING,
} = columns

/**
 * One KeyValue in [p, end) becomes the attribute row `batch.attrCount` and its leaves the rows after it.
 *
 *   0a KL key............ 12 VL 0a SL string.......      the usual shape, read without a loop
 *   p     k              v      w                  end
 *
 * Every length is taken only if the pieces end exactly at `end`; whatever does not fit goes the general way, so the
 * peeks past `end` (at most two bytes, within the slack) decide nothing.
 * @param nested NESTED for attributes of something inside the record, else 0
 * @returns `end`, MALFORMED or NO_ROOM
 */
export function keyValue(
  batch: RecordBatch,
  bytes: Uint8Array,
  view: DataView,
  p: number,
  end: number,
  nested: number,
): number {
  const a = batch.attrCount
  if (a >= attrRoom) return NO_ROOM
  const keyStart = p + 2
  const keyLength = bytes[p + 1]!
  const v = keyStart + keyLength
  if (bytes[p] === 0x0a && keyLength < 128 && v < end && bytes[v] === 0x12) {
    const valueLength = bytes[v + 1]!
    const w = v + 2
    if (valueLength < 128 && w + valueLength === end) {
      const tag = bytes[w]!
      const first = bytes[w + 1]!
      let type = VALUE_NONE
      let start = w + 1
      if (tag === 0x0a) {
        if (w + 2 + first === end) {
          type = VALUE_STRING
          start = w + 2
        }
      } else if (tag === 0x18) {
        if (first < 128) {
          if (w + 2 === end) {
            type = VALUE_INT
            batch.number[a] = first
          }
        } else if (bytes[w + 2]! < 128 && w + 3 === end) {
          type = VALUE_INT
          batch.number[a] = (first & 127) | (bytes[w + 2]! << 7)
        }
      } else if (tag === 0x21 && w + 9 === end) {
        type = VALUE_DOUBLE
        batch.number[a] = view.getFloat64(w + 1, true)
      }
      if (type !== VALUE_NONE) {
        const keys = batch.keys
        const id = keyId(keys, view, bytes, keyStart, v)
        writeRow(batch.attrs, a, id, keyStart, v, type | nested, start, end)
        batch.attrCount = a + 1
        if ((keys.roles[id]! & ROLE_HASH) !== 0) hashValue(batch, a)
        return end
      }
    }
  }
  return anyKeyValue(batch, bytes, view, p, end, nested, 0)
}

/** A KeyValue of any shape. Of a repeated field the last one counts. */
function anyKeyValue(
  batch: RecordBatch,
  bytes: Uint8Array,
  view: DataView,
  p: number,
  end: number,
  nested: number,
  depth: number,
): number {
  let keyStart = 0
  let keyEnd = 0
  let start = 0
  let stop = 0
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    if (tag === 0x0a || tag === 0x12) {
      p = openSpan(bytes, p, end)
      if (p < 0) return MALFORMED
      if (tag === 0x0a) {
        keyStart = p
        keyEnd = spanEnd
      } else {
        start = p
        stop = spanEnd
      }
      p = spanEnd
    } else {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return MALFORMED
    }
  }
  if (anyValue(bytes, view, start, stop) < 0) return MALFORMED
  const id = keyId(batch.keys, view, bytes, keyStart, keyEnd)
  const done = writeValue(batch, bytes, view, id, keyStart, keyEnd, nested, depth)
  return done < 0 ? done : end
}

/**
 * Writes the value last read by anyValue: as a row of its own, and, when it is an array or map, its leaves as NESTED
 * rows. Inside one (`depth` > 0) an array or map has no row of its own.
 * @returns 0, MALFORMED or NO_ROOM
 */
function writeValue(
  batch: RecordBatch,
  bytes: Uint8Array,
  view: DataView,
  id: number,
  keyStart: number,
  keyEnd: number,
  nested: number,
  depth: number,
): number {
  const start = valueStart
  const stop = valueEnd
  let type = valueType
  if (depth > 0) {
    if (type === VALUE_NONE) return 0
    if (type === VALUE_ARRAY || type === VALUE_MAP) {
      if (depth < depthMax) return leaves(batch, bytes, view, type, start, stop, depth + 1)
      batch.deep++
      type = VALUE_BYTES
    }
  }
  const a = batch.attrCount
  if (a >= attrRoom) return NO_ROOM
  writeRow(batch.attrs, a, id, keyStart, keyEnd, type | nested, start, stop)
  batch.number[a] = valueNumber[0]!
  batch.attrCount = a + 1
  if (type === VALUE_INT && !Number.isSafeInteger(valueNumber[0])) hashLargeInt(batch, a, id)
  else hashValue(batch, a)
  if (type === VALUE_ARRAY || type === VALUE_MAP) {
    return leaves(batch, bytes, view, type, start, stop, 1)
  }
  return 0
}

/**
 * The leaves of an ArrayValue or KeyValueList in [p, end) as NESTED rows. Recurses at most `depthMax` deep.
 * @param depth level of the container, 1 for one that is itself the value of an attribute or body
 * @returns 0, MALFORMED or NO_ROOM
 */
export function leaves(
  batch: RecordBatch,
  bytes: Uint8Array,
  view: DataView,
  container: number,
  p: number,
  end: number,
  depth: number,
): number {
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    if (tag === 0x0a) {
      p = openSpan(bytes, p, end)
      if (p < 0) return MALFORMED
      const stop = spanEnd
      let done = 0
      if (container === VALUE_MAP) done = anyKeyValue(batch, bytes, view, p, stop, NESTED, depth)
      else if (anyValue(bytes, view, p, stop) < 0) done = MALFORMED
      else done = writeValue(batch, bytes, view, 0, 0, 0, NESTED, depth)
      if (done < 0) return done
      p = stop
    } else {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return MALFORMED
    }
  }
  return 0
}

/** Appends text that has no key of its own, such as the name of a span's event, unless it is empty. @returns 0 or NO_ROOM */
export function unnamedText(batch: RecordBatch, start: number, end: number, type: number): number {
  if (start === end) return 0
  const a = batch.attrCount
  if (a >= attrRoom) return NO_ROOM
  writeRow(batch.attrs, a, 0, 0, 0, type, start, end)
  batch.attrCount = a + 1
  return 0
}

function hashLargeInt(batch: RecordBatch, a: number, id: number): void {
  if ((batch.keys.roles[id]! & ROLE_HASH) === 0) return
  hashInt64(high, low, batch.keys.seed)
  batch.attrs[a * ATTR_STRIDE + HASH_A] = hashA
  batch.attrs[a * ATTR_STRIDE + HASH_B] = hashB
}
