import model from './models/letters.json' with { type: 'json' }

/**
 * How much a text looks like words rather than like random letters: the mean over its letters of
 * log2(P(letter | two letters before) / P(letter | random)), bits. Words and identifiers score above 0.5, random
 * letters below -0.5. Trained by bench/scanner/train-words.ts.
 */

const SYMBOLS = 27
const EIGHTHS = 8
const bytes = Buffer.from(model.table, 'base64')
const table = new Int8Array(bytes.buffer, bytes.byteOffset, SYMBOLS ** 3)

/** 1..26 for letters of either case, else 0. */
const symbol = new Uint8Array(256)
for (let i = 1; i < SYMBOLS; i++) {
  symbol[96 + i] = i
  symbol[64 + i] = i
}

/** Bits a letter; 0 when there are no letters. Looks at [start, end) of a latin1 text. */
export function wordiness(text: string, start = 0, end = text.length): number {
  let a = 0
  let b = 0
  let total = 0
  let letters = 0
  for (let i = start; i < end; i++) {
    const c = symbol[text.charCodeAt(i) & 255]!
    if (c === 0) {
      a = 0
      b = 0
      continue
    }
    total += table[(a * SYMBOLS + b) * SYMBOLS + c]!
    letters++
    a = b
    b = c
  }
  return letters === 0 ? 0 : total / (EIGHTHS * letters)
}

/** The same for the first `n` bytes. */
export function wordinessOf(text: Uint8Array, n: number): number {
  let a = 0
  let b = 0
  let total = 0
  let letters = 0
  for (let i = 0; i < n; i++) {
    const c = symbol[text[i]!]!
    // what is no letter begins anew: both before it are none
    const letter = c === 0 ? 0 : 1
    total += table[(a * SYMBOLS + b) * SYMBOLS + c]! * letter
    letters += letter
    a = b * letter
    b = c
  }
  return letters === 0 ? 0 : total / (EIGHTHS * letters)
}
