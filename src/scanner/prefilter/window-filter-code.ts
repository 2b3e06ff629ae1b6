import {
  ADD,
  AND,
  type Code,
  code,
  get,
  i32,
  LESS,
  LESS_SIGNED,
  load,
  loadByte,
  MUL,
  moduleOf,
  SHIFT_LEFT,
  SHIFT_RIGHT,
  SUB,
  set,
  store,
  tee,
  whileLoop,
} from './wasm-code.ts'
import {
  BLOCK,
  FIRST_AT,
  FIRST_BITS,
  FIRST_FACTOR,
  LIST_AT,
  MEMORY_PAGES,
  PLACE,
  SECOND_AT,
  SECOND_FACTOR,
  SECOND_WORD_BITS,
  SPAN,
  SPANS_AT,
} from './window-filter.kernel.ts'

/** {@link runFilter} in WebAssembly: `run(end of the spans, LIST_AT)` gives the end of the list. */

// parameters, then locals
const SPANS_END = 0
const LIST_END = 1
const P = 2
const LAST_BLOCK = 3
const PRODUCT = 4
const SPAN_PTR = 5
const FROM = 6
const LOCALS = 5

/** Writes the place of window P + k and keeps it if FIRST says so. */
const first = (k: number): Code =>
  code(
    ...[get(LIST_END), get(P), k === 0 ? [] : code(i32(k), ADD), store()],
    ...[get(P), load(k), i32(FIRST_FACTOR), MUL, i32(32 - FIRST_BITS), SHIFT_RIGHT, loadByte(FIRST_AT)],
    ...[get(LIST_END), ADD, set(LIST_END)],
  )
const firstBlock = code(...Array.from({ length: BLOCK }, (_, k) => first(k)))

const oneSpan = code(
  ...[get(SPAN_PTR), load(0), set(P)],
  ...[get(SPAN_PTR), load(4), i32(BLOCK - 1), SUB, set(LAST_BLOCK)],
  whileLoop(code(get(P), get(LAST_BLOCK), LESS_SIGNED), code(firstBlock, get(P), i32(BLOCK), ADD, set(P))),
  // what is left ends with the span: the block begins inside the one before, or before the span
  ...[get(LAST_BLOCK), set(P), firstBlock],
  ...[get(SPAN_PTR), i32(SPAN), ADD, set(SPAN_PTR)],
)

/** Keeps the listed place at FROM if SECOND says so; LIST_END is where it goes. */
const second = code(
  ...[get(LIST_END), get(FROM), load(), tee(P), store()],
  ...[get(P), load(), i32(SECOND_FACTOR), MUL, tee(PRODUCT)],
  ...[
    i32(24 - SECOND_WORD_BITS - 2),
    SHIFT_RIGHT,
    i32(((1 << SECOND_WORD_BITS) - 1) << 2),
    AND,
    load(SECOND_AT),
  ],
  ...[get(PRODUCT), i32(27), SHIFT_RIGHT, SHIFT_RIGHT, i32(1), AND, i32(2), SHIFT_LEFT],
  ...[get(LIST_END), ADD, set(LIST_END)],
  ...[get(FROM), i32(PLACE), ADD, set(FROM)],
)

const body = code(
  ...[i32(SPANS_AT), set(SPAN_PTR)],
  whileLoop(code(get(SPAN_PTR), get(SPANS_END), LESS), oneSpan),
  // the end of what is listed is the bound of the second pass, which writes from the beginning
  ...[get(LIST_END), set(LAST_BLOCK), i32(LIST_AT), tee(FROM), set(LIST_END)],
  whileLoop(code(get(FROM), get(LAST_BLOCK), LESS), second),
  get(LIST_END),
)

export const filterModule = (): Uint8Array<ArrayBuffer> => moduleOf(MEMORY_PAGES, 2, LOCALS, body)
