import type { LinearColumns } from '../columns/linear-columns.ts'
import { CandidateQueue, fingerprintOf } from './candidate-queue.ts'
import { classify } from './classifier.ts'
import { COMMAND_KEYWORDS } from './command-line.ts'
import type { ScannerConfig } from './config.ts'
import { ENCODED_KEYWORDS } from './encoded-text.ts'
import { cookieHit } from './hits/cookie-hit.ts'
import { namedSpan, nameHit } from './hits/name-hit.ts'
import { commandHit, encodedHit, privateKeyHit, urlHit } from './hits/place-hits.ts'
import { ruleHit } from './hits/rule-hit.ts'
import { SCHEME_KEYWORDS, schemeHit } from './hits/scheme-hit.ts'
import { statementHit } from './hits/statement-hit.ts'
import { Hmac } from './hmac.ts'
import type { Match } from './match.ts'
import { NAME_WORDS, nameWordBytes } from './name-words.ts'
import { KeywordFinder } from './prefilter/keyword-finder.ts'
import type { Keyword } from './prefilter/keyword-tables.ts'
import type { LinearSieve } from './prefilter/linear-sieve.ts'
import { SpanList } from './prefilter/span-list.ts'
import type { CompiledRule } from './rule.ts'
import type { ScanContext } from './scan-context.ts'
import { LOOK_BACK, ScanSite } from './scan-site.ts'
import { type Classify, Scorer } from './stages.ts'

/**
 * Bytes in, findings out.
 *
 *   bytes --keywords--> hit --opens--> window (latin1 text of the line around it, bounded)
 *                        |                 |
 *                        v                 v
 *     hits/ ask: rule's pattern | assignment | URL user part | scheme | command | base64 | private key | ...
 *                                          |
 *                                          v
 *                        candidates -> overlaps resolved -> stages -> matches
 */

export interface EngineOptions {
  readonly config: ScannerConfig
  readonly rules: readonly CompiledRule[]
  /** Key of the fingerprints. */
  readonly fingerprintKey: Uint8Array
  /** Id of the planted token whose text this is, or null. */
  readonly honeytoken?: (secret: string) => string | null
  readonly classify?: Classify
}

type Handler = (site: ScanSite, at: number) => void
const unused: Handler = () => {}

/** Hits no farther apart than this are handled together; less than LOOK_BACK. */
const NEAR_BYTES = 512
/** Hits handled in a step: about 5 ms where each costs as much as anybody could make it. */
const HITS_A_STEP = 128

export class ScanEngine {
  readonly #finder: KeywordFinder
  readonly #single = SpanList.of(1)
  readonly #handlers: Handler[] = []
  /** Keywords below this are rules'. */
  readonly #ruleKeywords: number
  /** Bytes of the name in a keyword that is a name's; they are most of the hits and go without a handler. */
  readonly #nameBytes: Uint8Array
  readonly #queue: CandidateQueue
  readonly #hmac: Hmac
  readonly #site: ScanSite

