import { wordinessOf } from './word-model.ts'

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
  /** See {@link wordinessOf}. */
  words = 0
}

const counts = new Uint16Array(256)
const LOG2 = new Float64Array(MAX_SHAPE + 1)
/** n * log2(n); 0 for 0 */
const N_LOG2 = new Float64Array(MAX_SHAPE + 1)
for (let i = 1; i <= MAX_SHAPE; i++) {
  LOG2[i] = Math.log2(i)
  N_LOG2[i] = i * LOG2[i]!
}

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

/** Node's fast path under `write(..., 'latin1')`, which its types leave out. */
type Latin1Buffer = Buffer & { latin1Write(text: string, at: number, length: number): number }
/** The value at hand, a byte a character: to ask a string for each of them takes twice the time. */
const bytes = Buffer.alloc(MAX_SHAPE) as Latin1Buffer

const CLASSES = 8
/** Characters of each class in the value at hand. */
const ofClass = new Uint16Array(CLASSES)
/** 1 where going from one class to another is a switch: between letters and digits, or cases other than Xxx. */
const SWITCH = new Uint8Array(CLASSES * CLASSES)
for (const from of [LOWER, UPPER, DIGIT])
  for (const to of [LOWER, UPPER, DIGIT])
    SWITCH[from * CLASSES + to] = from === to || (from === UPPER && to === LOWER) ? 0 : 1

const HEX = /^(?:[0-9a-f]+|[0-9A-F]+)$/
const BASE64 = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)(?:={1,2}|%3[Dd]|(?:%3[Dd]){2})?$/

/** Sum over characters of -log2 of their count; clears the counts again. */
function countedBits(n: number): number {
  let bits = 0
  for (let i = 0; i < n; i++) {
    const c = bytes[i]!
    // a character that came before adds nothing: its count is 0 by now
    bits -= N_LOG2[counts[c]!]!
    counts[c] = 0
  }
  return bits
}

/**
 * Measures `value` into `shape`, unless that holds it already: a value is judged first and scored after. The loop has
 * few branches: what random text does next cannot be foretold.
 */
export function measure(shape: ValueShape, value: string): ValueShape {
  if (shape.text === value) return shape
  shape.text = value
  const n = Math.min(value.length, MAX_SHAPE)
  bytes.latin1Write(value, 0, n)
  ofClass.fill(0)
  let distinct = 0
  let repeat = 1
  let sequence = 1
  let run = 1
  let steps = 1
  let switches = 0
  let before = -2
  let beforeClass = 0
  for (let i = 0; i < n; i++) {
    const c = bytes[i]!
    const kind = CLASS[c]!
    const seen = counts[c]!
    distinct += seen === 0 ? 1 : 0
    counts[c] = seen + 1
    ofClass[kind] = ofClass[kind]! + 1
    const step = c - before
    run = step === 0 ? run + 1 : 1
    steps = step === 1 ? steps + 1 : 1
    if (run > repeat) repeat = run
    if (steps > sequence) sequence = steps
    switches += SWITCH[beforeClass * CLASSES + kind]!
    before = c
    beforeClass = kind
  }
  const bits = countedBits(n)
  const digits = ofClass[DIGIT]!
  const upper = ofClass[UPPER]!
  const lower = ofClass[LOWER]!
  const others = ofClass[JOIN]! + ofClass[SPECIAL]! + ofClass[SPACE]! + ofClass[HIGH]!
  shape.length = value.length
  shape.digits = digits
  shape.upper = upper
  shape.lower = lower
  shape.special = ofClass[SPECIAL]!
  shape.joins = ofClass[JOIN]!
  shape.spaces = ofClass[SPACE]!
  shape.high = ofClass[HIGH]!
  shape.distinct = distinct
  shape.repeat = n === 0 ? 0 : repeat
  shape.sequence = n === 0 ? 0 : sequence
  shape.switches = switches
  shape.entropy = n === 0 ? 0 : bits / n + LOG2[n]!
  shape.hex = others === 0 && (upper === 0 || lower === 0) && HEX.test(value)
  // letters and digits alone need no look at their signs
  shape.base64 =
    shape.hex ||
    (others === 0 && n === value.length
      ? n > 0
      : shape.spaces + shape.high === 0 && upper + lower + digits > 0 && BASE64.test(value))
  shape.words = wordinessOf(bytes, n)
  return shape
}
