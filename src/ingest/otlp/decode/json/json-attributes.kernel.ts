import { type RecordBatch, VALUE_DOUBLE, VALUE_INT, VALUE_STRING } from '../../../../columns/record-batch.ts'
import {
  attrRoom,
  follows,
  hashValue,
  keyId,
  previousKey,
  setPreviousKey,
  writeRow,
} from '../attribute-row.kernel.ts'
import { digitsEnd, digitsStart, number, parsed } from './json-number.kernel.ts'
import { CLOSED, closedAt, element, openArray, plainEnd } from './json-scan.kernel.ts'
import { keyValueJson } from './json-value.kernel.ts'

/** Appends the attributes in the array at `p`. @returns past it, or a negative code */
export function attributesJson(batch: RecordBatch, bytes: Uint8Array, p: number, nested: number): number {
  p = openArray(bytes, p)
  if (p < 0) return p
  for (;;) {
    p = element(bytes, p)
    if (p <= CLOSED) break
    const next = usual(batch, bytes, p, nested)
    p = next > 0 ? next : keyValueJson(batch, bytes, p, nested, 0)
    if (p < 0) return p
  }
  return p < 0 ? p : closedAt
}

// Pieces of the usual text as little-endian numbers of eight or four bytes. Eight letters read as a double are neither
// NaN nor zero, so that two are equal only if their bits are.
const eight = (piece: string): number => Buffer.from(piece, 'latin1').readDoubleLE()
const four = (piece: string): number => Buffer.from(piece, 'latin1').readInt32LE()
const KEY_IS = eight('{"key":"')
const VALUE_NAME = eight('","value')
const VALUE_IS = four('":{"')
const STRING_VA = eight('stringVa')
const STRING_IS = eight('Value":"')
const INT_VALUE = eight('intValue')
const DOUBLE_VA = eight('doubleVa')
const DOUBLE_IS = four('ue":')
const END = 0x7d
const QUOTE = 0x22

/**
 * An attribute written the way JSON.stringify and the Collector write it, compared in pieces:
 *
 *   {"key":"http.route","value":{"stringValue":"/cart"}}     or     {"intValue":"200"}, {"doubleValue":0.2}
 *
 * The NUL bytes past the payload match none of the pieces, so no read is decided by what follows the payload.
 * @returns past it, or 0 when it is written in another way
 */
function usual(batch: RecordBatch, bytes: Uint8Array, p: number, nested: number): number {
  const view = batch.view
  const a = batch.attrCount
  if (view.getFloat64(p, true) !== KEY_IS || a >= attrRoom) return 0
  const keyStart = p + 8
  let key = follows[previousKey]!
  let keyEnd = keyStart + batch.keys.lengthOf(key)
  const isGuess =
    keyEnd < batch.payloadEnd && bytes[keyEnd] === QUOTE && batch.keys.matches(key, view, keyStart, keyEnd)
  if (!isGuess) keyEnd = plainEnd(view, keyStart)
  if (view.getFloat64(keyEnd, true) !== VALUE_NAME || view.getInt32(keyEnd + 8, true) !== VALUE_IS) return 0
  let start = keyEnd + 12
  let end = 0
  let type = VALUE_STRING
  const kind = view.getFloat64(start, true)
  if (kind === STRING_VA) {
    if (view.getFloat64(start + 6, true) !== STRING_IS) return 0
    start += 14
    end = plainEnd(view, start)
    if (bytes[end] !== QUOTE || bytes[end + 1] !== END || bytes[end + 2] !== END) return 0
    p = end + 3
  } else if (kind === INT_VALUE) {
    if (bytes[start + 8] !== QUOTE || bytes[start + 9] !== 0x3a) return 0
    start += 10
    const quoted = bytes[start] === QUOTE
    if (quoted) start++
    let value = 0
    end = start
    for (let digit = bytes[end]! - 0x30; digit >= 0 && digit <= 9; digit = bytes[++end]! - 0x30)
      value = value * 10 + digit
    // up to nine digits, no leading zero: the value is a small integer and the JSON valid
    if (end === start || end - start > 9 || (bytes[start] === 0x30 && end - start > 1)) return 0
    p = end
    if (quoted && bytes[p++] !== QUOTE) return 0
    if (bytes[p] !== END || bytes[p + 1] !== END) return 0
    p += 2
    type = VALUE_INT
    batch.number[a] = value
  } else if (kind === DOUBLE_VA) {
    if (view.getInt32(start + 9, true) !== DOUBLE_IS) return 0
    const bytesEnd = batch.bytesEnd
    p = number(batch, bytes, start + 13)
    if (p < 0 || bytes[p] !== END || bytes[p + 1] !== END) {
      batch.bytesEnd = bytesEnd
      return 0
    }
    p += 2
    type = VALUE_DOUBLE
    start = digitsStart
    end = digitsEnd
    batch.number[a] = parsed[0]!
  } else return 0
  if (isGuess) setPreviousKey(key)
  else key = keyId(batch.keys, view, bytes, keyStart, keyEnd)
  writeRow(batch.attrs, a, key, keyStart, keyEnd, type | nested, start, end)
  batch.attrCount = a + 1
  hashValue(batch, a)
  return p
}
