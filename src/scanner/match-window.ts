import { EXCERPT_AFTER_BYTES, EXCERPT_BEFORE_BYTES } from './excerpt.ts'
import type { Match } from './match.ts'

/** Told together, so that the window moves seldom. */
const HELD = 64

/**
 * The matches of a text on their way out: each is told when all that its excerpt could show are known, and forgotten
 * when no excerpt can show it any more. So a text of nothing but secrets takes no memory.
 */
export class MatchWindow {
  readonly #tell: (match: Match, near: readonly Match[]) => void
  readonly #near: Match[] = []
  /** Those before it were told. */
  #next = 0

  /** @param tell gets a match and all those near to it, in order of place */
  constructor(tell: (match: Match, near: readonly Match[]) => void) {
    this.#tell = tell
  }

  /** @param match begins past the end of those before it */
  add(match: Match): void {
    this.#near.push(match)
    if (this.#near.length >= HELD) this.#tellUpTo(match.start - EXCERPT_AFTER_BYTES)
  }

  /** The text is over. */
  end(): void {
    this.#tellUpTo(Number.POSITIVE_INFINITY)
    this.#near.length = 0
    this.#next = 0
  }

  #tellUpTo(end: number): void {
    const near = this.#near
    while (this.#next < near.length && near[this.#next]!.end <= end) this.#tell(near[this.#next++]!, near)
    const shown = near[Math.min(this.#next, near.length - 1)]!.start - EXCERPT_BEFORE_BYTES
    let gone = 0
    while (gone < this.#next && near[gone]!.end <= shown) gone++
    near.splice(0, gone)
    this.#next -= gone
  }
}
