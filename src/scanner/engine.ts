import { Assignment, parseAssignment } from './assignment.ts'
import { isBasic, isBasicCredential, isChallenge, SCHEME } from './auth-scheme.ts'
import { benignReason } from './benign-value.ts'
import { CandidateQueue, type Found, fingerprintOf } from './candidate-queue.ts'
import { classify } from './classifier.ts'
import { COMMAND_KEYWORDS, parseCommand } from './command-line.ts'
import type { ScannerConfig } from './config.ts'
import { ENCODED_KEYWORDS, encodedEnd, encodedStart, holdsSecret } from './encoded-text.ts'
import { isFiller } from './filler.ts'
import { Hmac } from './hmac.ts'
import { FORM_ASSIGNED, FORM_LOOSE, judgeValue } from './judge-value.ts'
import { leftBoundary } from './left-boundary.ts'
import { GENERIC, type Match, type RuleInfo } from './match.ts'
import { nameByte, nameJoins, nameKindOf } from './name-cache.ts'
import {
  classifyName,
  NAME_AUTH,
  NAME_NONE,
  NAME_PASSWORD,
  NAME_SECRET,
  NAME_TOKEN,
  type NameKind,
} from './name-grammar.ts'
import { NAME_WORDS, nameWordBytes } from './name-words.ts'
import {
  BELOW_BYTES,
  BELOW_LINES,
  belowEnd,
  belowForm,
  belowQuoted,
  belowStart,
  mayGoOn,
  REST_BYTES,
  valueBelow,
} from './next-line.ts'
import { percentDecoded } from './percent-decoded.ts'
import { KeywordFinder } from './prefilter/keyword-finder.ts'
import type { Keyword } from './prefilter/keyword-tables.ts'
import { SpanList } from './prefilter/span-list.ts'
import { findPrivateKey, privateKeyEnd } from './private-key.ts'
import type { CompiledRule } from './rule.ts'
import { type Classify, Scorer, type Surroundings } from './stages.ts'
import {
  parseUserinfo,
  USERINFO_NONE,
  USERINFO_PASSWORD,
  userinfoEnd,
  userinfoStart,
} from './url-userinfo.ts'
import { findValue, valueEnd, valueQuoted, valueStart } from './value-span.ts'

/**
 * Bytes in, findings out.
 *
 *   bytes --keywords--> hit --opens--> window (latin1 text of the line around it, bounded)
 *                        |                 |
 *                        v                 v
 *               what the keyword asks: rule's pattern | assignment | URL user part | scheme | command | private key
 *                                          |
 *                                          v
 *                        candidates -> overlaps resolved -> stages -> matches
 *
 * Everything a hit costs is bounded by the window, so time is linear in the bytes and memory does not grow with them.
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

/** Where the bytes come from. */
export interface ScanContext extends Surroundings {
  /** Name of the attribute or field whose value the bytes are, or null: `db.password` makes them a password. */
  readonly name: string | null
}

export const LOG_CONTEXT: ScanContext = { name: null, format: 'log', testFile: false }

/** Node's fast path under `toString('latin1', ...)`, which its types leave out. */
type Latin1Buffer = Buffer & { latin1Slice(start: number, end: number): string }

type Handler = (at: number) => void

/** Bytes of a line left of a hit and right of it that a window holds at least, where the line has them. */
const LOOK_BACK = 4096
const LOOK_AHEAD = 16_384
/** Hits no farther apart than this are handled together; less than LOOK_BACK. */
const NEAR_BYTES = 512
/** A hit this near to the end of a window that a longer line was cut for opens a new one. */
const AHEAD_MIN = 8192
/** A generic value goes no further than this. */
const MAX_VALUE = 8192
const MAX_AUTH = 512
const DEFAULT_RULE_BASE = 0.85
const GENERIC_BASE = 0.3
/** Without an operator only strict forms come through, which is worth most of what an operator is. */
const LOOSE_BASE = 0.42
const SCHEME_BASE = 0.4
const PARSED_BASE = 0.5
const NEWLINE = 10

