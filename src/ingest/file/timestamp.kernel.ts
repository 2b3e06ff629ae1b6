import { parseDecimal } from './decimal.kernel.ts'

/** Where the last {@link parseTimestamp} stopped reading. */
export let timestampEnd = 0

const DAY_MS = 86_400_000

/**
 * ms since epoch of the timestamp that starts at `start`, NaN when there is none. Read as UTC when it names no zone,
 * so that a result does not depend on the machine.
 *
 *   2026-01-31T23:59:60.123456Z   2026-01-31 23:59:59,123+01:00   2026-01-31   2026/01/31 23:59
 *   1760000000[.5]  1760000000123  1760000000123456  1760000000123456789      s, ms, us, ns by magnitude
 */
export function parseTimestamp(bytes: Uint8Array, start: number, end: number): number {
  while (start < end && bytes[start] === 32) start++
  const dash = bytes[start + 4]
  if ((dash === 45 || dash === 47) && start + 10 <= end) return parseIso(bytes, start, end, dash)
  let p = start
  while (p < end && (isDigit(bytes[p]!) || bytes[p] === 46 || (p === start && bytes[p] === 45))) p++
  timestampEnd = p
  return epochMs(parseDecimal(bytes, start, p))
}

/** Seconds, milliseconds, microseconds or nanoseconds by magnitude: seconds up to the year 5138. */
export function epochMs(number: number): number {
  const size = Math.abs(number)
  if (size < 1e11) return number * 1000
  if (size < 1e14) return number
  if (size < 1e17) return number / 1000
  return size < 1e20 ? number / 1e6 : Number.NaN
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57

/** `count` digits at p as a number, -1 when one is none. */
function digits(bytes: Uint8Array, p: number, end: number, count: number): number {
  if (p + count > end) return -1
  let value = 0
  for (let i = p; i < p + count; i++) {
    if (!isDigit(bytes[i]!)) return -1
    value = value * 10 + bytes[i]! - 48
  }
  return value
}

/** RFC 3339 with the liberties logs take: a blank for T, a comma or none before the fraction, no zone. */
function parseIso(bytes: Uint8Array, start: number, end: number, separator: number): number {
  const year = digits(bytes, start, end, 4)
  const month = digits(bytes, start + 5, end, 2)
  const day = digits(bytes, start + 8, end, 2)
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31 || bytes[start + 7] !== separator)
    return Number.NaN
  let ms = Date.UTC(year, month - 1, day)
  if (year < 100) ms = new Date(ms).setUTCFullYear(year)
  let p = start + 10
  timestampEnd = p
  const between = bytes[p]
  const clock = between === 84 || between === 116 || between === 32 ? parseClock(bytes, p + 1, end) : -1
  if (clock < 0) return p === end || between === 32 || between === 44 ? ms : Number.NaN
  ms += clock
  p = timestampEnd
  const zone = bytes[p]
  if (p < end && (zone === 90 || zone === 122)) timestampEnd = p + 1
  else if (p < end && (zone === 43 || zone === 45)) {
    const colon = bytes[p + 3] === 58 ? 1 : 0
    const hours = digits(bytes, p + 1, end, 2)
    const minutes = digits(bytes, p + 3 + colon, end, 2)
    if (hours >= 0 && minutes >= 0) {
      const offset = (hours * 60 + minutes) * 60_000
      ms -= zone === 43 ? offset : -offset
      timestampEnd = p + 5 + colon
    }
  }
  return ms
}

/** HH:MM[:SS[.fraction]] in ms of the day, -1 when there is none; a leap second counts into the next minute. */
export function parseClock(bytes: Uint8Array, p: number, end: number): number {
  const hour = digits(bytes, p, end, 2)
  const minute = digits(bytes, p + 3, end, 2)
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || bytes[p + 2] !== 58) return -1
  let ms = (hour * 60 + minute) * 60_000
  p += 5
  const second = bytes[p] === 58 ? digits(bytes, p + 1, end, 2) : -1
  if (second >= 0 && second <= 60) {
    ms += second * 1000
    p += 3
    if (p + 1 < end && (bytes[p] === 46 || bytes[p] === 44) && isDigit(bytes[p + 1]!)) {
      let scale = 100
      for (p++; p < end && isDigit(bytes[p]!); p++, scale /= 10) ms += (bytes[p]! - 48) * scale
    }
  }
  timestampEnd = p
  return Math.min(ms, DAY_MS + 999)
}
