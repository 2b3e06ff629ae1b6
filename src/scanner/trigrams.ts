/**
 * Whether a text may hold one of some words, told by their first three characters: a pattern that looks for many words
 * everywhere costs twenty times as much, and most texts hold none of them. Says yes to some others as well.
 */
export class Trigrams {
  readonly #seen = new Uint8Array(1 << 15)

  /** @param words latin1, of three characters or more, any case */
  constructor(words: readonly string[]) {
    for (const word of words)
      this.#seen[placeOf(word.charCodeAt(0), word.charCodeAt(1), word.charCodeAt(2))] = 1
  }

  mayBeIn(text: string): boolean {
    let a = 0
    let b = 0
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if (this.#seen[placeOf(a, b, c)] === 1 && i >= 2) return true
      a = b
      b = c
    }
    return false
  }
}

/** Five bits of each: cases of a letter are one. */
const placeOf = (a: number, b: number, c: number): number => ((a & 31) << 10) | ((b & 31) << 5) | (c & 31)
