import * as columns from '../../../columns/record-batch.ts'
import {
  high,
  low,
  MALFORMED,
  next,
  openSpan,
  skipField,
  spanEnd,
  varint32,
  varint64,
} from './wire.kernel.ts'

// V8 folds a local constant into hot code; an imported one is loaded and checked at every use.
const { VALUE_ARRAY, VALUE_BOOL, VALUE_BYTES, VALUE_DOUBLE, VALUE_INT, VALUE_MAP, VALUE_NONE, VALUE_STRING } =
  columns

/** The AnyValue last read by {@link anyValue}: VALUE_*, and where its bytes lie. Read at once. */
export let valueType = VALUE_NONE
export let valueStart = 0
export let valueEnd = 0
/** Its number, if it is one; in an array because a double in a variable would be a heap object. */
export const valueNumber = new Float64Array(1)

/**
 * AnyValue of common/v1/common.proto in [p, end), not descending into arrays and maps. The last set field wins.
 * @returns `end`, or MALFORMED
 */
export function anyValue(bytes: Uint8Array, view: DataView, p: number, end: number): number {
  valueType = VALUE_NONE
  valueStart = p
  valueEnd = p
  while (p < end) {
    let tag = bytes[p++]!
    if (tag > 127) {
      tag = varint32(bytes, p - 1)
      p = next
      if (p < 0 || p > end) return MALFORMED
    }
    switch (tag) {
      case 0x0a: // string_value
      case 0x2a: // array_value
      case 0x32: // kvlist_value
      case 0x3a: // bytes_value
        p = openSpan(bytes, p, end)
        if (p < 0) return MALFORMED
        valueType =
          tag === 0x0a ? VALUE_STRING : tag === 0x2a ? VALUE_ARRAY : tag === 0x32 ? VALUE_MAP : VALUE_BYTES
        valueStart = p
        p = spanEnd
        valueEnd = p
        break
      case 0x10: // bool_value
      case 0x18: // int_value
        if (p >= end) return MALFORMED
        valueStart = p
        p = varint64(bytes, p)
        if (p < 0 || p > end) return MALFORMED
        valueEnd = p
        if (tag === 0x10) {
          valueType = VALUE_BOOL
          valueNumber[0] = (low | high) === 0 ? 0 : 1
        } else {
          valueType = VALUE_INT
          valueNumber[0] = high * 4294967296 + (low >>> 0)
        }
        break
      case 0x21: // double_value
        if (p + 8 > end) return MALFORMED
        valueType = VALUE_DOUBLE
        valueStart = p
        valueNumber[0] = view.getFloat64(p, true)
        p += 8
        valueEnd = p
        break
      default:
        p = skipField(bytes, p, end, tag)
        if (p < 0) return MALFORMED
    }
  }
  return end
}
