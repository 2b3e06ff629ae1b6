/**
 * Log records as nearly all senders write them, from protobuf into the columns of a batch whose arrays lie in this
 * memory. AssemblyScript; `npm run build:wasm` compiles it into ../log-records.generated.ts.
 *
 * It writes exactly what log-record.kernel.ts and attribute-run.kernel.ts write, which a test holds against it, and
 * leaves to them, untouched, each record in which it meets anything else: a body or attribute that is not a string or
 * number, a key it does not know, a length that does not fit, full columns.
 *
 * Addresses: the payload begins at 0, so positions in it are addresses. Whoever calls has at least 16 readable bytes
 * past `end`; every length is checked against the end of its record before what it spans is used.
 */
import { KEY_SLOTS, MAX_KEYS, ROLE_HASH, ROLE_SHIFT } from '../../../../columns/key-layout.ts'
import {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  EVENT_END,
  EVENT_START,
  FLAGS,
  HASH_A,
  HASH_B,
  KEY,
  KEY_END,
  KEY_START,
  KIND,
  RESOURCE,
  ROW_STRIDE,
  SCOPE,
  SEVERITY,
  SPAN_START,
  STATUS,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TRACE_START,
  TYPE,
  VALUE_DOUBLE,
  VALUE_END,
  VALUE_INT,
  VALUE_NONE,
  VALUE_START,
  VALUE_STRING,
} from '../../../../columns/layout.ts'
import {
  ATTRS_USED,
  CARDS,
  DIGITS,
  FOLLOWS,
  RECEIVED_MS,
  ROWS_USED,
  SLOTS,
  SMALL,
  SMALL_COUNT,
  WORDS,
} from './tables.ts'

/** Where the columns and the tables begin. */
// @ts-ignore: decorator of AssemblyScript
@external("env", "rowsAt")
declare const rowsAt: usize
// @ts-ignore: decorator of AssemblyScript
@external("env", "timeAt")
declare const timeAt: usize
// @ts-ignore: decorator of AssemblyScript
@external("env", "valueAt")
declare const valueAt: usize
// @ts-ignore: decorator of AssemblyScript
@external("env", "weightAt")
declare const weightAt: usize
// @ts-ignore: decorator of AssemblyScript
@external("env", "attrsAt")
declare const attrsAt: usize
// @ts-ignore: decorator of AssemblyScript
@external("env", "numberAt")
declare const numberAt: usize
// @ts-ignore: decorator of AssemblyScript
@external("env", "tablesAt")
declare const tablesAt: usize
/** Seed of the hashes. */
// @ts-ignore: decorator of AssemblyScript
@external("env", "seed")
declare const seed: u32

const SEVERITY_MAX: u32 = 24
const SAFE_INTEGER: i64 = 9007199254740991
/** No span: the record is not for this kernel. */
const OTHER: u64 = 0

let attrCount: u32 = 0
let attrRoom: u32 = 0
let previous: u32 = 0

// @ts-expect-error: decorator of AssemblyScript
@inline
function word(at: usize, index: i32, value: i32): void {
  store<i32>(at + ((<usize>index) << 2), value)
}

/** Opens the span whose length, of at most three bytes, stands at `p`. @returns its end above its first byte, or OTHER */
// @ts-ignore: decorator of AssemblyScript
@inline
function open(p: usize, end: usize): u64 {
  let length: usize = load<u8>(p)
  let start = p + 1
  if (length > 127) {
    const second: usize = load<u8>(p, 1)
    length = (length & 127) | (second << 7)
    start = p + 2
    if (second > 127) {
      const third: usize = load<u8>(p, 2)
      if (third > 127) return OTHER
      length = (length & 0x3fff) | (third << 14)
      start = p + 3
    }
  }
  const stop = start + length
  return stop > end ? OTHER : ((<u64>stop) << 32) | start
}
// @ts-ignore: decorator of AssemblyScript
@inline
function startOf(span: u64): usize {
  return <usize>span
}
// @ts-ignore: decorator of AssemblyScript
@inline
function endOf(span: u64): usize {
  return <usize>(span >> 32)
}

/** hashBytes of columns/hash.kernel.ts; the halves are stored at `at`. */
function hash(at: usize, start: usize, length: u32, seed: u32): void {
  let a: u32 = length ^ 0x9747b28c ^ seed
  let b: u32 = length ^ 0x85ebca6b ^ (seed * 0x9e3779b1)
  let p = start
  const words = start + (length & ~3)
  for (; p < words; p += 4) {
    const k = rotl<u32>(load<u32>(p) * 0xcc9e2d51, 15)
    a = rotl<u32>(a ^ (k * 0x1b873593), 13) * 5 + 0xe6546b64
    b = rotl<u32>((b ^ k) * 0x9e3779b1, 17)
  }
  const rest = length & 3
  if (rest != 0) {
    const k = rotl<u32>((load<u32>(p) & ((1 << (rest << 3)) - 1)) * 0xcc9e2d51, 15)
    a ^= k * 0x1b873593
    b = (b ^ k) * 0x9e3779b1
  }
  a ^= a >>> 16
  a *= 0x85ebca6b
  a ^= a >>> 13
  a *= 0xc2b2ae35
  b ^= b >>> 15
  b = (b ^ a) * 0x2c1b3c6d
  b ^= b >>> 12
  b *= 0x297a2d39
  b ^= b >>> 15
  store<u32>(at, a ^ (a >>> 16))
  store<u32>(at, b, 4)
}