export class ScanEngine {
  readonly #finder: KeywordFinder
  readonly #single = new SpanList(1)
  readonly #handlers: Handler[] = []
  /** Keywords below this are rules'. */
  readonly #ruleKeywords: number
  readonly #queue: CandidateQueue
  readonly #hmac: Hmac
  readonly #disabled: ReadonlySet<string>
  readonly #assignment = new Assignment()

  #bytes: Uint8Array = new Uint8Array(0)
  #latin1 = Buffer.alloc(0) as Latin1Buffer
  #from = 0
  #to = 0
  #context: ScanContext = LOG_CONTEXT
  /** The open window and its text. */
  #windowFrom = 0
  #windowTo = -1
  #windowCut = false
  #text = ''
  /** Past the name, URL or key last handled: hits inside it were seen. */
  #nameEnd = 0
  #urlEnd = 0
  #keyEnd = 0
  #encodedEnd = 0

  constructor(options: EngineOptions) {
    this.#hmac = new Hmac(options.fingerprintKey)
    this.#queue = new CandidateQueue(
      new Scorer(options.config, options.classify ?? classify),
      this.#hmac,
      options.honeytoken ?? (() => null),
    )
    this.#disabled = new Set(options.config.disabledRules)
    const keywords: Keyword[] = []
    const add = (text: string, handler: Handler, ignoreCase = false): void => {
      keywords.push({ text, ignoreCase })
      this.#handlers.push(handler)
    }
    for (const rule of options.rules) {
      if (this.#disabled.has(rule.id)) continue
      for (const keyword of rule.keywords) add(keyword, (at) => this.#rule(rule, at), rule.ignoreCase)
    }
    this.#ruleKeywords = keywords.length
    for (const word of NAME_WORDS) {
      const length = nameWordBytes(word)
      add(word, (at) => this.#name(at, length))
    }
    for (const word of COMMAND_KEYWORDS) add(word, (at) => this.#command(at))
    for (const word of ['Bearer ', 'bearer ', 'BEARER ', 'Basic ', 'basic ', 'Bearer%20'])
      add(word, (at) => this.#scheme(at))
    add('://', (at) => this.#url(at))
    for (const word of ENCODED_KEYWORDS) add(word, (at) => this.#encoded(at))
    add('PRIVATE KEY', (at) => this.#privateKey(at))
    add('ookie', (at) => this.#cookies(at))
    add('IDENTIFIED ', (at) => this.#identified(at), true)
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
    this.scanSpans(bytes, spans, () => context, emit)
  }

  /**
   * Finds every secret in each of many spans: far cheaper than one by one where most hold nothing.
   * @param contextOf asked once for each span that is marked or holds something; a marked one is the value of a name
   * @param emit gets the matches of a span in order of their place, with the span's index
   */
  scanSpans(
    bytes: Uint8Array,
    spans: SpanList,
    contextOf: (span: number) => ScanContext,
    emit: (match: Match, span: number) => void,
  ): void {
    const finder = this.#finder
    let open = -1
    const tell = (match: Match): void => emit(match, open)
    finder.begin(bytes, spans)
    while (finder.next()) {
      if (finder.span !== open) {
        if (open >= 0) this.#queue.flush(Number.POSITIVE_INFINITY)
        open = finder.span
        this.#begin(bytes, spans.start[open]!, spans.end[open]!, contextOf(open), tell)
      }
      for (let h = 0; h < finder.hitCount; ) h = this.#handleNear(h)
    }
    if (open >= 0) this.#queue.flush(Number.POSITIVE_INFINITY)
  }

  /**
   * Handles the hits from `h` on that are near to one another, those of rules first: a value that a provider's rule
   * knows need not be judged by its name. @returns the first hit not handled
   */
  #handleNear(h: number): number {
    const { hitAt, hitKeyword, hitCount } = this.#finder
    const first = hitAt[h]!
    if (this.#queue.full) this.#queue.flush(first - LOOK_BACK)
    const rules = this.#ruleKeywords
    let end = h
    for (; end < hitCount && hitAt[end]! - first < NEAR_BYTES; end++)
      if (hitKeyword[end]! < rules) this.#handlers[hitKeyword[end]!]!(hitAt[end]!)
    for (let i = h; i < end; i++) if (hitKeyword[i]! >= rules) this.#handlers[hitKeyword[i]!]!(hitAt[i]!)
    return end
  }

  #begin(
    bytes: Uint8Array,
    start: number,
    end: number,
    context: ScanContext,
    tell: (match: Match) => void,
  ): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as Latin1Buffer
    }
    this.#from = start
    this.#to = end
    this.#context = context
    this.#queue.begin(start, context, tell)
    this.#windowTo = -1
    this.#nameEnd = start
    this.#urlEnd = start
    this.#keyEnd = start
    this.#encodedEnd = start
    if (context.name !== null) this.#named(context.name)
  }

  /** HMAC-SHA-256 of a secret, 32 hex digits. */
  fingerprint(secret: string): string {
    return fingerprintOf(this.#hmac, secret)
  }

  /** Makes the window hold the line around `at`. */
  #open(at: number): void {
    if (
      at >= this.#windowFrom &&
      at < this.#windowTo &&
      !(this.#windowCut && at > this.#windowTo - AHEAD_MIN)
    )
      return
    const bytes = this.#bytes
    let from = at
    const low = Math.max(this.#from, at - LOOK_BACK)
    while (from > low && bytes[from - 1] !== NEWLINE) from--
    let to = at
    const high = Math.min(this.#to, at + LOOK_AHEAD)
    while (to < high && bytes[to] !== NEWLINE) to++
    this.#windowFrom = from
    this.#windowTo = to
    this.#windowCut = to === high && to < this.#to
    this.#text = this.#latin1.latin1Slice(from, to)
  }

  #rule(rule: CompiledRule, at: number): void {
    this.#open(at)
    const found = rule.match(this.#text, at - this.#windowFrom)
    if (found === null) return
    const text = this.#text.slice(found.secretStart, found.secretEnd)
    if (isFiller(text)) return
    const before = this.#text.slice(Math.max(0, found.start - 3), found.start)
    this.#add(rule, rule, found.secretStart, found.secretEnd, DEFAULT_RULE_BASE, `form of ${rule.provider}`, {
      assigned: /[=:]\s?["']?$/.test(before),
    })
  }

  #name(at: number, length: number): void {
    if (at < this.#nameEnd) return
    const bytes = this.#bytes
    let s = at
    let e = at + length
    const low = Math.max(this.#from, at - 64)
    const high = Math.min(this.#to, e + 64)
    while (s > low && nameByte[bytes[s - 1]!] === 1) s--
    while (e < high && nameByte[bytes[e]!] === 1) e++
    this.#nameEnd = e
    // a name that ends the text may have its value before it, one that is all of the text has none
    if (e >= this.#to && s - this.#from < 6) return
    const kind = nameKindOf(bytes, s, e)
    if (kind === NAME_NONE && !nameJoins && s > this.#from && !isEscapeByte(bytes[s - 1]!)) return
    this.#open(at)
    const a = this.#assignment
    const shift = this.#windowFrom
    const limit = Math.min(this.#text.length, at - shift + MAX_VALUE)
    if (!parseAssignment(a, this.#text, at - shift, at + length - shift, limit)) {
      if (a.kind !== NAME_NONE) this.#below(a)
      return
    }
    this.#assigned(a)
  }

  /** A name at the end of its line may have its value in the lines below. */
  #below(a: Assignment): void {
    const bytes = this.#bytes
    const nameEnd = this.#windowFrom + a.nameEnd
    const near = Math.min(this.#to, nameEnd + REST_BYTES)
    let eol = nameEnd
    while (eol < near && bytes[eol] !== NEWLINE) eol++
    if (eol >= near || !mayGoOn(bytes, nameEnd, eol)) return
    const from = this.#windowFrom
    const to = this.#windowTo
    const line = this.#text
    const last = Math.min(this.#to, eol + BELOW_BYTES)
    let end = eol
    for (let lines = 0; end < last && lines <= BELOW_LINES; end++) if (bytes[end] === NEWLINE) lines++
    this.#text = this.#latin1.latin1Slice(from, end)
    this.#windowTo = end
    if (valueBelow(this.#text, a.nameStart, a.nameEnd, this.#text.length)) {
      a.start = belowStart
      a.end = belowEnd
      a.quoted = belowQuoted
      a.form = belowForm
      this.#assigned(a)
    }
    this.#windowTo = to
    this.#text = line
  }

  /** Judges the value of a parsed assignment. */
  #assigned(a: Assignment): void {
    const text = this.#text
    SCHEME.lastIndex = a.start
    const scheme = SCHEME.exec(text)
    if (scheme !== null && SCHEME.lastIndex < text.length) {
      this.#schemeValue(scheme[0], SCHEME.lastIndex, a.kind)
      return
    }
    let start = a.start
    let value = text.slice(start, a.end)
    let kind = a.kind
    if (kind === NAME_AUTH) {
      // `credentials 'secret_key=...'`: the name inside is a hit of its own
      if (/^[A-Za-z_][\w.-]*=[^=]/.test(value) || benignReason(value.slice(0, MAX_AUTH), a.quoted) !== null)
        return
      const pair = /^["']?[\w.@+-]{1,64}\s?[:/]\s?(?=\S{4})/.exec(value)
      if (isBasicCredential(value) && value.length > 8) {
        this.#add(GENERIC.basic, null, start, a.end, PARSED_BASE, 'base64 of user and password', {
          assigned: true,
        })
        return
      }
      if (pair !== null && !/^\w+:\/\//.test(value)) {
        start += pair[0].length
        value = text.slice(start, a.end)
        kind = NAME_PASSWORD
        if (!/\d|[!$%^&*@#+?]/.test(value)) return
      } else kind = NAME_TOKEN
    }
    if (this.#queue.knows(start + this.#windowFrom, start + value.length + this.#windowFrom)) return
    const verdict = judgeValue(kind, percentDecoded(value), a.quoted, a.form)
    if (verdict.kind === 'no') return
    if (verdict.kind === 'words' && !this.#wordsStand(a)) return
    const rule =
      kind === NAME_PASSWORD ? GENERIC.password : kind === NAME_SECRET ? GENERIC.secret : GENERIC.token
    this.#add(
      rule,
      null,
      start,
      start + value.length,
      a.form === FORM_LOOSE ? LOOSE_BASE : GENERIC_BASE,
      `value of ${kindName(kind)}`,
      {
        assigned: a.form !== FORM_LOOSE,
        nameKind: kind,
        words: verdict.kind === 'words',
      },
    )
  }

  /** Words count as a password only where the value ends as values do, not where a sentence goes on. */
  #wordsStand(a: Assignment): boolean {
    const text = this.#text
    const rest = text.slice(a.end, a.end + 40)
    const before = text[a.nameStart - 1]
    // "passwd:shell" is a pair of words in one pair of quotes
    if ((before === '"' || before === "'") && text[a.nameEnd] === ':' && rest[0] === before) return false
    if (a.quoted) return true
    const gap = text.slice(a.nameEnd, a.start)
    // `user, password = split` destructures, `password: string,` declares
    if (/^\s=\s$/.test(gap) && /,\s$/.test(text.slice(Math.max(0, a.nameStart - 2), a.nameStart)))
      return false
    if (/^\s?:\s/.test(gap) && /^\s?[,)};=]/.test(rest)) return false
    if (/^[.]?\s*$/.test(rest)) return true
    return /^(?:[,;&|)\]}"']|\s+(?:--?[A-Za-z]|["']?[\w.-]+["']?\s?[=:]|[|#]|\/\/|&&|\\|\/\w))/.test(rest)
  }

  #schemeValue(scheme: string, at: number, kind: NameKind): void {
    if (isChallenge(scheme)) return
    const limit = Math.min(this.#text.length, at + MAX_VALUE)
    findValue(this.#text, at, limit)
    const start = valueStart
    const value = this.#text.slice(start, valueEnd).replace(/\\+$/, '')
    if (isBasic(scheme)) {
      if (isBasicCredential(value)) {
        this.#add(
          GENERIC.basic,
          null,
          start,
          start + value.length,
          PARSED_BASE,
          'base64 of user and password',
          { assigned: true },
        )
      }
      return
    }
    if (this.#queue.knows(start + this.#windowFrom, start + value.length + this.#windowFrom)) return
    const verdict = judgeValue(
      kind === NAME_NONE ? NAME_TOKEN : NAME_SECRET,
      value,
      valueQuoted,
      FORM_ASSIGNED,
    )
    if (verdict.kind !== 'strong') return
    const rule: RuleInfo = kind === NAME_NONE ? GENERIC.bearer : GENERIC.header
    this.#add(rule, null, start, start + value.length, SCHEME_BASE, 'after an authentication scheme', {
      assigned: true,
      nameKind: NAME_TOKEN,
    })
  }

  #scheme(at: number): void {
    this.#open(at)
    const p = at - this.#windowFrom
    if (!leftBoundary(this.#text, p)) return
    SCHEME.lastIndex = p
    const scheme = SCHEME.exec(this.#text)
    if (scheme !== null) this.#schemeValue(scheme[0], SCHEME.lastIndex, NAME_NONE)
  }

  #url(at: number): void {
    if (at < this.#urlEnd) return
    // Most URLs have no user part: look for `@` before the first byte that ends one.
    const bytes = this.#bytes
    const high = Math.min(this.#to, at + 400)
    let p = at + 3
    for (; p < high; p++) {
      const c = bytes[p]!
      if (c === 64) break
      if (c <= 32 || c === 34 || c === 39 || c === 60 || c === 62 || c === 96) return
    }
    if (p >= high) return
    this.#open(at)
    const kind = parseUserinfo(this.#text, at - this.#windowFrom)
    if (kind === USERINFO_NONE) return
    this.#urlEnd = userinfoEnd + this.#windowFrom
    const rule = kind === USERINFO_PASSWORD ? GENERIC.url : GENERIC.urlToken
    this.#add(rule, null, userinfoStart, userinfoEnd, PARSED_BASE, 'user part of a URL', { assigned: true })
  }

  #command(at: number): void {
    this.#open(at)
    parseCommand(this.#text, at - this.#windowFrom, this.#text.length, (start, end) =>
      this.#add(GENERIC.command, null, start, end, PARSED_BASE, 'option of a command', { assigned: true }),
    )
  }

  #encoded(at: number): void {
    if (at < this.#encodedEnd) return
    this.#open(at)
    const holds = holdsSecret(this.#text, at - this.#windowFrom)
    this.#encodedEnd = encodedEnd + this.#windowFrom
    if (!holds) return
    this.#add(GENERIC.encoded, null, encodedStart, encodedEnd, PARSED_BASE, 'credential inside base64', {
      assigned: true,
    })
  }

  #privateKey(at: number): void {
    if (at < this.#keyEnd) return
    const begin = findPrivateKey(this.#bytes, at, this.#from, this.#to)
    if (begin < 0) return
    this.#keyEnd = privateKeyEnd
    this.#open(begin)
    const text = this.#latin1.latin1Slice(begin, privateKeyEnd)
    this.#keep({
      rule: GENERIC.privateKey,
      compiled: null,
      start: 0,
      end: 0,
      text,
      base: 0.9,
      baseNote: 'private key block',
      assigned: false,
      nameKind: NAME_NONE,
      words: false,
      from: begin,
      to: privateKeyEnd,
      line: this.#text.slice(0, Math.max(0, begin - this.#windowFrom)),
    })
  }

  #cookies(at: number): void {
    this.#open(at)
    const header = /ookie2?["'\\]{0,8}\s?[:=]\s?["'\\]{0,8}/y
    header.lastIndex = at - this.#windowFrom
    if (!header.test(this.#text)) return
    const pair = /\s?([\w.%-]{1,64})=([^;\s"'\\,]{1,4096})(?:;|$|(?=[\s"'\\,]))/y
    pair.lastIndex = header.lastIndex
    for (let m = pair.exec(this.#text); m !== null; m = pair.exec(this.#text)) {
      if (classifyName(m[1]!) !== NAME_NONE) continue // the name says it all, and is a hit of its own
      if (
        !/sess|auth|token|jwt|^sid$|[._-]sid$|sso|remember|login|ticket/i.test(m[1]!) ||
        /csrf|xsrf/i.test(m[1]!)
      )
        continue
      const value = percentDecoded(m[2]!)
      if (judgeValue(NAME_TOKEN, value, true, FORM_ASSIGNED).kind !== 'strong' || value.length < 20) continue
      const start = pair.lastIndex - m[0].length + m[0].indexOf('=') + 1
      this.#add(GENERIC.cookie, null, start, start + m[2]!.length, GENERIC_BASE, 'session cookie', {
        assigned: true,
        nameKind: NAME_TOKEN,
      })
    }
  }

  /** `IDENTIFIED BY 'x'`, with or without a plugin's name. */
  #identified(at: number): void {
    this.#open(at)
    const re = /identified\s+(?:with\s+\S{1,40}\s+)?(?:by|using)\s+(?:password\s+)?(?=[\\"'\w])/iy
    re.lastIndex = at - this.#windowFrom
    if (!re.test(this.#text)) return
    findValue(this.#text, re.lastIndex, this.#text.length)
    const value = this.#text.slice(valueStart, valueEnd)
    const verdict = judgeValue(NAME_PASSWORD, value, valueQuoted, valueQuoted ? FORM_ASSIGNED : FORM_LOOSE)
    if (verdict.kind === 'no') return
    this.#add(GENERIC.sql, null, valueStart, valueEnd, GENERIC_BASE, 'password of a statement', {
      assigned: true,
      nameKind: NAME_PASSWORD,
      words: verdict.kind === 'words',
    })
  }

  /** The whole span is the value of `name`. */
  #named(name: string): void {
    const kind = classifyName(name)
    if (kind === NAME_NONE || this.#to - this.#from > MAX_VALUE || this.#to === this.#from) return
    this.#open(this.#from)
    const a = this.#assignment
    a.name = name
    a.kind = kind
    a.start = 0
    a.end = this.#text.length
    a.quoted = true
    a.form = FORM_ASSIGNED
    a.flag = false
    this.#assigned(a)
  }

  /** Keeps a candidate whose offsets are in the window's text. */
  #add(
    rule: RuleInfo,
    compiled: CompiledRule | null,
    start: number,
    end: number,
    base: number,
    baseNote: string,
    signs: { readonly assigned: boolean; readonly nameKind?: NameKind; readonly words?: boolean },
  ): void {
    if (end <= start) return
    this.#keep({
      rule,
      compiled,
      start,
      end,
      text: this.#text.slice(start, end),
      base,
      baseNote,
      assigned: signs.assigned,
      nameKind: signs.nameKind ?? NAME_NONE,
      words: signs.words ?? false,
      from: start + this.#windowFrom,
      to: end + this.#windowFrom,
      line: this.#context.format === 'log' ? '' : this.#text.slice(0, start),
    })
  }

  #keep(found: Found): void {
    if (!this.#disabled.has(found.rule.id)) this.#queue.add(found)
  }
}

/** `\n`, `%` and the like before a name: its first letters may belong to an escape. */
const isEscapeByte = (c: number): boolean => c === 92 || c === 37 || c === 91

const kindName = (kind: NameKind): string =>
  kind === NAME_PASSWORD
    ? 'a password field'
    : kind === NAME_SECRET
      ? 'a key or secret field'
      : 'a token field'
