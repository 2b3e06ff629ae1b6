/**
 * Two bytes that one of several things begins with, asked before any of their patterns is tried: by the first byte, a bit
 * for the second. Says yes to some others as well, never no to one of them.
 */
export class Beginnings {
  readonly #seconds = new Int32Array(256)

  /** @param firsts each one's first two characters, latin1; one alone goes with every second */
  constructor(firsts: readonly string[]) {
    for (const first of firsts)
      this.#seconds[first.charCodeAt(0)]! |= first.length === 1 ? -1 : 1 << (first.charCodeAt(1) & 31)
  }

  at(text: string, p: number): boolean {
    if (p + 1 >= text.length) return p < text.length && this.#seconds[text.charCodeAt(p) & 255] === -1
    return (this.#seconds[text.charCodeAt(p) & 255]! & (1 << (text.charCodeAt(p + 1) & 31))) !== 0
  }
}