/** Hashes a whole number as its decimal digits. */
function hashNumber(at: usize, value: i64): void {
  if (value >= 0 && value < SMALL_COUNT) {
    store<u64>(at, load<u64>(tablesAt + SMALL + ((<usize>value) << 3)))
    return
  }
  const stop = tablesAt + DIGITS + 24
  let p = stop
  let rest: u64 = value < 0 ? -value : value
  do {
    const quotient = rest / 10
    store<u8>(--p, 48 + (rest - quotient * 10))
    rest = quotient
  } while (rest > 0)
  if (value < 0) store<u8>(--p, 45)
  hash(at, p, <u32>(stop - p), seed)
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function isKey(id: u32, start: usize, length: u32, first: u32): bool {
  const card = tablesAt + CARDS + ((<usize>id) << 3)
  if (load<u8>(card, 4) != length) return false
  let w: usize = tablesAt + WORDS + load<u32>(card)
  if (length <= 4) return load<u32>(w) == first
  const last = start + length - 4
  for (let p = start; p < last; p += 4, w += 4) if (load<u32>(p) != load<u32>(w)) return false
  return load<u32>(last) == load<u32>(w)
}

/** The key's id by its hash, 0 when it is not in the table. */
function findKey(start: usize, length: u32, first: u32): u32 {
  const digits = tablesAt + DIGITS
  if (length < 4) {
    // a short key is one word, padded with NUL
    store<u32>(digits + 8, first)
    hash(digits, digits + 8, 4, seed ^ length)
  } else hash(digits, start, length, seed ^ length)
  let slot: u32 = load<u32>(digits)
  let id: u32 = 0
  do {
    slot &= KEY_SLOTS - 1
    id = load<u16>(tablesAt + SLOTS + ((<usize>slot) << 1))
    slot++
  } while (id != 0 && !isKey(id, start, length, first))
  return id
}

/** The KeyValue in [p, end) as the next attribute row. @returns false when it is not one for this kernel */
// @ts-expect-error: decorator of AssemblyScript
@inline
function attribute(p: usize, end: usize): bool {
  const length: u32 = load<u8>(p, 1)
  const key = p + 2
  const v = key + length
  if (attrCount >= attrRoom || load<u8>(p) != 0x0a || length > 127 || length == 0 || v >= end) return false
  if (load<u8>(v) != 0x12) return false
  let span = open(v + 1, end)
  let w = startOf(span)
  if (span == OTHER || endOf(span) != end || w == end) return false
  const row = attrsAt + ((<usize>attrCount) << 2) * ATTR_STRIDE
  const tag: u32 = load<u8>(w++)
  let type = VALUE_STRING
  let whole: i64 = 0
  if (tag == 0x0a) {
    span = open(w, end)
    if (span == OTHER || endOf(span) != end) return false
    w = startOf(span)
  } else if (tag == 0x18) {
    type = VALUE_INT
    let shift: u64 = 0
    let at = w
    for (; ; shift += 7) {
      const byte: u64 = load<u8>(at++)
      whole |= (byte & 127) << shift
      if (byte < 128) break
      if (shift == 63) return false
    }
    if (at != end || whole > SAFE_INTEGER || whole < -SAFE_INTEGER) return false
    store<f64>(numberAt + ((<usize>attrCount) << 3), <f64>whole)
  } else if (tag == 0x21 && w + 8 == end) {
    type = VALUE_DOUBLE
    store<f64>(numberAt + ((<usize>attrCount) << 3), load<f64>(w))
  } else return false
  const first: u32 = length < 4 ? load<u32>(key) & ((1 << (length << 3)) - 1) : load<u32>(key)
  const follows = tablesAt + FOLLOWS + ((<usize>previous) << 1)
  let id: u32 = load<u16>(follows)
  if (!isKey(id, key, length, first)) {
    id = findKey(key, length, first)
    if (id == 0) return false
    store<u16>(follows, id)
  }
  previous = id
  const roles: u32 = load<u32>(tablesAt + CARDS + ((<usize>id) << 3), 4) >> ROLE_SHIFT
  if ((roles & ROLE_HASH) != 0) {
    if (type == VALUE_STRING) hash(row + 4 * HASH_A, w, <u32>(end - w), seed)
    else if (type == VALUE_INT) hashNumber(row + 4 * HASH_A, whole)
    else return false
  }
  word(row, KEY, id)
  word(row, TYPE, type)
  word(row, VALUE_START, <i32>w)
  word(row, VALUE_END, <i32>end)
  word(row, KEY_START, <i32>key)
  word(row, KEY_END, <i32>v)
  attrCount++
  return true
}

/** The LogRecord in [p, end) into the row at `row`, of which the columns beside are number `index`. */
// @ts-expect-error: decorator of AssemblyScript
@inline
function record(p: usize, end: usize, row: usize, index: u32, resource: i32, scope: i32): bool {
  let span: u64 = 0
  let time: u64 = 0
  let observed: u64 = 0
  let severity: u32 = 0
  let textType = VALUE_NONE
  let textStart: usize = 0
  let textEnd: usize = 0
  let trace: usize = <usize>-1
  let spanId: usize = <usize>-1
  let eventStart: usize = 0
  let eventEnd: usize = 0
  const firstAttr = attrCount
  previous = MAX_KEYS
  while (p < end) {
    const tag: u32 = load<u8>(p++)
    switch (tag) {
      case 0x32: // attributes
        span = open(p, end)
        if (span == OTHER || !attribute(startOf(span), endOf(span))) return false
        p = endOf(span)
        break
      case 0x09: // time_unix_nano
        if (p + 8 > end) return false
        time = load<u64>(p)
        p += 8
        break
      case 0x59: // observed_time_unix_nano
        if (p + 8 > end) return false
        observed = load<u64>(p)
        p += 8
        break
      case 0x10: // severity_number
        severity = load<u8>(p++)
        if (severity > 127) return false
        if (severity > SEVERITY_MAX) severity = 0
        break
      case 0x1a: // severity_text
        span = open(p, end)
        if (span == OTHER) return false
        p = endOf(span)
        break
      case 0x2a: // body
        span = open(p, end)
        p = endOf(span)
        if (span == OTHER || startOf(span) >= p || load<u8>(startOf(span)) != 0x0a) return false
        span = open(startOf(span) + 1, p)
        if (span == OTHER || endOf(span) != p) return false
        textType = VALUE_STRING
        textStart = startOf(span)
        textEnd = p
        break
      case 0x38: // dropped_attributes_count
        if (load<u8>(p++) > 127) return false
        break
      case 0x45: // flags
        p += 4
        break
      case 0x4a: // trace_id
        span = open(p, end)
        if (span == OTHER) return false
        p = endOf(span)
        trace = p - startOf(span) == 16 ? startOf(span) : <usize>-1
        break
      case 0x52: // span_id
        span = open(p, end)
        if (span == OTHER) return false
        p = endOf(span)
        spanId = p - startOf(span) == 8 ? startOf(span) : <usize>-1
        break
      case 0x62: // event_name
        span = open(p, end)
        if (span == OTHER) return false
        eventStart = startOf(span)
        eventEnd = endOf(span)
        p = eventEnd
        break
      default:
        return false
    }
  }
  if (p != end) return false
  word(row, SEVERITY, severity)
  word(row, RESOURCE, resource)
  word(row, ATTR_START, firstAttr)
  word(row, ATTR_END, attrCount)
  word(row, TEXT_TYPE, textType)
  word(row, TEXT_START, <i32>textStart)
  word(row, TEXT_END, <i32>textEnd)
  word(row, TRACE_START, <i32>trace)
  word(row, SPAN_START, <i32>spanId)
  word(row, STATUS, 0)
  word(row, KIND, 0)
  word(row, FLAGS, 0)
  word(row, EVENT_START, <i32>eventStart)
  word(row, EVENT_END, <i32>eventEnd)
  word(row, SCOPE, scope)
  const nanos = time != 0 ? time : observed
  store<f64>(timeAt + ((<usize>index) << 3), nanos != 0 ? <f64>nanos / 1e6 : load<f64>(tablesAt + RECEIVED_MS))
  store<f64>(valueAt + ((<usize>index) << 3), NaN)
  store<f64>(weightAt + ((<usize>index) << 3), 1)
  return true
}

/**
 * The log records from `p`, a tag, to the first field of the scope group that is none or not one for this kernel.
 * @param rows in use, @param rowRoom rows there may be; likewise attribute rows
 * @returns the position of that field or `end`; rows and attribute rows in use then are in the tables
 */
export function logRecords(
  p: usize,
  end: usize,
  rows: u32,
  rowRoom: u32,
  attrs: u32,
  room: u32,
  resource: i32,
  scope: i32,
): usize {
  attrCount = attrs
  attrRoom = room
  let row = rowsAt + ((<usize>rows) << 2) * ROW_STRIDE
  while (p < end && load<u8>(p) == 0x12 && rows < rowRoom) {
    const span = open(p + 1, end)
    if (span == OTHER) break
    const before = attrCount
    if (!record(startOf(span), endOf(span), row, rows, resource, scope)) {
      attrCount = before
      break
    }
    rows++
    row += 4 * ROW_STRIDE
    p = endOf(span)
  }
  store<u32>(tablesAt + ROWS_USED, rows)
  store<u32>(tablesAt + ATTRS_USED, attrCount)
  return p
}
