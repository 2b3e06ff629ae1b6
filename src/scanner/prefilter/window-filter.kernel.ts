import * as layout from './assembly/sieve-layout.ts'

// V8 folds a local constant into hot code; an imported one is loaded and checked at every use.
const {
  ENDS,
  FIRST,
  FIRST_BITS,
  FIRST_FACTOR,
  LIST,
  NEXT_SPAN,
  SECOND,
  SECOND_FACTOR,
  SECOND_WORD_BITS,
  STAGE_BYTES,
  STARTS,
  STATE,
  WINDOW_TAIL,
} = layout

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
 * This is the JavaScript form; `assembly/sieve.as.ts` is the same in WebAssembly, measured three times as fast.
 */

/** Byte of FIRST that a window, little-endian, asks for. */
export const firstPlace = (window: number): number => Math.imul(window, FIRST_FACTOR) >>> (32 - FIRST_BITS)
/** Word of SECOND, and bit in it. */
export const secondWord = (window: number): number =>
  (Math.imul(window, SECOND_FACTOR) >>> (24 - SECOND_WORD_BITS)) & ((1 << SECOND_WORD_BITS) - 1)
export const secondBit = (window: number): number => Math.imul(window, SECOND_FACTOR) >>> 27

/**
 * Sieves spans from `span` on, while they lie in order and STAGE_BYTES last. The first one is at most that long.
 * Lists the windows that both sieves let through, in the order of spans and places; a place may come twice.
 * @param memory with the tables at its beginning, @param words the same in words
 * @returns words listed; NEXT_SPAN is the first span not sieved
 */
export function runFilter(memory: Uint8Array, words: Int32Array, span: number, spans: number): number {
  const list = LIST >> 2
  let n = 0
  let s = span
  let room = STAGE_BYTES
  let before = 0
  for (; s < spans; s++) {
    const start = words[(STARTS >> 2) + s]!
    const end = words[(ENDS >> 2) + s]!
    if (start < before || end - start > room) break
    before = end
    if (end - start < WINDOW_TAIL) continue
    room -= end - start
    let window = (memory[start]! << 8) | (memory[start + 1]! << 16) | (memory[start + 2]! << 24)
    for (let p = start; p <= end - WINDOW_TAIL; p++) {
      window = (window >>> 8) | (memory[p + 3]! << 24)
      words[list + n] = p
      n += memory[FIRST + firstPlace(window)]! >> 2
    }
  }
  words[(STATE >> 2) + NEXT_SPAN] = s
  let kept = 0
  for (let i = 0; i < n; i++) {
    const p = words[list + i]!
    const window = memory[p]! | (memory[p + 1]! << 8) | (memory[p + 2]! << 16) | (memory[p + 3]! << 24)
    words[list + kept] = p
    kept += (words[(SECOND >> 2) + secondWord(window)]! >>> secondBit(window)) & 1
  }
  return kept
}
