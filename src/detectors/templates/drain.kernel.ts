/**
 * Log templates of one series: which kinds of message it has, without being told.
 *
 *   | 32 templates, a cache line each: length, first seen s, last seen s, rows, 12 leading tokens (Int32 hashes, 0 any) |
 *
 * A message is cut into tokens; a token with a digit is a parameter. It belongs to a template of the same length whose
 * fixed tokens it shares to SIMILAR; tokens that differ become parameters there. The template seen least recently gives
 * way to a new one.
 *
 * Source: He, Zhu, Zheng & Lyu, "Drain: an online log parsing approach with fixed depth tree", ICWS 2017; the tree is a
 * table here, as a series has few kinds of warnings.
 */
export const TEMPLATES = 32
const TOKENS = 12
const STRIDE = 4 + TOKENS // Int32 words
const LENGTH = 0
const FIRST_S = 1
const LAST_S = 2
const ROWS = 3
const TOKEN = 4
/** Float64 words. */
export const WORDS: number = (TEMPLATES * STRIDE) / 2

const SIMILAR = 0.6
/** And at least one token in this many is fixed. */
const SHARED = 3
const BYTES_MAX = 256
const LENGTH_MAX = 255
/** Stands in the place of a length for values of attributes. */
const VALUE_LENGTH = 1000
const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193
/** Bytes between tokens. */
const BREAK = Uint8Array.from({ length: 256 }, (_, c) =>
  c <= 32 || '=:,;()[]{}"\'|<>'.includes(String.fromCharCode(c)) ? 1 : 0,
)

const tokens = new Int32Array(TOKENS)

/** Cuts a message into {@link tokens}. @returns how many tokens it has, at most LENGTH_MAX */
function cut(bytes: Uint8Array, from: number, to: number): number {
  const end = Math.min(to, from + BYTES_MAX)
  let length = 0
  let hash = FNV_OFFSET
  let isOpen = false
  let isParameter = false
  for (let i = from; i <= end; i++) {
    const c = i < end ? bytes[i]! : 32
    if (BREAK[c] === 0) {
      isOpen = true
      if (c >= 48 && c <= 57) isParameter = true
      hash = Math.imul(hash ^ c, FNV_PRIME)
    } else if (isOpen) {
      if (length < TOKENS) tokens[length] = isParameter ? 0 : hash | 1
      if (length < LENGTH_MAX) length++
      hash = FNV_OFFSET
      isOpen = false
      isParameter = false
    }
  }
  return length
}

/**
 * The template of a message, learned as it goes.
 * @param base first Int32 word of the series' templates
 * @returns how long the template has been known, s; 0 for a new one, -1 for a message without tokens
 */
export function ageOf(
  i32: Int32Array,
  base: number,
  bytes: Uint8Array,
  from: number,
  to: number,
  timeMs: number,
): number {
  const length = cut(bytes, from, to)
  return length === 0 ? -1 : find(i32, base, length, timeMs)
}

/**
 * The same for the value of an attribute, by the halves of its hash; `key` tells attributes apart.
 * @returns how long the value has been known, s
 */
export function ageOfValue(
  i32: Int32Array,
  base: number,
  key: number,
  hashA: number,
  hashB: number,
  timeMs: number,
): number {
  // never 0, which stands for anything; half of the tokens are too few to be alike
  const a = (hashA ^ Math.imul(key, FNV_PRIME)) | 1
  for (let i = 0; i < TOKENS; i++) tokens[i] = (i & 1) === 0 ? a : hashB | 1
  return find(i32, base, VALUE_LENGTH, timeMs)
}

function find(i32: Int32Array, base: number, length: number, timeMs: number): number {
  const second = Math.floor(timeMs / 1000)
  let oldest = base
  for (let at = base; at < base + TEMPLATES * STRIDE; at += STRIDE) {
    if (i32[at + LENGTH] === length && isLike(i32, at, Math.min(length, TOKENS))) {
      merge(i32, at, Math.min(length, TOKENS))
      i32[at + LAST_S] = second
      i32[at + ROWS] = i32[at + ROWS]! + 1
      return Math.max(0, second - i32[at + FIRST_S]!)
    }
    if (i32[at + LAST_S]! < i32[oldest + LAST_S]!) oldest = at
  }
  i32[oldest + LENGTH] = length
  i32[oldest + FIRST_S] = second
  i32[oldest + LAST_S] = second
  i32[oldest + ROWS] = 1
  for (let i = 0; i < TOKENS; i++) i32[oldest + TOKEN + i] = i < length ? tokens[i]! : 0
  return 0
}

function isLike(i32: Int32Array, at: number, n: number): boolean {
  let fixed = 0
  let equal = 0
  for (let i = 0; i < n; i++) {
    const token = i32[at + TOKEN + i]!
    if (token === 0) continue
    fixed++
    if (token === tokens[i]) equal++
  }
  // a template of parameters only would hold everything
  return equal >= SIMILAR * fixed && (fixed === 0 || SHARED * equal >= n)
}

function merge(i32: Int32Array, at: number, n: number): void {
  for (let i = 0; i < n; i++) if (i32[at + TOKEN + i] !== tokens[i]) i32[at + TOKEN + i] = 0
}
