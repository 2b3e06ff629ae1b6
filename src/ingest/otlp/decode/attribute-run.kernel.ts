import { hashA, hashB, hashBytes } from '../../../columns/hash.kernel.ts'
import { hashNumber } from '../../../columns/hash-value.kernel.ts'
import { ROLE_HASH } from '../../../columns/key-table.ts'
import {
  ATTR_STRIDE,
  HASH_A,
  HASH_B,
  KEY,
  KEY_END,
  KEY_START,
  type RecordBatch,
  TYPE,
  VALUE_DOUBLE,
  VALUE_END,
  VALUE_INT,
  VALUE_START,
  VALUE_STRING,
} from '../../../columns/record-batch.ts'
import { attrRoom, follows as followsOf, previousKey, setPreviousKey } from './attribute-row.kernel.ts'

// An imported binding is loaded and checked at every use, a local constant is folded: 11% of the decoder.
const follows = followsOf
const STRIDE = ATTR_STRIDE
const W_KEY = KEY
const W_TYPE = TYPE
const W_VALUE_START = VALUE_START
const W_VALUE_END = VALUE_END
const W_KEY_START = KEY_START
const W_KEY_END = KEY_END
const STRING = VALUE_STRING
const INT = VALUE_INT
const DOUBLE = VALUE_DOUBLE
const W_HASH_A = HASH_A
const W_HASH_B = HASH_B
const HASHED = ROLE_HASH

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
    let type = STRING
    if (valueTag === 0x0a) {
      let length = bytes[w++]!
      if (length > 127) {
        const more = bytes[w++]!
        if (more > 127) break
        length = (length & 127) | (more << 7)
      }
      if (w + length !== stop) break
    } else if (valueTag === 0x18) {
      type = INT
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
      type = DOUBLE
      number[a] = view.getFloat64(w, true)
    } else break
    const id = follows[previous]!
    if (!keys.matches(id, view, k, v)) break
    previous = id
    const o = a * STRIDE
    attrs[o + W_KEY] = id
    attrs[o + W_TYPE] = type | nested
    attrs[o + W_VALUE_START] = w
    attrs[o + W_VALUE_END] = stop
    attrs[o + W_KEY_START] = k
    attrs[o + W_KEY_END] = v
    if ((roles[id]! & HASHED) !== 0) {
      if (type === STRING) hashBytes(view, bytes, w, stop, keys.seed)
      else hashNumber(number[a]!, keys.seed)
      attrs[o + W_HASH_A] = hashA
      attrs[o + W_HASH_B] = hashB
    }
    a++
    p = stop
  }
  setPreviousKey(previous)
  batch.attrCount = a
  return p
}
