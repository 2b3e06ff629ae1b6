const PLACES = 1 << 15
const CHARACTER_BITS = 5
/** Five bits of each character: cases of a letter are one. */
const nextPlace = (place: number, c: number): number =>
  ((place << CHARACTER_BITS) | (c & ((1 << CHARACTER_BITS) - 1))) & (PLACES - 1)

/**
 * Whether a text may hold one of some words, told by their first three characters: a pattern that looks for many words
 * everywhere costs several times as much, and most texts hold none of them. Says yes to some others as well.
 */
export class Trigrams {
  readonly #seen = new Uint8Array(PLACES)

  /** @param words latin1, of three characters or more, any case */
  constructor(words: readonly string[]) {
    for (const word of words)
      this.#seen[[0, 1, 2].reduce((place, i) => nextPlace(place, word.charCodeAt(i)), 0)] = 1
  }

  mayBeIn(text: string): boolean {
    const seen = this.#seen
    let place = 0
    for (let i = 0; i < text.length; i++) {
      place = nextPlace(place, text.charCodeAt(i))
      if (seen[place] === 1 && i >= 2) return true
    }
    return false
  }
}
