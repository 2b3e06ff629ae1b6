import type { RecordBatch } from '../../../../columns/record-batch.ts'
import { BAD_JSON, BAD_SHAPE, skipNumber } from './json-scan.kernel.ts'
import { text, textEnd, textStart } from './json-text.kernel.ts'

/**
 * Numbers as OTLP/JSON has them: bare, or in quotes when they are of 64 bits, or a name of an enum. Short decimals are
 * converted here, exactly; anything else by JavaScript.
 */

/** The number last read; in an array because a double in a variable would be a heap object. */
export const parsed = new Float64Array(1)
/** Where its digits lie. */
export let digitsStart = 0
export let digitsEnd = 0

/** A nanosecond time in two exact parts: parts[0] * 65536 + parts[1]. */
export const nanoParts = new Float64Array(2)

const QUOTE = 0x22
/** Up to here a product or quotient of an exact integer and a power of ten is rounded once. W. Clinger, 1990. */
const EXACT_DIGITS = 15
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))

/** Finds the digits at `p`, bare or quoted. @returns past them and the quotes */
function numeral(batch: RecordBatch, bytes: Uint8Array, p: number): number {
  if (bytes[p] === QUOTE) {
    const after = text(batch, bytes, p)
    digitsStart = textStart
    digitsEnd = textEnd
    return after
  }
  const c = bytes[p]!
  if (c !== 0x2d && (c < 0x30 || c > 0x39)) return BAD_SHAPE
  const after = skipNumber(bytes, p)
  digitsStart = p
  digitsEnd = after
  return after
}

/** A double or an integer of any size. `NaN`, `Infinity` and `-Infinity` come as strings. */
export function number(batch: RecordBatch, bytes: Uint8Array, p: number): number {
  const after = numeral(batch, bytes, p)
  if (after < 0) return after
  return decimal(bytes) || javascriptNumber(bytes) ? after : BAD_SHAPE
}

/** Sets `parsed` when the digits are a short plain decimal. */
function decimal(bytes: Uint8Array): boolean {
  let p = digitsStart
  const end = digitsEnd
  const negative = bytes[p] === 0x2d
  if (negative) p++
  if (p >= end || end - p > EXACT_DIGITS + 1) return false
  let mantissa = 0
  let point = -1
  let digits = 0
  for (; p < end; p++) {
    const digit = bytes[p]! - 0x30
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      digits++
    } else if (bytes[p] === 0x2e && point < 0 && digits > 0) point = p
    else return false
  }
  if (digits > EXACT_DIGITS || point === end - 1) return false
  const value = point < 0 ? mantissa : mantissa / POWERS[end - 1 - point]!
  parsed[0] = negative ? -value : value
  return true
}

/** Sets `parsed` by JavaScript's own conversion, which rounds right. Allocates a string. */
function javascriptNumber(bytes: Uint8Array): boolean {
  const digits = ascii(bytes)
  const isNumber = skipNumber(bytes, digitsStart) === digitsEnd && digitsEnd > digitsStart
  if (!isNumber && digits !== 'NaN' && digits !== 'Infinity' && digits !== '-Infinity') return false
  parsed[0] = Number(digits)
  return true
}

/** The digits as a string; by Buffer's own method, a third of the cost of a TextDecoder on a subarray. */
function ascii(bytes: Uint8Array): string {
  return Buffer.prototype.latin1Slice.call(bytes, digitsStart, digitsEnd)
}

/** An unsigned time in ns; sets `nanoParts`. @returns past it */
export function nanos(batch: RecordBatch, bytes: Uint8Array, p: number): number {
  const after = numeral(batch, bytes, p)
  if (after < 0) return after
  let seconds = 0
  let rest = 0
  const split = digitsEnd - 9
  for (let q = digitsStart; q < digitsEnd; q++) {
    const digit = bytes[q]! - 0x30
    if (digit < 0 || digit > 9) return odd(bytes) ? after : BAD_SHAPE
    if (q < split) seconds = seconds * 10 + digit
    else rest = rest * 10 + digit
  }
  if (digitsEnd === digitsStart || digitsEnd - digitsStart > 20) return BAD_SHAPE
  const high = Math.floor(seconds / 65536)
  nanoParts[0] = high * 1e9
  nanoParts[1] = (seconds - high * 65536) * 1e9 + rest
  return after
}

/** A time written with a fraction or exponent. */
function odd(bytes: Uint8Array): boolean {
  if (!javascriptNumber(bytes) || !(parsed[0]! >= 0 && parsed[0]! < 2 ** 64)) return false
  nanoParts[0] = 0
  nanoParts[1] = parsed[0]!
  return true
}

/** Milliseconds of `nanoParts`-like parts, rounded as the protobuf decoder rounds them. */
export const partsToMs = (high: number, low: number): number => (high * 65536 + low) / 1e6

/** An enum: its number, or its name. @returns past it, with `parsed` -1 for a name that is none of `names` */
export function enumeration(
  batch: RecordBatch,
  bytes: Uint8Array,
  p: number,
  names: ReadonlyMap<string, number>,
): number {
  const after = numeral(batch, bytes, p)
  if (after < 0) return after
  if (!decimal(bytes)) parsed[0] = names.get(ascii(bytes)) ?? -1
  return after
}

/** `true` or `false`; sets `parsed` to 1 or 0. */
export function boolean(bytes: Uint8Array, p: number): number {
  const yes = bytes[p] === 0x74
  if (!yes && bytes[p] !== 0x66) return BAD_SHAPE
  parsed[0] = yes ? 1 : 0
  const word = yes ? 'true' : 'false'
  for (let i = 1; i < word.length; i++) if (bytes[p + i] !== word.charCodeAt(i)) return BAD_JSON
  return p + word.length
}
