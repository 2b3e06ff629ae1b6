import { codeAt } from '../code-at.ts'
import { matchAt } from '../match-at.ts'
import { nameIn } from '../name-cache.ts'
import { classifyName, NAME_NONE, NAME_PASSWORD, NAME_TOKEN } from '../name-grammar.ts'
import type { Assignment } from './parsed.ts'

/** Routers: `radius-server host 10.1.1.1 key ...`. */
const DEVICE_KEY =
  /\b(?:radius|tacacs|isakmp|ntp|ospf|bgp|eigrp|pre-shared-key)[\w-]{0,12}(?: [\w.:-]{1,40}){0,6} $/
const DEVICE_SECRET = /\b(?:enable|(?:user|username|client|local-user) \S{1,40}(?: \{)?) $/

/** Words of programs before a name, which are no part of it. */
const DECLARES =
  /^(?:use|used|using|our|your|and|or|with|string|str|final|const|let|var|val|static|char|char\d\d|auto|my|our|local|export|set|dim|public|private|protected|readonly|the|a|this|new|text|varchar|nvarchar)$/i

/** `the private key`, `SSL private key`; `private key = 1` declares a field. */
const isPrivateKey = (text: string, s: number, before: string): boolean =>
  before === 'private' && /[\w:|,(] private $/.test(text.slice(Math.max(0, s - 10), s))
/** The word that completes a name. */
const LAST_WORD = /[A-Za-z0-9]{2,16}$/

/** Sets name and kind, and takes off its bounds what is not part of it. */
export function nameAround(out: Assignment, text: string, keywordStart: number, keywordEnd: number): void {
  let s = out.nameStart
  let e = out.nameEnd
  s += escapeLength(text, s, keywordStart)
  out.flag = false
  if (text.charCodeAt(s) === 45 && codeAt(text, s - 1) !== 92 && /^-{1,2}[A-Za-z]/.test(text.slice(s, s + 3)))
    out.flag = true
  while (e > keywordEnd && (text.charCodeAt(e - 1) === 45 || text.charCodeAt(e - 1) === 46)) e--
  if (out.flag && /^-[DP][A-Za-z]{3}/.test(text.slice(s, Math.min(e, s + 5)))) {
    // -Dname=value of Java, -Pname=value of Gradle
    s += 2
    out.flag = false
  }
  if (s !== out.nameStart || e !== out.nameEnd) out.written = nameIn(text, s, e)
  let { kind, text: name } = out.written
  if (
    out.written.joins &&
    (kind === NAME_NONE || kind === NAME_TOKEN) &&
    s >= 3 &&
    text.charCodeAt(s - 1) === 32
  ) {
    // two words: "API key: ...", "client secret = ..."
    const before = LAST_WORD.exec(text.slice(Math.max(0, s - 18), s - 1))
    if (before !== null && (!DECLARES.test(before[0]) || isPrivateKey(text, s, before[0]))) {
      const joined = classifyName(`${before[0]}_${name}`)
      if (joined !== NAME_NONE || kind === NAME_TOKEN) {
        kind = joined
        name = `${before[0]} ${name}`
        s -= before[0].length + 1
      }
    }
  }
  if (
    kind === NAME_NONE &&
    e - s === 5 &&
    /^passe$/i.test(name) &&
    /\bmot de $/i.test(text.slice(Math.max(0, s - 8), s))
  )
    kind = NAME_PASSWORD
  if (kind === NAME_NONE && name === 'key' && DEVICE_KEY.test(text.slice(Math.max(0, s - 60), s)))
    kind = NAME_PASSWORD
  // `enable secret ...`, `username bob secret ...` of routers are passwords
  if (kind !== NAME_NONE && name === 'secret' && DEVICE_SECRET.test(text.slice(Math.max(0, s - 60), s)))
    kind = NAME_PASSWORD
  // FortiGate encrypts what it shows; GnuPG names a key by its fingerprint
  if (
    text.startsWith(' ENC ', e) ||
    (kind !== NAME_NONE && text.startsWith('using ', s - 6) && /^[rde][sd]a key$/i.test(name))
  )
    kind = NAME_NONE
  out.name = name
  out.kind = kind
  out.nameStart = s
  out.nameEnd = text.charCodeAt(e) === 32 && kind !== NAME_NONE ? pastQualifier(text, e) : e
}

/** Past the last word of a title: `| API key new | ...`, `**Password V2**:`, `<td>Auth token live</td>`. */
function pastQualifier(text: string, e: number): number {
  const p = matchAt(QUALIFIER, text, e)
  return p < 0 ? e : p
}
const QUALIFIER =
  / (?:[Nn]ew|[Oo]ld|[Ll]ive|[Pp]rod(?:uction)?|[Ss]taging|[Dd]ev|[Tt]est|[Mm]ain|[Mm]aster|[Pp]rimary|[Ss]econdary|[Bb]ackup|[Vv]?\d{1,2}|EU|Eu|US|Us|UK|APAC)(?= {0,40}\||<\/|\*\*)/y

/** Characters at `s` that are the tail of an escape rather than of the name: `\n`, `%26`, `\u0026`, `ESC[0m`. */
function escapeLength(text: string, s: number, keywordStart: number): number {
  if (s === 0 || s >= keywordStart) return 0
  const before = codeAt(text, s - 1)
  if (before === 92) {
    const m = /^(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrtbf])/.exec(text.slice(s, s + 5))
    return m !== null && s + m[0].length <= keywordStart ? m[0].length : 0
  }
  if (before === 37 && s + 2 <= keywordStart && /^[0-9a-fA-F]{2}/.test(text.slice(s, s + 2))) return 2
  if (before === 91 && s >= 2 && text.charCodeAt(s - 2) === 27)
    return /^[\d;]*m?/.exec(text.slice(s, keywordStart))![0].length
  return 0
}
