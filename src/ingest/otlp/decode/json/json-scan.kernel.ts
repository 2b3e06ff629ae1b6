/**
 * JSON over bytes, RFC 8259, without building anything. A position goes in, the position after comes out, or a negative
 * code. Past the payload stand SENTINEL_BYTES of NUL, a byte that JSON has nowhere, not even inside a string: every
 * loop stops there by itself, and no index needs a check of its own.
 */

/** Not JSON: the request is refused. */
export const BAD_JSON = -1
// -2 is NO_ROOM of the attribute columns, see wire.kernel.ts
/** JSON, but not of the shape OTLP has here: the record is left out. */
export const BAD_SHAPE = -3
/** No room for unescaped text after the payload: the caller makes some and decodes the record again. */
export const NO_BYTES = -4
/** Brackets nest deeper than SKIP_DEPTH. */
export const TOO_NESTED = -5

/** Written past the payload; at least as long as any literal or load that looks ahead. */
export const SENTINEL_BYTES = 16

const SKIP_DEPTH = 4096
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Where the object or array closed, when {@link element} or nextMember answered CLOSED. */
export let closedAt = 0
export const CLOSED = 0

/** Value of a hex digit, else 16. */
export const HEX = new Uint8Array(256).fill(16)
for (let i = 0; i < 16; i++) {
  HEX['0123456789abcdef'.charCodeAt(i)] = i
  HEX['0123456789ABCDEF'.charCodeAt(i)] = i
}
/** 1 where the value is an object, 0 an array; one entry a level. */
const isObject = new Uint8Array(SKIP_DEPTH)

export function space(bytes: Uint8Array, p: number): number {
  let c = bytes[p]!
  if (c > 0x20) return p
  while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = bytes[++p]!
  return p
}

/**
 * First byte from `p` on that does not continue a string as it is: a quote, a backslash or a control character. Four
 * bytes at a time: (x - n) & ~x & 0x80 is set in the lowest byte below n, and x ^ c is below 1 where x is c.
 * Source: S. E. Anderson, "Bit Twiddling Hacks", haszero and hasless.
 */
export function plainEnd(view: DataView, p: number): number {
  for (;;) {
    const w = view.getInt32(p, true)
    const quote = w ^ 0x22222222
    const slash = w ^ 0x5c5c5c5c
    const stops =
      (((w - 0x20202020) & ~w) | ((quote - 0x01010101) & ~quote) | ((slash - 0x01010101) & ~slash)) &
      0x80808080
    if (stops !== 0) return p + ((31 - Math.clz32(stops & (~stops + 1))) >> 3)
    p += 4
  }
}

/** Steps over a string, `p` past its opening quote. Validates escapes. @returns past the closing quote */
export function skipString(view: DataView, bytes: Uint8Array, p: number): number {
  for (;;) {
    p = plainEnd(view, p)
    const c = bytes[p]!
    if (c === QUOTE) return p + 1
    if (c !== BACKSLASH) return BAD_JSON
    const length = escapeLength(bytes, p)
    if (length < 0) return BAD_JSON
    p += length
  }
}

/** Bytes of the escape at `p`: 2 or 6. */
export function escapeLength(bytes: Uint8Array, p: number): number {
  switch (bytes[p + 1]!) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return 2
    case 0x75: // u
      for (let i = 2; i < 6; i++) if (HEX[bytes[p + i]!]! > 15) return BAD_JSON
      return 6
    default:
      return BAD_JSON
  }
}

/** Steps over a number; its grammar is checked. @returns past its last digit */
export function skipNumber(bytes: Uint8Array, p: number): number {
  if (bytes[p] === 0x2d) p++
  if (bytes[p] === 0x30) p++
  else {
    p = digits(bytes, p)
    if (p < 0) return BAD_JSON
  }
  if (bytes[p] === 0x2e) {
    p = digits(bytes, p + 1)
    if (p < 0) return BAD_JSON
  }
  if ((bytes[p]! | 0x20) === 0x65) {
    p++
    if (bytes[p] === 0x2b || bytes[p] === 0x2d) p++
    p = digits(bytes, p)
  }
  return p
}