  constructor(options: EngineOptions) {
    this.#hmac = new Hmac(options.fingerprintKey)
    this.#queue = new CandidateQueue(
      new Scorer(options.config, options.classify ?? classify),
      this.#hmac,
      options.honeytoken ?? (() => null),
    )
    const disabled = new Set(options.config.disabledRules)
    this.#site = new ScanSite(this.#queue, disabled)
    const keywords: Keyword[] = []
    const add = (text: string, handler: Handler, ignoreCase = false): void => {
      keywords.push({ text, ignoreCase })
      this.#handlers.push(handler)
    }
    for (const rule of options.rules) {
      if (disabled.has(rule.id)) continue
      for (const keyword of rule.keywords)
        add(keyword, (site, at) => ruleHit(site, rule, at), rule.ignoreCase)
    }
    this.#ruleKeywords = keywords.length
    for (const word of NAME_WORDS) add(word, unused)
    for (const word of COMMAND_KEYWORDS) add(word, commandHit)
    for (const word of SCHEME_KEYWORDS) add(word, schemeHit)
    add('://', urlHit)
    for (const word of ENCODED_KEYWORDS) add(word, encodedHit)
    add('PRIVATE KEY', privateKeyHit)
    add('ookie', cookieHit)
    add('IDENTIFIED ', statementHit, true)
    this.#nameBytes = new Uint8Array(keywords.length)
    NAME_WORDS.forEach((word, i) => {
      this.#nameBytes[this.#ruleKeywords + i] = nameWordBytes(word)
    })
    this.#finder = new KeywordFinder(keywords)
  }

  /**
   * Finds every secret in bytes[start..end).
   * @param emit gets matches in order of their place; called before this returns
   */
  scanSpan(
    bytes: Uint8Array,
    start: number,
    end: number,
    context: ScanContext,
    emit: (match: Match) => void,
  ): void {
    const spans = this.#single
    spans.clear()
    spans.set(0, start, end)
    if (context.name !== null) spans.mark(0)
    spans.count = 1
    for (const _ of this.scanSpans(bytes, spans, () => context, emit));
  }

  /** A sieve over the memory of a batch, which gathers its spans as well. */
  sieveOver(linear: LinearColumns): LinearSieve {
    return this.#finder.over(linear)
  }

  /**
   * Finds every secret in each of many spans: far cheaper than one by one where most hold nothing. A step at a time,
   * as what a span is made of can cost a thousand times what it costs otherwise; to be taken to the end, or given up,
   * before the next scan.
   * @param contextOf asked once for each span that is marked or holds something; a marked one is the value of a name
   * @param emit gets the matches of a span in order of their place, with the span's index
   * @param inPlace the sieve over the memory in which bytes and spans lie, if there is one
   */
  *scanSpans(
    bytes: Uint8Array,
    spans: SpanList,
    contextOf: (span: number) => ScanContext,
    emit: (match: Match, span: number) => void,
    inPlace: LinearSieve | null = null,
  ): Generator<void, void> {
    const finder = this.#finder
    let open = -1
    let handled = 0
    const tell = (match: Match): void => emit(match, open)
    finder.begin(bytes, spans, inPlace)
    while (finder.next()) {
      if (finder.span !== open) {
        if (open >= 0) this.#queue.flush(Number.POSITIVE_INFINITY)
        open = finder.span
        const context = contextOf(open)
        this.#site.begin(bytes, spans.start[open]!, spans.end[open]!, context, tell)
        if (context.name !== null) namedSpan(this.#site, context.name)
      }
      for (let h = 0; h < finder.hitCount; ) {
        if (handled > HITS_A_STEP) {
          handled = 0
          yield
        }
        const next = this.#handleNear(h)
        handled += next - h
        h = next
      }
    }
    if (open >= 0) this.#queue.flush(Number.POSITIVE_INFINITY)
  }

  /**
   * Handles the hits from `h` on that are near to one another, those of rules first: a value that a provider's rule
   * knows need not be judged by its name. @returns the first hit not handled
   */
  #handleNear(h: number): number {
    const { hitAt, hitKeyword, hitCount } = this.#finder
    const site = this.#site
    const first = hitAt[h]!
    if (this.#queue.full) this.#queue.flush(first - LOOK_BACK)
    const rules = this.#ruleKeywords
    let end = h
    for (; end < hitCount && hitAt[end]! - first < NEAR_BYTES; end++)
      if (hitKeyword[end]! < rules) this.#handlers[hitKeyword[end]!]!(site, hitAt[end]!)
    const nameBytes = this.#nameBytes
    for (let i = h; i < end; i++) {
      const keyword = hitKeyword[i]!
      const length = nameBytes[keyword]!
      if (length > 0) nameHit(site, hitAt[i]!, length)
      else if (keyword >= rules) this.#handlers[keyword]!(site, hitAt[i]!)
    }
    return end
  }

  /** HMAC-SHA-256 of a secret, 32 hex digits. */
  fingerprint(secret: string): string {
    return fingerprintOf(this.#hmac, secret)
  }
}
