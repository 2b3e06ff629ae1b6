/**
 * The first two of three sieves that find keywords in bytes: every window of four bytes is hashed and looked up.
 *
 *   bytes    c l o n e   f o r   g h p _ Q x ...
 *   windows  |clon|      hash ─> FIRST: a byte that is 4 where a keyword's rarest four bytes ("anchor") fall, else 0
 *             |lone|             the window's place is written whatever it says, and the list grows by that byte:
 *              |one |            no branch depends on the text, so none is mispredicted
 *   listed   about one window in twenty ──> hash ─> SECOND: a bitmap ──> one in some hundreds, verified by the caller
 *
 * Anchors of three bytes: a product's bits depend on nothing to the left of them, so the fourth byte moves only the
 * upper bits of the place; FIRST_FACTOR is even enough that it moves one bit of it, and SECOND takes its word from the
 * product's lower 24 bits and lets a whole word stand for such an anchor.
 *
 * This is the JavaScript form; `window-filter-code.ts` is the same in WebAssembly, measured three times as fast.
 */

/** 2^32 over the golden ratio times 2^7; and the multiplier of MurmurHash3. */
export const FIRST_FACTOR = 0x9e3779b1 << 7
export const SECOND_FACTOR = 0x85ebca6b | 0
export const FIRST_BITS = 14
export const SECOND_WORD_BITS = 12

/** Windows in a block; spans are read in whole blocks. */
export const BLOCK = 8
export const MAX_SPANS = 4096
/** Bytes that are looked at in one go: small enough for the second cache. */
export const STAGE_BYTES = 65_536

/** Bytes of a listed place, and of a span: its first window and its last. */
const PLACE = 4
const SPAN = 8

/** Where things lie in the memory. A span's last block may begin before the span and is read twice in part. */
export const FIRST_AT = 0
export const SECOND_AT = FIRST_AT + (1 << FIRST_BITS)
export const SPANS_AT = SECOND_AT + (1 << SECOND_WORD_BITS) * 4
export const LIST_AT = SPANS_AT + MAX_SPANS * SPAN
export const STAGE_AT = LIST_AT + (STAGE_BYTES + MAX_SPANS * BLOCK) * PLACE + 64
const MEMORY_PAGES = Math.ceil((STAGE_AT + STAGE_BYTES + 64) / 65_536)

export { MEMORY_PAGES, PLACE, SPAN }

/** Byte of FIRST that a window, little-endian, asks for. */
export const firstPlace = (window: number): number => Math.imul(window, FIRST_FACTOR) >>> (32 - FIRST_BITS)
/** Word of SECOND, and bit in it. */
export const secondWord = (window: number): number =>
  (Math.imul(window, SECOND_FACTOR) >>> (24 - SECOND_WORD_BITS)) & ((1 << SECOND_WORD_BITS) - 1)
export const secondBit = (window: number): number => Math.imul(window, SECOND_FACTOR) >>> 27

/**
 * Lists the windows that both sieves let through, in the order of spans and places; a place may come twice, and one
 * before its span may come too.
 * @param list words of the memory from LIST_AT on
 * @returns words listed
 */
export function runFilter(memory: Uint8Array, words: Int32Array, spanCount: number): number {
  const list = LIST_AT >> 2
  let n = 0
  for (let s = 0; s < spanCount; s++) {
    const first = words[(SPANS_AT >> 2) + s * 2]!
    const last = words[(SPANS_AT >> 2) + s * 2 + 1]!
    let window = (memory[first]! << 8) | (memory[first + 1]! << 16) | (memory[first + 2]! << 24)
    for (let p = first; p <= last; p++) {
      window = (window >>> 8) | (memory[p + 3]! << 24)
      words[list + n] = p
      n += memory[FIRST_AT + firstPlace(window)]! >> 2
    }
  }
  let kept = 0
  for (let i = 0; i < n; i++) {
    const p = words[list + i]!
    const window = memory[p]! | (memory[p + 1]! << 8) | (memory[p + 2]! << 16) | (memory[p + 3]! << 24)
    words[list + kept] = p
    kept += (words[(SECOND_AT >> 2) + secondWord(window)]! >>> secondBit(window)) & 1
  }
  return kept
}
