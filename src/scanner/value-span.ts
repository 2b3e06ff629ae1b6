/**
 * Where a value ends. Logs put values into quotes of any depth of escaping, URLs, tuples, tables and prose, so the end
 * depends on what opened it. Text is latin1: one character a byte.
 */

/** Result of the last {@link findValue}. */
export let valueStart = 0
export let valueEnd = 0
/** Quotes stood around it. */
export let valueQuoted = false

const QUOTE = new Uint8Array(256)
for (const c of `"'\``) QUOTE[c.charCodeAt(0)] = 1
const BACKSLASH = 92

/** `sensitive("...")`, `SecretStr('...')`, `std::string{"..."}`: a call that only wraps a text. */
const WRAPPER =
  '(?!(?:\\w*(?:get|Get|fetch|lookup|read|load|find|resolve|hash|decrypt)|credentials|env|var|param|file|ref|input|prompt|import))(?:[\\w.:]{0,24}(?:[sS]ecret|[sS]ensitive|[sS]tring|[sS]tr|[pP]lain|[tT]ext|[rR]aw|[gG]uard|[pP]rotect|[vV]alue|[lL]iteral|[bB]ytes?|[qQ]uote|[wW]rap|[pP]assword|[tT]oken|[cC]redential|URIComponent|Escape)[\\w.:]{0,16}|Some|Optional|Redacted|Just|Ok|of|from|atob|b64decode|base64\\.b64decode|Buffer\\.from|N|E|U&|q|qq|secret)'
