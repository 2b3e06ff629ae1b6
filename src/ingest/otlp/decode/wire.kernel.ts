/**
 * The protobuf wire format: varints, spans, skipping. Source: protobuf.dev/programming-guides/encoding.
 *
 * Bounds: a caller has `p < end` and at least SLACK_BYTES (16) readable bytes past `end`. A varint reads at most 10
 * bytes from `p`, so every read is in range; whether it ended before `end` is checked afterwards, on the position.
 * Positions fit 31 bits. A function that returns a position returns MALFORMED (negative) when the bytes do not parse.
 */

export const MALFORMED = -1
/** The attribute columns are full: the caller grows them and decodes the record again. */
export const NO_ROOM = -2

/** End of the span last opened by {@link openSpan}. */
export let spanEnd = 0
/** Halves of the last {@link varint64}, signed. */
export let low = 0
export let high = 0
/** Position after the last {@link varint32}. */
export let next = 0

const MAX_VARINT_BYTES = 10
const MAX_GROUP_DEPTH = 64

/** Low 32 bits, unsigned; `next` tells where it ended, MALFORMED when longer than 10 bytes. */
export function varint32(bytes: Uint8Array, p: number): number {
  let byte = bytes[p]!
  if (byte < 128) {
    next = p + 1
    return byte
  }
  let value = byte & 127
  for (let i = 1; i < MAX_VARINT_BYTES; i++) {
    byte = bytes[p + i]!
    if (i < 5) value |= (byte & 127) << (7 * i)
    if (byte < 128) {
      next = p + i + 1
      return value >>> 0
    }
  }
  next = MALFORMED
  return 0
}

/** Reads into `high` and `low`. @returns the position after it */
export function varint64(bytes: Uint8Array, p: number): number {
  let lo = 0
  let hi = 0
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = bytes[p + i]!
    const bits = byte & 127
    if (i < 4) lo |= bits << (7 * i)
    else if (i === 4) {
      lo |= bits << 28
      hi = bits >> 4
    } else hi |= bits << (7 * i - 32)
    if (byte < 128) {
      low = lo
      high = hi
      return p + i + 1
    }
  }
  return MALFORMED
}

/** Reads the length at `p`. @returns the first byte of the span, which ends at `spanEnd` <= `end` */
export function openSpan(bytes: Uint8Array, p: number, end: number): number {
  if (p >= end) return MALFORMED
  let length = bytes[p]!
  let start = p + 1
  if (length > 127) {
    const second = bytes[p + 1]!
    if (second < 128) {
      length = (length & 127) | (second << 7)
      start = p + 2
    } else {
      length = varint32(bytes, p) | 0
      start = next
    }
  }
  if (start < 0 || length < 0 || length > end - start) return MALFORMED
  spanEnd = start + length
  return start
}

/** Steps over the value of an unknown field whose tag was read. @returns the position after it */
export function skipField(bytes: Uint8Array, p: number, end: number, tag: number): number {
  if (tag >>> 3 === 0) return MALFORMED
  const wireType = tag & 7
  if (wireType === 3) return skipGroup(bytes, p, end)
  return skipScalar(bytes, p, end, wireType)
}

function skipScalar(bytes: Uint8Array, p: number, end: number, wireType: number): number {
  let to = MALFORMED
  if (wireType === 0) {
    if (p >= end) return MALFORMED
    varint32(bytes, p)
    to = next
  } else if (wireType === 1) to = p + 8
  else if (wireType === 5) to = p + 4
  else if (wireType === 2) to = openSpan(bytes, p, end) < 0 ? MALFORMED : spanEnd
  return to > end ? MALFORMED : to
}

/** Groups are long deprecated, but a parser steps over them. Nesting is counted, not recursed into. */
function skipGroup(bytes: Uint8Array, p: number, end: number): number {
  let depth = 1
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end || tag >>> 3 === 0) return MALFORMED
    if ((tag & 7) === 3) {
      if (++depth > MAX_GROUP_DEPTH) return MALFORMED
    } else if ((tag & 7) === 4) {
      if (--depth === 0) return p
    } else {
      p = skipScalar(bytes, p, end, tag & 7)
      if (p < 0) return MALFORMED
    }
  }
  return MALFORMED
}
