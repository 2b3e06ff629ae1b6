import { hashA, hashB, hashBytes } from '../../../columns/hash.kernel.ts'
import { hashNumber } from '../../../columns/hash-value.kernel.ts'
import * as keyTable from '../../../columns/key-table.ts'
import type { RecordBatch } from '../../../columns/record-batch.ts'
import * as columns from '../../../columns/record-batch.ts'
import * as attributeRow from './attribute-row.kernel.ts'
import { attrRoom, previousKey, setPreviousKey } from './attribute-row.kernel.ts'

// V8 folds a local constant into hot code; an imported one is loaded and checked at every use: 11% of the decoder here.
const { ROLE_HASH } = keyTable
const { follows } = attributeRow
const {
  ATTR_STRIDE,
  HASH_A,
  HASH_B,
  KEY,
  KEY_END,
  KEY_START,
  TYPE,
  VALUE_DOUBLE,
  VALUE_END,
  VALUE_INT,
  VALUE_START,
  VALUE_STRING,
} = columns

/**
 * Reads attributes as nearly all senders write them: one after the other, key then value, strings, doubles and small
 * integers, keys in the usual order.
 *
 *   tag L  0a KL key............ 12 VL 0a SL string.......   tag L  0a KL ...
 *          q     k              v      w                 stop
 *
 * Lengths are of one or two bytes and must fit exactly; at the first thing that does not, the run ends before it and
 * the general way takes over.
 * @param p at a tag, @param tag one byte, @param nested NESTED or 0
 * @returns the position of the first field not read; `p` itself when there was none
 */
export function attributeRun(
  batch: RecordBatch,
  p: number,
  end: number,
  tag: number,
  nested: number,
): number {
  const bytes = batch.bytes
  const view = batch.view
  const attrs = batch.attrs
  const number = batch.number
  const keys = batch.keys
  const roles = keys.roles
  const room = attrRoom
  let previous = previousKey
  let a = batch.attrCount
  while (p < end && a < room && bytes[p] === tag) {
    let q = p + 2
    let stop = bytes[p + 1]!
    if (stop > 127) {
      const more = bytes[q++]!
      if (more > 127) break
      stop = (stop & 127) | (more << 7)
    }
    stop += q
    const k = q + 2
    const v = k + bytes[q + 1]!
    if (stop > end || bytes[q] !== 0x0a || v >= stop || v - k > 127 || bytes[v] !== 0x12) break
    let w = v + 2
    let valueEnd = bytes[v + 1]!
    if (valueEnd > 127) {
      const more = bytes[w++]!
      if (more > 127) break
      valueEnd = (valueEnd & 127) | (more << 7)
    }
    if (w + valueEnd !== stop) break
    const valueTag = bytes[w++]!
    let type = VALUE_STRING
    if (valueTag === 0x0a) {
      let length = bytes[w++]!
      if (length > 127) {
        const more = bytes[w++]!
        if (more > 127) break
        length = (length & 127) | (more << 7)
      }
      if (w + length !== stop) break
    } else if (valueTag === 0x18) {
      type = VALUE_INT
      const b0 = bytes[w]!
      if (b0 < 128) {
        if (w + 1 !== stop) break
        number[a] = b0
      } else {
        const b1 = bytes[w + 1]!
        if (b1 < 128) {
          if (w + 2 !== stop) break
          number[a] = (b0 & 127) | (b1 << 7)
        } else {
          const b2 = bytes[w + 2]!
          if (b2 > 127 || w + 3 !== stop) break
          number[a] = (b0 & 127) | ((b1 & 127) << 7) | (b2 << 14)
        }
      }
    } else if (valueTag === 0x21 && w + 8 === stop) {
      type = VALUE_DOUBLE
      number[a] = view.getFloat64(w, true)
    } else break
    const id = follows[previous]!
    if (!keys.matches(id, view, k, v)) break
    previous = id
    const o = a * ATTR_STRIDE
    attrs[o + KEY] = id
    attrs[o + TYPE] = type | nested
    attrs[o + VALUE_START] = w
    attrs[o + VALUE_END] = stop
    attrs[o + KEY_START] = k
    attrs[o + KEY_END] = v
    if ((roles[id]! & ROLE_HASH) !== 0) {
      if (type === VALUE_STRING) hashBytes(view, bytes, w, stop, keys.seed)
      else hashNumber(number[a]!, keys.seed)
      attrs[o + HASH_A] = hashA
      attrs[o + HASH_B] = hashB
    }
    a++
    p = stop
  }
  setPreviousKey(previous)
  batch.attrCount = a
  return p
}