const WRAP = new RegExp(
  `string\\(\\d{1,4}\\) (?=")|\\{\\s?\\\\{0,7}["'](?:[tT]ype\\\\{0,7}["']\\s?:\\s?\\\\{0,7}["'][\\w:<>]{1,40}\\\\{0,7}["'],\\s?\\\\{0,7}["'])?(?:value|stringValue|string|default|Default|S|plaintext|Value)\\\\{0,7}["']\\s?:\\s?|!!(?:str|binary|python\\/\\w+) |(?:new )?${WRAPPER}\\s?[({]\\s?(?=\\\\{0,7}["'\`])|ConvertTo-SecureString (?:-String )?|(?<==)Optional\\[|(?:\\$state|useState|signal|mutableStateOf)\\((?=["'\`])|\\.(?:asciz|ascii|string) (?=")|(?:Some|Just|(?:[A-Z]\\w{0,8}\\.)?pack|fromString) (?=["'])|\\[\\](?:byte|string)[({](?=\\\\{0,7}["'\`])|Some\\(|SecretStr\\(|\\{(?:str|String)\\} (?=["'])|[bBuUrRfFNELx]{1,2}(?=\\\\{0,7}["'])|@(?=")|\\[\\s?(?=\\\\{0,7}["'])|\\{\\s?(?=\\\\{0,7}["'])|&(?=\\\\{0,7}")|<<(?=")|[&!]\\w{1,24} (?=\\\\{0,7}["'])|(?:F|T|_T|TEXT|PSTR)\\((?=")|\\(\\s?(?=\\\\{0,7}["'])|0x[0-9a-f]{2,16} (?=")`,
  'y',
)
const NEXT_NAME = /(?:amp;|#38;)?[\w.%[\]-]{1,40}=/y
const ENTITY = /(?:quot|lt|gt|apos|nbsp|#39|#34|#x27|#x22|#60|#62);/y
const NEXT_PAIR = /,\s?\\{0,7}["'`]?[\w. -]{1,40}\\{0,7}["'`]?\s?[=:]/y
const AFTER_SEMICOLON = /;(?:$|[\s"'`\\)\]}]|[\w. -]{1,40}=)/y
const AFTER_BAR = /\|(?:$|[\s|]|\w{1,30}=)/y

/** Jira's `{code}`. */
const MARKUP = /\{(?:code|noformat|quote|color|panel)\b/y
/** `^` separates fields in LEEF. */
const AFTER_CARET = /\^[A-Za-z]\w{0,30}=/y

const test = (re: RegExp, text: string, at: number): boolean => {
  re.lastIndex = at
  return re.test(text)
}

/** Finds the value that begins at or after `at`, before `limit`. */
export function findValue(text: string, at: number, limit: number): void {
  let p = text.charCodeAt(at) >= 0xc2 ? pastOpeningQuote(text, at) : at
  for (let i = 0; i < 2 && mayWrap(text, p, limit); i++) {
    WRAP.lastIndex = p
    if (!WRAP.test(text)) break
    p = WRAP.lastIndex
  }
  let slashes = 0
  while (p + slashes < limit && slashes < 16 && text.charCodeAt(p + slashes) === BACKSLASH) slashes++
  const q = p + slashes
  if (rawText(text, p, limit)) return
  if (q < limit && QUOTE[text.charCodeAt(q) & 255] === 1) {
    quotedValue(text, q, slashes, limit)
    if (valueQuoted) unquoteInner(text)
  } else if (slashes > 0 && escapedQuote(text, p, q, limit)) return
  else if (text.startsWith('%22', p)) until(text, p + 3, '%22', limit)
  else if (text.startsWith('%2522', p)) until(text, p + 5, '%2522', limit)
  else if (text.startsWith('&quot;', p)) until(text, p + 6, '&quot;', limit)
  else if (text.startsWith('<![CDATA[', p)) until(text, p + 9, ']]>', limit)
  else if (!bracketedValue(text, p, limit)) bareValue(text, p, limit)
}

/** Texts with delimiters of their own: Perl's `q{}`, Lua's `[[]]`, Rust's `r#""#`, C++'s `R"()"`, Nix's `''`. */
const RAW: readonly (readonly [open: RegExp, close: string])[] = [
  [/%?q{1,2}\{/y, '}'],
  [/%?q{1,2}\[/y, ']'],
  [/%?q{1,2}\(/y, ')'],
  [/\[\[/y, ']]'],
  [/b?r#"/y, '"#'],
  [/[Lu8U]{0,2}R"\(/y, ')"'],
  [/''(?=[A-Za-z0-9])/y, "''"],
]
const RAW_START = new Uint8Array(256)
for (const c of "q%[rbRLuU8'") RAW_START[c.charCodeAt(0)] = 1

function rawText(text: string, p: number, limit: number): boolean {
  const first = text.charCodeAt(p)
  if (RAW_START[first & 255] !== 1) return false
  if (first === 39 && text.charCodeAt(p + 1) !== 39) return false
  for (const [open, close] of RAW) {
    open.lastIndex = p
    if (!open.test(text)) continue
    const from = open.lastIndex
    const end = text.indexOf(close, from)
    if (end < 0 || end > limit || end - from > 512) continue
    valueStart = from
    valueEnd = end
    valueQuoted = true
    return true
  }
  return false
}

/** `"'value'"`, `"\"value\""`: quotes inside quotes. */
function unquoteInner(text: string): void {
  const first = text.charCodeAt(valueStart)
  if (first !== 34 && first !== 39 && first !== BACKSLASH) return
  const m = /^(\\{0,7}["'])[^"']{3,256}$/.exec(
    text.slice(valueStart, Math.min(valueEnd, valueStart + 300)).replace(/\\{0,7}["']$/, ''),
  )
  if (m === null || !text.startsWith(m[1]!, valueEnd - m[1]!.length)) return
  valueStart += m[1]!.length
  valueEnd -= m[1]!.length
}

/** Cheap look before {@link WRAP}: most values begin with their quote, or go on to a blank. */
function mayWrap(text: string, at: number, limit: number): boolean {
  const first = text.charCodeAt(at)
  if (first === 34 || first === 92 || first === 37) return false
  if (WORDY[first & 255] !== 1) return first !== 39 && first !== 96
  let p = at + 1
  const end = Math.min(limit, at + 64)
  while (p < end && WORDY[text.charCodeAt(p) & 255] === 1) p++
  const c = text.charCodeAt(p)
  if (c === 32) return QUOTE[text.charCodeAt(p + 1) & 255] === 1
  return c === 40 || c === 123 || c === 91 || c === 34 || c === 39 || c === 96 || c === 92
}
const WORDY = new Uint8Array(256)
for (let c = 0; c < 256; c++) WORDY[c] = /[\w.:$]/.test(String.fromCharCode(c)) ? 1 : 0

/** `\u0022value\u0022`, `\x22value\x22`, at any depth. */
function escapedQuote(text: string, p: number, q: number, limit: number): boolean {
  const m = /^(?:u002[27]|x2[27])/.exec(text.slice(q, q + 5))
  if (m === null) return false
  const from = q + m[0].length
  until(text, from, text.slice(p, from), limit)
  return true
}

/** `key=[value]`, as frameworks print form fields. */
function bracketedValue(text: string, p: number, limit: number): boolean {
  if (text[p] !== '[') return false
  BRACKETED.lastIndex = p
  const m = BRACKETED.exec(text)
  if (m === null || p + m[0].length > limit) return false
  valueStart = p + 1
  valueEnd = valueStart + m[1]!.length
  valueQuoted = false
  return true
}
const BRACKETED = /\[(?![A-Za-z_ -]+\])([^\s[\],;"']{4,200})\]/y

function until(text: string, from: number, mark: string, limit: number): void {
  const end = text.indexOf(mark, from)
  valueStart = from
  valueEnd = end < 0 || end > limit ? limit : end
  valueQuoted = true
}

/** `q` is the quote, `slashes` escape it; the end is the same quote with at most as many. */
function quotedValue(text: string, q: number, slashes: number, limit: number): void {
  const quote = text[q]!
  let from = q + 1
  if (slashes === 0 && text.startsWith(quote + quote, from) && text[from + 2] !== undefined) from += 2
  valueStart = from
  valueQuoted = true
  for (let end = text.indexOf(quote, from); end >= 0 && end < limit; end = text.indexOf(quote, end + 1)) {
    let before = 0
    while (end - before > from && text.charCodeAt(end - before - 1) === BACKSLASH) before++
    // `\\"` at depth 0 ends the text; an odd number of slashes escapes the quote
    if (slashes === 0 ? before % 2 === 0 : before <= slashes) {
      valueEnd = end - (slashes === 0 ? 0 : Math.min(before, slashes))
      return
    }
  }
  // No closing quote: cut or broken text. The value goes to the next blank.
  bareValue(text, from, limit)
  valueQuoted = false
}

/** The last long bare value: what begins inside it ends where it ends, so `a=a=a=...` is not read over and over. */
const LONG_VALUE = 256
let longText = ''
let longStart = 0
let longEnd = 0

/** A value without quotes ends at what cannot belong to it in URLs, tuples, connection strings or prose. */
function bareValue(text: string, from: number, limit: number): void {
  if (from > longStart && from < longEnd - LONG_VALUE && text === longText) {
    valueStart = from
    valueEnd = Math.min(longEnd, limit)
    valueQuoted = false
    return
  }
  let depth = 0
  let e = from
  scan: for (; e < limit; e++) {
    const c = text.charCodeAt(e)
    switch (c) {
      case 34: // "
      case 39: // '
      case 96: // `
      case 60: // <
        break scan
      case 62: // >
        if (e > from) break scan
        break
      case 59: // ;
        if (test(AFTER_SEMICOLON, text, e)) break scan
        break
      case 124: // |
        if (test(AFTER_BAR, text, e)) break scan
        break
      case 94: // ^
        if (test(AFTER_CARET, text, e)) break scan
        break
      case 38: // &
        if (
          e + 1 >= limit ||
          text.charCodeAt(e + 1) <= 32 ||
          test(NEXT_NAME, text, e + 1) ||
          test(ENTITY, text, e + 1)
        )
          break scan
        break
      case BACKSLASH:
        if (isEscape(text, e)) break scan
        break
      case 44: {
        const following = text.charCodeAt(e + 1)
        if (!(following > 32) || QUOTE[following & 255] === 1 || following === 123) break scan
        if (test(NEXT_PAIR, text, e)) break scan
        break
      }
      case 123:
        if (test(MARKUP, text, e)) break scan
        depth++
        break
      case 40:
      case 91:
        depth++
        break
      case 41:
      case 93:
      case 125:
        if (depth === 0 && isClosed(text, e + 1, limit)) break scan
        if (depth > 0) depth--
        break
      default:
        if (c <= 32 || c === 127) break scan
        if (c >= 0xc2 && endsInUtf8(text, c, e)) break scan
    }
  }
  while (e > from && isTrailing(text.charCodeAt(e - 1)) && !endsConfigLine(text, from, e, limit)) e--
  valueStart = from
  valueEnd = e
  valueQuoted = false
  if (e - from > LONG_VALUE) {
    longText = text
    longStart = from
    longEnd = e
  }
}

/** Past a typographic opening quote. */
const pastOpeningQuote = (text: string, at: number): number =>
  text.startsWith('\xc2\xab', at)
    ? at + 2
    : text.startsWith('\xe2\x80', at) && (text.charCodeAt(at + 2) & 0xfb) === 0x98
      ? at + 3
      : at

/** A blank that does not break, or a typographic closing quote. */
const endsInUtf8 = (text: string, c: number, e: number): boolean => {
  const next = text.charCodeAt(e + 1)
  if (c === 0xc2) return next === 0xa0 || next === 0xbb
  return c === 0xe2 && next === 0x80 && (text.charCodeAt(e + 2) & 0xfb) === 0x99
}

/** `key=value.` at the end of a line: the point belongs to the value, no sentence is written so. */
const endsConfigLine = (text: string, from: number, e: number, limit: number): boolean =>
  (e >= limit &&
    text.charCodeAt(e - 1) === 46 &&
    /^\s*(?:- )?[\w.-]+: $/.test(text.slice(0, Math.min(from, 160)))) ||
  (text.charCodeAt(e - 1) === 46 &&
    (text.charCodeAt(from - 1) === 61 || text.charCodeAt(from - 2) === 61) &&
    from < 160 &&
    /^\s*(?:export |set |- )?[\w.-]+\s?=\s?$/.test(text.slice(0, from)) &&
    (e >= limit || text.charCodeAt(e) === 13))

/** `,` `.` `:` after a value belong to the sentence. */
const isTrailing = (c: number): boolean => c === 44 || c === 46 || c === 58 || c === 59

/** After a closing bracket that nothing opened: the end of the tuple. */
function isClosed(text: string, at: number, limit: number): boolean {
  if (at >= limit) return true
  const c = text.charCodeAt(at)
  return (
    c <= 32 ||
    c === 44 ||
    c === 59 ||
    c === 41 ||
    c === 93 ||
    c === 125 ||
    c === 46 ||
    c === 58 ||
    QUOTE[c & 255] === 1 ||
    c === 60 ||
    c === BACKSLASH
  )
}

/** `\n`, `\"`, `\u0026` and the like end a bare value inside a JSON text. */
function isEscape(text: string, at: number): boolean {
  let p = at
  while (text.charCodeAt(p) === BACKSLASH) p++
  const c = text[p]
  if (c === undefined) return true
  if (c === '0') return /^0(?:[A-Z_]{2,}|$)/.test(text.slice(p, p + 5))
  if (c === 'x') return /^x(?:0[09ad]|2[267]|3[ce])/i.test(text.slice(p, p + 3))
  if (c === 'u') return /^u00(?:0[09ad]|2[26]|3[ce])/i.test(text.slice(p, p + 5))
  return c === 'n' || c === 'r' || c === 't' || c === '"' || c === "'"
}

/** The text of an XML element: up to the next tag, blanks trimmed. */
export function findElementText(text: string, at: number, limit: number): void {
  if (text.startsWith('<![CDATA[', at)) {
    until(text, at + 9, ']]>', limit)
    return
  }
  let s = at
  let e = text.indexOf('<', at)
  if (e < 0 || e > limit) e = limit
  while (s < e && text.charCodeAt(s) <= 32) s++
  while (e > s && text.charCodeAt(e - 1) <= 32) e--
  valueStart = s
  valueEnd = e
  valueQuoted = true
}
