import { wordiness } from './word-model.ts'

/**
 * What a value is made of, counted in one pass. One object is reused for every candidate: read it before the next
 * call. Long values are judged by their first MAX_SHAPE characters, so that a huge one costs no more.
 */

export const MAX_SHAPE = 512

export class ValueShape {
  /** The value that was measured. */
  text = ''
  length = 0
  digits = 0
  upper = 0
  lower = 0
  /** Neither letter, digit, nor one of `-_.` */
  special = 0
  /** `-_.`, which identifiers hold as well. */
  joins = 0
  spaces = 0
  high = 0
  distinct = 0
  /** Longest run of one character, and longest run of consecutive ones such as `abcd` or `1234`. */
  repeat = 0
  sequence = 0
  /** Only 0-9 a-f, or only 0-9 A-F. */
  hex = false
  /** Only base64 or base64url characters, perhaps padded. */
  base64 = false
  /** Bits a character, Shannon. */
  entropy = 0
  /** Changes between letters and digits, or between cases other than Xxx. */
  switches = 0
  /** See {@link wordiness}. */
  words = 0
}

const counts = new Uint16Array(256)
const LOG2 = new Float64Array(MAX_SHAPE + 1)
for (let i = 1; i <= MAX_SHAPE; i++) LOG2[i] = Math.log2(i)

// Character classes
const LOWER = 1
const UPPER = 2
const DIGIT = 3
const JOIN = 4
const SPECIAL = 5
const SPACE = 6
const HIGH = 7
const CLASS = new Uint8Array(256)
for (let c = 0; c < 256; c++) {
  const ch = String.fromCharCode(c)
  CLASS[c] = /[a-z]/.test(ch)
    ? LOWER
    : /[A-Z]/.test(ch)
      ? UPPER
      : /[0-9]/.test(ch)
        ? DIGIT
        : /[-_.]/.test(ch)
          ? JOIN
          : c <= 32 || c === 127
            ? SPACE
            : c > 127
              ? HIGH
              : SPECIAL
}

const HEX = /^(?:[0-9a-f]+|[0-9A-F]+)$/
const BASE64 = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)(?:={1,2}|%3[Dd]|(?:%3[Dd]){2})?$/

/** Sum over characters of -log2 of their count; clears the counts again. */
function countedBits(value: string, n: number): number {
  let bits = 0
  for (let i = 0; i < n; i++) {
    const c = value.charCodeAt(i) & 255
    const v = counts[c]!
    if (v !== 0) {
      bits -= v * LOG2[v]!
      counts[c] = 0
    }
  }
  return bits
}

/** Measures `value` into `shape`, unless that holds it already: a value is judged first and scored after. */
export function measure(shape: ValueShape, value: string): ValueShape {
  if (shape.text === value) return shape
  shape.text = value
  const n = Math.min(value.length, MAX_SHAPE)
  let digits = 0
  let upper = 0
  let lower = 0
  let special = 0
  let joins = 0
  let spaces = 0
  let high = 0
  let distinct = 0
  let repeat = 1
  let sequence = 1
  let run = 1
  let steps = 1
  let switches = 0
  let before = -2
  let beforeClass = 0
  for (let i = 0; i < n; i++) {
    const c = value.charCodeAt(i) & 255
    const kind = CLASS[c]!
    if (counts[c] === 0) distinct++
    counts[c] = counts[c]! + 1
    if (kind === LOWER) lower++
    else if (kind === UPPER) upper++
    else if (kind === DIGIT) digits++
    else if (kind === JOIN) joins++
    else if (kind === SPACE) spaces++
    else if (kind === HIGH) high++
    else special++
    run = c === before ? run + 1 : 1
    steps = c === before + 1 ? steps + 1 : 1
    if (run > repeat) repeat = run
    if (steps > sequence) sequence = steps
    if (
      kind !== beforeClass &&
      kind <= DIGIT &&
      beforeClass !== 0 &&
      beforeClass <= DIGIT &&
      !(beforeClass === UPPER && kind === LOWER)
    )
      switches++
    before = c
    beforeClass = kind
  }
  const bits = countedBits(value, n)
  shape.length = value.length
  shape.digits = digits
  shape.upper = upper
  shape.lower = lower
  shape.special = special
  shape.joins = joins
  shape.spaces = spaces
  shape.high = high
  shape.distinct = distinct
  shape.repeat = n === 0 ? 0 : repeat
  shape.sequence = n === 0 ? 0 : sequence
  shape.switches = switches
  shape.entropy = n === 0 ? 0 : bits / n + LOG2[n]!
  const letters = upper + lower
  shape.hex = joins + special + spaces + high === 0 && (upper === 0 || lower === 0) && HEX.test(value)
  shape.base64 = shape.hex || (spaces + high === 0 && letters + digits > 0 && BASE64.test(value))
  shape.words = wordiness(value, 0, n)
  return shape
}
