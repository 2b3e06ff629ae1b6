import type { CandidateQueue, Found } from './candidate-queue.ts'
import type { Match, RuleInfo } from './match.ts'
import { NAME_NONE, type NameKind } from './name-grammar.ts'
import type { CompiledRule } from './rule.ts'
import { LOG_CONTEXT, type ScanContext } from './scan-context.ts'

/**
 * The span at hand and the window opened in it: what every kind of hit reads its text from and adds its candidates to.
 *
 *   span    [from                                                to)     bytes
 *   window            [windowFrom     hit           windowTo)            text, latin1: one character a byte
 *
 * Everything a hit costs is bounded by the window, so time is linear in the bytes and memory does not grow with them.
 */

/** Node's fast path under `toString('latin1', ...)`, which its types leave out. */
type Latin1Buffer = Buffer & { latin1Slice(start: number, end: number): string }

/** Bytes of a line left of a hit and right of it that a window holds at least, where the line has them. */
export const LOOK_BACK = 4096
const LOOK_AHEAD = 16_384
/** A hit this near to the end of a window that a longer line was cut for opens a new one. */
const AHEAD_MIN = 8192
const NEWLINE = 10

/** What a hit knows of a candidate besides its rule and place. */
export interface Signs {
  readonly assigned: boolean
  readonly nameKind?: NameKind
  readonly words?: boolean
}

export class ScanSite {
  bytes: Uint8Array = new Uint8Array(0)
  from = 0
  to = 0
  /** The open window and its text. */
  windowFrom = 0
  text = ''
  /** Past the name, URL, key or base64 run last handled: hits inside it were seen. */
  nameEnd = 0
  urlEnd = 0
  keyEnd = 0
  encodedEnd = 0
  readonly #queue: CandidateQueue
  readonly #disabled: ReadonlySet<string>
  #windowTo = -1
  #windowCut = false
  #latin1 = Buffer.alloc(0) as Latin1Buffer
  #context: ScanContext = LOG_CONTEXT

  /** @param disabled ids of rules whose candidates are dropped */
  constructor(queue: CandidateQueue, disabled: ReadonlySet<string>) {
    this.#queue = queue
    this.#disabled = disabled
  }

  /** Goes to a new span; the last one's candidates must have been flushed. */
  begin(
    bytes: Uint8Array,
    start: number,
    end: number,
    context: ScanContext,
    tell: (match: Match) => void,
  ): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes
      this.#latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as Latin1Buffer
    }
    this.from = start
    this.to = end
    this.#context = context
    this.#queue.begin(start, context, tell)
    this.#windowTo = -1
    this.nameEnd = start
    this.urlEnd = start
    this.keyEnd = start
    this.encodedEnd = start
  }

  /** Makes the window hold the line around `at`. @returns where `at` is in its text */
  open(at: number): number {
    if (at >= this.windowFrom && at < this.#windowTo && !(this.#windowCut && at > this.#windowTo - AHEAD_MIN))
      return at - this.windowFrom
    const bytes = this.bytes
    let from = at
    const low = Math.max(this.from, at - LOOK_BACK)
    while (from > low && bytes[from - 1] !== NEWLINE) from--
    let to = at
    const high = Math.min(this.to, at + LOOK_AHEAD)
    while (to < high && bytes[to] !== NEWLINE) to++
    this.windowFrom = from
    this.#windowTo = to
    this.#windowCut = to === high && to < this.to
    this.text = this.latin1(from, to)
    return at - from
  }

  /** Runs `look` with a window that goes on to `end`, past its line, and puts the window back. */
  widened(end: number, look: () => void): void {
    const to = this.#windowTo
    const line = this.text
    this.text = this.latin1(this.windowFrom, end)
    this.#windowTo = end
    look()
    this.#windowTo = to
    this.text = line
  }

  /** Text of bytes [from, to), one character a byte. */
  latin1(from: number, to: number): string {
    return this.#latin1.latin1Slice(from, to)
  }

  /** Whether a provider's rule found something reportable that overlaps [start, end) of the window's text. */
  knows(start: number, end: number): boolean {
    return this.#queue.knows(start + this.windowFrom, end + this.windowFrom)
  }

  /** Keeps a candidate of a generic rule whose offsets are in the window's text. */
  add(rule: RuleInfo, start: number, end: number, base: number, baseNote: string, signs: Signs): void {
    this.addOf(rule, null, start, end, base, baseNote, signs)
  }

  /** The same for a rule's own find; `compiled` is null for a generic one. */
  addOf(
    rule: RuleInfo,
    compiled: CompiledRule | null,
    start: number,
    end: number,
    base: number,
    baseNote: string,
    signs: Signs,
  ): void {
    if (end <= start) return
    this.keep({
      rule,
      compiled,
      start,
      end,
      text: this.text.slice(start, end),
      base,
      baseNote,
      assigned: signs.assigned,
      nameKind: signs.nameKind ?? NAME_NONE,
      words: signs.words ?? false,
      from: start + this.windowFrom,
      to: end + this.windowFrom,
      line: this.#context.format === 'log' ? '' : this.text.slice(0, start),
      match: undefined,
    })
  }

  keep(found: Found): void {
    if (!this.#disabled.has(found.rule.id)) this.#queue.add(found)
  }
}
