import type { Hmac } from './hmac.ts'
import { maskOf, publicPrefix } from './mask.ts'
import { type Candidate, GENERIC, type Match, type RuleInfo, type StageNote } from './match.ts'
import type { Scorer, Surroundings } from './stages.ts'

/** A candidate with its place in the bytes. */
export interface Found extends Candidate {
  /** Absolute offsets. */
  from: number
  to: number
  /** Text before it on its line; files only. */
  line: string
  /** What the stages made of it; null when they turned it down, undefined before they are asked. */
  match: Match | null | undefined
}

const FLUSH_ABOVE = 64
/** More that overlap without end are resolved as they are, so that memory stays bounded. */
const MAX_OVERLAPPING = 2048
const FINGERPRINT_DIGITS = 32
/** Confidence of stage 1 from which a place was parsed rather than named. */
const PARSED_BASE = 0.5

export const fingerprintOf = (hmac: Hmac, secret: string): string =>
  hmac.hex(secret).slice(0, FINGERPRINT_DIGITS)

/** Gathers candidates, lets the most specific of those that overlap through the stages, and tells matches in order. */
export class CandidateQueue {
  readonly #scorer: Scorer
  readonly #hmac: Hmac
  readonly #honeytoken: (secret: string) => string | null
  readonly #found: Found[] = []
  /** Those of them that a provider's rule found. */
  readonly #ruled: Found[] = []
  /** Past the last match told: what a later hit finds before it comes too late. */
  #toldTo = 0
  /** Candidates that are gathered before the next flush; doubles while they overlap without end, within a bound. */
  #flushAbove = FLUSH_ABOVE
  #where: Surroundings = { format: 'log', testFile: false }
  #emit: (match: Match) => void = () => {}

  constructor(scorer: Scorer, hmac: Hmac, honeytoken: (secret: string) => string | null) {
    this.#scorer = scorer
    this.#hmac = hmac
    this.#honeytoken = honeytoken
  }

  /** Empties it for a new span. */
  begin(start: number, where: Surroundings, emit: (match: Match) => void): void {
    this.#found.length = 0
    this.#ruled.length = 0
    this.#flushAbove = FLUSH_ABOVE
    this.#toldTo = start
    this.#where = where
    this.#emit = emit
  }

  get full(): boolean {
    return this.#found.length > this.#flushAbove
  }

  add(found: Found): void {
    if (found.from < this.#toldTo) return
    this.#found.push(found)
    if (found.compiled !== null) this.#ruled.push(found)
  }

  /** Whether a provider's rule found something reportable that overlaps [from, to). */
  knows(from: number, to: number): boolean {
    for (const c of this.#ruled) if (c.from < to && from < c.to && this.#match(c) !== null) return true
    return false
  }

  /** Scores and emits what ends before `before`; of those that overlap the most specific stays. */
  flush(before: number): void {
    const found = this.#found
    if (found.length === 0) return
    if (found.length === 1 && found[0]!.to <= before) {
      this.#ruled.length = 0
      this.#flushAbove = FLUSH_ABOVE
      this.#report(found.pop()!)
      return
    }
    found.sort((a, b) => a.from - b.from || rank(b) - rank(a) || b.to - a.to)
    let kept = 0
    let i = 0
    while (i < found.length) {
      // a run of candidates that overlap one another
      let to = found[i]!.to
      let j = i + 1
      while (j < found.length && found[j]!.from < to) to = Math.max(to, found[j++]!.to)
      if (to > before && found.length < MAX_OVERLAPPING) {
        while (i < found.length) found[kept++] = found[i++]!
        break
      }
      if (j === i + 1) this.#report(found[i]!)
      else this.#resolve(found.slice(i, j))
      i = j
    }
    found.length = kept
    this.#ruled.length = 0
    for (const c of found) if (c.compiled !== null) this.#ruled.push(c)
    this.#flushAbove = Math.max(FLUSH_ABOVE, kept * 2)
  }

  #resolve(run: Found[]): void {
    run.sort((a, b) => rank(b) - rank(a) || b.to - b.from - (a.to - a.from) || a.from - b.from)
    const taken: Found[] = []
    const reported: Match[] = []
    for (const c of run) {
      if (taken.some((t) => c.from < t.to && t.from < c.to)) continue
      const match = this.#match(c)
      if (match === null) continue
      taken.push(c)
      reported.push(match)
    }
    reported.sort((a, b) => a.start - b.start)
    for (const match of reported) this.#tell(match)
  }

  #report(c: Found): void {
    const match = this.#match(c)
    if (match !== null) this.#tell(match)
  }

  #tell(match: Match): void {
    this.#toldTo = match.end
    this.#emit(match)
  }

  #match(c: Found): Match | null {
    if (c.match === undefined) c.match = this.#score(c)
    return c.match
  }

  #score(c: Found): Match | null {
    const honeytoken = this.#honeytoken(c.text)
    if (!this.#scorer.score(c, this.#where, c.line, honeytoken)) return null
    return new FoundMatch(c, this.#scorer.confidence, honeytoken, this.#scorer, this.#where, this.#hmac)
  }
}

/** A match whose mask, fingerprint and explanation are made when asked for: many are folded or only counted. */
class FoundMatch implements Match {
  readonly rule: RuleInfo
  readonly start: number
  readonly end: number
  readonly confidence: number
  readonly honeytoken: string | null
  readonly #found: Found
  readonly #scorer: Scorer
  readonly #where: Surroundings
  readonly #hmac: Hmac

  constructor(
    found: Found,
    confidence: number,
    honeytoken: string | null,
    scorer: Scorer,
    where: Surroundings,
    hmac: Hmac,
  ) {
    this.rule = found.rule
    this.start = found.from
    this.end = found.to
    this.confidence = confidence
    this.honeytoken = honeytoken
    this.#found = found
    this.#scorer = scorer
    this.#where = where
    this.#hmac = hmac
  }

  get masked(): string {
    const { compiled, text } = this.#found
    return maskOf(text.length, compiled === null ? '' : publicPrefix(text, compiled.keywords))
  }

  get fingerprint(): string {
    return fingerprintOf(this.#hmac, this.#found.text)
  }

  get stages(): readonly StageNote[] {
    return this.#scorer.explain(this.#found, this.#where, this.#found.line, this.honeytoken)
  }
}

/** A provider's rule says more than a generic one; among generic ones a parsed place says more than a name. */
const rank = (c: Found): number =>
  c.compiled !== null ? 3 : c.rule === GENERIC.privateKey ? 4 : c.base >= PARSED_BASE ? 2 : 1
