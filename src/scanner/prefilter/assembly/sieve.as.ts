/**
 * Gathers the spans of a batch that may hold a secret, and sieves spans for places where a keyword's anchor may stand:
 * window-filter.kernel.ts tells how. AssemblyScript; `npm run build:wasm` compiles it into ../sieve.generated.ts.
 *
 * Spans are told by address. A test holds it against `BatchSpans` and `runFilter`, which do the same in JavaScript.
 */
import {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  KEY,
  ROW_STRIDE,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TYPE,
  VALUE_BYTES,
  VALUE_END,
  VALUE_MASK,
  VALUE_START,
  VALUE_STRING,
} from '../../../columns/layout.ts'
import {
  ATTRS,
  BLOCK,
  BYTES,
  COUNT,
  ENDS,
  FIRST,
  FIRST_BITS,
  FIRST_FACTOR,
  KIND_HARMLESS,
  KIND_UNKNOWN,
  KINDS,
  LIST,
  MARKED,
  MARKS,
  MAX_SPANS,
  MIN_BYTES,
  MIN_NAMED_BYTES,
  NEXT_SPAN,
  ROWS,
  SECOND,
  SECOND_FACTOR,
  SECOND_WORD_BITS,
  STAGE_BYTES,
  STARTS,
  STATE,
  TEXT,
  WINDOW_TAIL,
} from './sieve-layout.ts'

/** Where the scanner's tables begin, and the columns of the batch; those are 0 where there is none. */
// @ts-ignore: decorator of AssemblyScript
@external("env", "tablesAt")
declare const tablesAt: usize
// @ts-ignore: decorator of AssemblyScript
@external("env", "rowsAt")
declare const rowsAt: usize
// @ts-ignore: decorator of AssemblyScript
@external("env", "attrsAt")
declare const attrsAt: usize

// @ts-ignore: decorator of AssemblyScript
@inline
function word(table: usize, index: u32): usize {
  return tablesAt + table + ((<usize>index) << 2)
}

// @ts-ignore: decorator of AssemblyScript
@inline
function isScanned(type: i32): bool {
  return type == VALUE_STRING || type == VALUE_BYTES
}

// @ts-ignore: decorator of AssemblyScript
@inline
function add(n: u32, start: i32, end: i32, row: u32, attr: i32): void {
  store<i32>(word(STARTS, n), start)
  store<i32>(word(ENDS, n), end)
  store<u32>(word(ROWS, n), row)
  store<i32>(word(ATTRS, n), attr)
}

/**
 * Adds the spans of rows from `row` on, while there is room for all of a row and each of its keys is known.
 * @returns the first row not added
 */
export function collect(row: u32, rows: u32): u32 {
  let n = load<u32>(word(STATE, COUNT))
  let marks = load<u32>(word(STATE, MARKS))
  let bytes = load<u32>(word(STATE, BYTES))
  for (; row < rows; row++) {
    const r = rowsAt + ((<usize>row) << 2) * ROW_STRIDE
    let a = load<i32>(r, ATTR_START << 2)
    const to = load<i32>(r, ATTR_END << 2)
    if (<i32>n + to - a >= MAX_SPANS) break
    const n0 = n
    const marks0 = marks
    const bytes0 = bytes
    const textStart = load<i32>(r, TEXT_START << 2)
    const textEnd = load<i32>(r, TEXT_END << 2)
    if (textEnd - textStart >= MIN_BYTES && isScanned(load<i32>(r, TEXT_TYPE << 2))) {
      add(n, textStart, textEnd, row, TEXT)
      bytes += textEnd - textStart
      n++
    }
    let o = attrsAt + ((<usize>a) << 2) * ATTR_STRIDE
    for (; a < to; a++, o += ATTR_STRIDE << 2) {
      if (!isScanned(load<i32>(o, TYPE << 2) & VALUE_MASK)) continue
      const start = load<i32>(o, VALUE_START << 2)
      const end = load<i32>(o, VALUE_END << 2)
      const length = end - start
      if (length < MIN_NAMED_BYTES) continue
      const kind: i32 = load<u8>(tablesAt + KINDS + load<u32>(o, KEY << 2))
      if (kind == KIND_HARMLESS) {
        if (length < MIN_BYTES) continue
      } else {
        if (kind == KIND_UNKNOWN) break
        store<u8>(tablesAt + MARKED + n, 1)
        marks++
      }
      add(n, start, end, row, a)
      bytes += length
      n++
    }
    if (a < to) {
      // whoever called finds out what the key says
      for (let k = n0; k < n; k++) store<u8>(tablesAt + MARKED + k, 0)
      n = n0
      marks = marks0
      bytes = bytes0
      break
    }
  }
  store<u32>(word(STATE, COUNT), n)
  store<u32>(word(STATE, MARKS), marks)
  store<u32>(word(STATE, BYTES), bytes)
  return row
}

/** Writes the place of window `p` and keeps it if FIRST says so. @returns the end of the list */
// @ts-ignore: decorator of AssemblyScript
@inline
function first(list: usize, p: usize): usize {
  store<u32>(list, <u32>p)
  return list + load<u8>(tablesAt + FIRST + ((load<u32>(p) * <u32>FIRST_FACTOR) >>> (32 - FIRST_BITS)))
}

// @ts-ignore: decorator of AssemblyScript
@inline
function firstBlock(list: usize, p: usize): usize {
  list = first(list, p)
  list = first(list, p + 1)
  list = first(list, p + 2)
  list = first(list, p + 3)
  list = first(list, p + 4)
  list = first(list, p + 5)
  list = first(list, p + 6)
  return first(list, p + 7)
}

/**
 * Sieves spans from `span` on, while they lie in order and STAGE_BYTES last. The first one is at most that long.
 * @returns places in question; NEXT_SPAN is the first span not sieved
 */
export function sieve(span: u32, spans: u32): u32 {
  const listAt = tablesAt + LIST
  let list = listAt
  let room: i32 = STAGE_BYTES
  let before: i32 = 0
  for (; span < spans; span++) {
    const start = load<i32>(word(STARTS, span))
    const end = load<i32>(word(ENDS, span))
    if (start < before || end - start > room) break
    before = end
    if (end - start < WINDOW_TAIL) continue
    room -= end - start
    // what is left ends with the span: the last block begins inside the one before, or before the span
    let last: i32 = end - WINDOW_TAIL - (BLOCK - 1)
    if (last < 0) last = 0
    let p = start
    for (; p < last; p += BLOCK) list = firstBlock(list, p)
    list = firstBlock(list, last)
  }
  store<u32>(word(STATE, NEXT_SPAN), span)
  let kept = listAt
  for (let from = listAt; from < list; from += 4) {
    const p = load<u32>(from)
    const product = load<u32>(<usize>p) * <u32>SECOND_FACTOR
    const bits = load<u32>(
      tablesAt + SECOND + ((product >>> (24 - SECOND_WORD_BITS - 2)) & (((1 << SECOND_WORD_BITS) - 1) << 2)),
    )
    store<u32>(kept, p)
    kept += ((bits >>> (product >>> 27)) & 1) << 2
  }
  return <u32>((kept - listAt) >> 2)
}
