import type { RecordBatch } from '../../../../columns/record-batch.ts'
import {
  BAD_JSON,
  BAD_SHAPE,
  escapeLength,
  HEX,
  NO_BYTES,
  plainEnd,
  SENTINEL_BYTES,
  skipString,
} from './json-scan.kernel.ts'

/** Text of the string last read by {@link text} or {@link base64}; in the payload, or after it when it was escaped. */
export let textStart = 0
export let textEnd = 0

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** What the escapes of one letter stand for; 0 for none. */
const LETTERS = new Uint8Array(256)
for (const [letter, code] of Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13, '"': 34, '\\': 92, '/': 47 }))
  LETTERS[letter.charCodeAt(0)] = code
/** Value of a base64 digit in either alphabet, else 64. */
const BASE64 = new Uint8Array(256).fill(64)
for (const alphabet of ['+/', '-_'])
  [...`ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${alphabet}`].forEach((digit, i) => {
    BASE64[digit.charCodeAt(0)] = i
  })

/** Reads the string at `p`. @returns past it, BAD_JSON, BAD_SHAPE when it is no string, or NO_BYTES */
export function text(batch: RecordBatch, bytes: Uint8Array, p: number): number {
  if (bytes[p] !== QUOTE) return BAD_SHAPE
  const end = plainEnd(batch.view, p + 1)
  if (bytes[end] === QUOTE) {
    textStart = p + 1
    textEnd = end
    return end + 1
  }
  return bytes[end] === BACKSLASH ? unescapeText(batch, bytes, p + 1) : BAD_JSON
}

/** Writes the text of an escaped string behind all other bytes of the batch; it is never longer than its source. */
function unescapeText(batch: RecordBatch, bytes: Uint8Array, p: number): number {
  const after = skipString(batch.view, bytes, p)
  if (after < 0) return BAD_JSON
  const to = batch.bytesEnd
  if (to + (after - p) > bytes.length - SENTINEL_BYTES) return NO_BYTES
  textStart = to
  textEnd = unescapeInto(bytes, to, bytes, p, after - 1)
  batch.bytesEnd = textEnd
  bytes[textEnd] = 0 // whoever reads digits stops here, whatever an earlier payload left behind
  return after
}

/** Unescapes [p, end), which is valid, into `target` from `to` on. @returns past what was written */
export function unescapeInto(
  target: Uint8Array,
  to: number,
  bytes: Uint8Array,
  p: number,
  end: number,
): number {
  while (p < end) {
    const c = bytes[p]!
    if (c !== BACKSLASH) {
      target[to++] = c
      p++
    } else if (bytes[p + 1] !== 0x75) {
      target[to++] = LETTERS[bytes[p + 1]!]!
      p += 2
    } else {
      let point = unit(bytes, p)
      p += 6
      if (point >= 0xd800 && point < 0xe000) {
        const low = point < 0xdc00 && p < end && isUnicode(bytes, p) ? unit(bytes, p) : 0
        if (low >= 0xdc00 && low < 0xe000) {
          point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00)
          p += 6
        } else point = 0xfffd // half a surrogate pair
      }
      to = writeUtf8(target, to, point)
    }
  }
  return to
}

const isUnicode = (bytes: Uint8Array, p: number): boolean =>
  bytes[p] === BACKSLASH && bytes[p + 1] === 0x75 && escapeLength(bytes, p) === 6

const unit = (bytes: Uint8Array, p: number): number =>
  (HEX[bytes[p + 2]!]! << 12) | (HEX[bytes[p + 3]!]! << 8) | (HEX[bytes[p + 4]!]! << 4) | HEX[bytes[p + 5]!]!

function writeUtf8(bytes: Uint8Array, to: number, point: number): number {
  if (point < 0x80) bytes[to++] = point
  else {
    if (point < 0x800) bytes[to++] = 0xc0 | (point >> 6)
    else {
      if (point < 0x10000) bytes[to++] = 0xe0 | (point >> 12)
      else {
        bytes[to++] = 0xf0 | (point >> 18)
        bytes[to++] = 0x80 | ((point >> 12) & 63)
      }
      bytes[to++] = 0x80 | ((point >> 6) & 63)
    }
    bytes[to++] = 0x80 | (point & 63)
  }
  return to
}

/** Reads the string at `p` as base64, standard or URL alphabet, padded or not, behind all other bytes. */
export function base64(batch: RecordBatch, bytes: Uint8Array, p: number): number {
  const start = batch.bytesEnd
  const after = text(batch, bytes, p)
  if (after < 0) return after
  let end = textEnd
  while (end > textStart && bytes[end - 1] === 0x3d) end--
  // over the unescaped digits, if there were escapes: writing never overtakes reading
  let to = start
  if (to + (end - textStart) > bytes.length - SENTINEL_BYTES) return NO_BYTES
  let word = 0
  let bits = 0
  for (let q = textStart; q < end; q++) {
    const digit = BASE64[bytes[q]!]!
    if (digit > 63) return BAD_SHAPE
    word = ((word << 6) | digit) & 0x3fff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[to++] = word >> bits
    }
  }
  textStart = start
  textEnd = to
  batch.bytesEnd = to
  return after
}