function digits(bytes: Uint8Array, p: number): number {
  const from = p
  while (bytes[p]! >= 0x30 && bytes[p]! <= 0x39) p++
  return p === from ? BAD_JSON : p
}

/** True when `true`, `false` or `null` stands at `p`, whose first byte is looked at by the caller. */
export const isTrue = (b: Uint8Array, p: number): boolean =>
  b[p] === 0x74 && b[p + 1] === 0x72 && b[p + 2] === 0x75 && b[p + 3] === 0x65
export const isFalse = (b: Uint8Array, p: number): boolean =>
  b[p] === 0x66 && b[p + 1] === 0x61 && b[p + 2] === 0x6c && b[p + 3] === 0x73 && b[p + 4] === 0x65
export const isNull = (b: Uint8Array, p: number): boolean =>
  b[p] === 0x6e && b[p + 1] === 0x75 && b[p + 2] === 0x6c && b[p + 3] === 0x6c

/** Steps over a value of any kind at `p` and validates it; nesting costs a byte a level, not a stack frame. */
export function skipValue(view: DataView, bytes: Uint8Array, p: number): number {
  let depth = 0
  for (;;) {
    p = space(bytes, p)
    const c = bytes[p]!
    let opened = false
    if (c === QUOTE) p = skipString(view, bytes, p + 1)
    else if (c === 0x7b || c === 0x5b) {
      if (depth === SKIP_DEPTH) return TOO_NESTED
      isObject[depth++] = c === 0x7b ? 1 : 0
      p = space(bytes, p + 1)
      opened = bytes[p] !== (c === 0x7b ? 0x7d : 0x5d)
      if (opened && c === 0x7b) p = skipName(view, bytes, p)
    } else if (c === 0x74) p = isTrue(bytes, p) ? p + 4 : BAD_JSON
    else if (c === 0x66) p = isFalse(bytes, p) ? p + 5 : BAD_JSON
    else if (c === 0x6e) p = isNull(bytes, p) ? p + 4 : BAD_JSON
    else p = skipNumber(bytes, p)
    if (p < 0) return BAD_JSON
    if (opened) continue
    // a value ended, or an empty object or array is about to close
    for (;;) {
      if (depth === 0) return p
      p = space(bytes, p)
      const inObject = isObject[depth - 1] === 1
      if (bytes[p] === 0x2c) {
        p++
        if (inObject) {
          p = skipName(view, bytes, space(bytes, p))
          if (p < 0) return BAD_JSON
        }
        break
      }
      if (bytes[p] !== (inObject ? 0x7d : 0x5d)) return BAD_JSON
      p++
      depth--
    }
  }
}

/** A name and its colon. */
function skipName(view: DataView, bytes: Uint8Array, p: number): number {
  if (bytes[p] !== QUOTE) return BAD_JSON
  p = skipString(view, bytes, p + 1)
  if (p < 0) return BAD_JSON
  p = space(bytes, p)
  return bytes[p] === 0x3a ? p + 1 : BAD_JSON
}

/** Past the opening bracket of the array at `p`. */
export function openArray(bytes: Uint8Array, p: number): number {
  return bytes[p] === 0x5b ? p + 1 : BAD_SHAPE
}

/**
 * The next element of an array; null counts as none.
 * @param p past the opening bracket or past an element
 * @returns where it starts, or CLOSED, or BAD_JSON
 */
export function element(bytes: Uint8Array, p: number): number {
  for (;;) {
    const first = bytes[p - 1] === 0x5b
    p = space(bytes, p)
    if (bytes[p] === 0x5d) {
      closedAt = p + 1
      return CLOSED
    }
    if (!first) {
      if (bytes[p] !== 0x2c) return BAD_JSON
      p = space(bytes, p + 1)
      if (bytes[p] === 0x5d) return BAD_JSON
    }
    if (bytes[p] !== 0x6e) return p
    if (!isNull(bytes, p)) return BAD_JSON
    p += 4
  }
}
