import { bareEnd } from './bare-value.ts'
import { Beginnings } from './beginnings.ts'

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
const EQUALS = 61
const OPEN_BRACE = 123
const KEY_END = /^\\{0,3}["']\s?:/

/** `sensitive("...")`, `SecretStr('...')`, `std::string{"..."}`: a call that only wraps a text. */
const WRAPPER =
  '(?!(?:\\w*(?:get|Get|fetch|lookup|read|load|find|resolve|hash|decrypt)|credentials|env|var|param|file|ref|input|prompt|import))(?:[\\w.:]{0,24}(?:[sS]ecret|[sS]ensitive|[sS]tring|[sS]tr|[pP]lain|[tT]ext|[rR]aw|[gG]uard|[pP]rotect|[vV]alue|[lL]iteral|[bB]ytes?|[qQ]uote|[wW]rap|[pP]assword|[tT]oken|[cC]redential|URIComponent|Escape)[\\w.:]{0,16}|Some|Optional|Redacted|Just|Ok|of|from|atob|b64decode|base64\\.b64decode|Buffer\\.from|N|E|U&|q|qq|secret)'
const WRAP = new RegExp(
  `string\\(\\d{1,6}\\) (?=")|(?:chr|str) (?=")|\\{\\s?\\\\{0,7}["'](?:[tT]ype\\\\{0,7}["']\\s?:\\s?\\\\{0,7}["'][\\w:<>]{1,40}\\\\{0,7}["'],\\s?\\\\{0,7}["'])?(?:value|stringValue|string|default|Default|S|plaintext|Value|old|new|before|after|from|to|current)\\\\{0,7}["']\\s?:\\s?|&[a-z]\\w{1,24} (?=\\S)|\\[[sS](?:ecureS)?tring\\]\\s?(?=["'])|[A-Z]\\w{1,16}::(?:new|from)\\(\\|\\| ?(?=")|!!(?:str|binary|python\\/\\w+) |(?:new )?${WRAPPER}\\s?[({]\\s?(?=\\\\{0,7}["'\`])|ConvertTo-SecureString (?:-String )?|(?<==)Optional\\[|(?:\\$state|useState|signal|mutableStateOf)\\((?=["'\`])|\\.(?:asciz|ascii|string) (?=")|(?:Some|Just|(?:[A-Z]\\w{0,8}\\.)?pack|fromString) (?=["'])|\\[\\](?:byte|string)[({](?=\\\\{0,7}["'\`])|Some\\(|SecretStr\\(|\\{(?:str|String)\\} (?=["'])|[bBuUrRfFNELx]{1,2}(?=\\\\{0,7}["'])|@(?=")|\\[\\s?(?=\\\\{0,7}["'])|\\{\\s?(?=\\\\{0,7}["'])|&(?=\\\\{0,7}")|<<(?=")|[&!]\\w{1,24} (?=\\\\{0,7}["'])|(?:F|T|_T|TEXT|PSTR)\\((?=")|\\(\\s?(?=\\\\{0,7}["'])|0x[0-9a-f]{2,16} (?=")`,
  'y',
)
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
    // {"description": ...}: a name of its own
    if (text.charCodeAt(p - 1) === OPEN_BRACE && p > at && KEY_END.test(text.slice(valueEnd, valueEnd + 6)))
      valueEnd = valueStart
  } else if (slashes > 0 && escapedQuote(text, p, q, limit)) return
  else if (!markedValue(text, p, limit)) bareValue(text, p, limit)
}

/** Quotes of URLs, HTML and XML, and brackets. */
function markedValue(text: string, p: number, limit: number): boolean {
  switch (p < text.length ? text.charCodeAt(p) : 0) {
    case 123: // {, of a connection string
      return text.charCodeAt(p - 1) === EQUALS && enclosedValue(text, p, limit, BRACED, true)
    case 37: // %
      return until(text, p, '%22', '%22', limit) || until(text, p, '%2522', '%2522', limit)
    case 38: // &
      return until(text, p, '&quot;', '&quot;', limit)
    case 42: // *
      return enclosedValue(text, p, limit, EMPHASIZED, false)
    case 60: // <
      return until(text, p, '<![CDATA[', ']]>', limit)
    case 91: // [
      return enclosedValue(text, p, limit, BRACKETED, false)
    default:
      return false
  }
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
const RAW_BEGINNINGS = new Beginnings(
  `%q qq q{ q[ q( [[ br r# R" ${'L u 8 U'.replace(/\w/g, '$&R $&L $&u $&8 $&U')} ''`.split(' '),
)

function rawText(text: string, p: number, limit: number): boolean {
  if (!RAW_BEGINNINGS.at(text, p)) return false
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
  const quote = text.slice(p, q + m[0].length)
  return until(text, p, quote, quote, limit)
}

/** `**value**` of Markdown. */
const EMPHASIZED = /\*\*([^\s*]{4,128})\*\*/y
/** `Pwd={value};` of ODBC. */
const BRACED = /\{([^\s{};"']{4,128})\};/y
/** `key=[value]`, as frameworks print form fields. */
const BRACKETED = /\[(?![A-Za-z_ -]+\])([^\s[\],;"']{4,200})\]/y

/** @param form its group 1 is the value, which holds nothing of what opens it @param quoted taken as good as quoted */
function enclosedValue(text: string, p: number, limit: number, form: RegExp, quoted: boolean): boolean {
  form.lastIndex = p
  const m = form.exec(text)
  if (m === null || p + m[0].length > limit) return false
  valueStart = p + m[0].indexOf(m[1]!)
  valueEnd = valueStart + m[1]!.length
  valueQuoted = quoted
  return true
}

/** The value between `open`, when that stands at `p`, and the next `close`. */
function until(text: string, p: number, open: string, close: string, limit: number): boolean {
  if (!text.startsWith(open, p)) return false
  const from = p + open.length
  const end = text.indexOf(close, from)
  valueStart = from
  valueEnd = end < 0 || end > limit ? limit : end
  valueQuoted = true
  return true
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
}

function bareValue(text: string, from: number, limit: number): void {
  valueStart = from
  valueEnd = bareEnd(text, from, limit)
  valueQuoted = false
}

/** Past a typographic opening quote. */
const pastOpeningQuote = (text: string, at: number): number =>
  text.startsWith('\xc2\xab', at)
    ? at + 2
    : text.startsWith('\xe2\x80', at) && (text.charCodeAt(at + 2) & 0xfb) === 0x98
      ? at + 3
      : at

/** The text of an XML element: up to the next tag, blanks trimmed. */
export function findElementText(text: string, at: number, limit: number): void {
  if (text.startsWith('<![CDATA[', at)) {
    until(text, at, '<![CDATA[', ']]>', limit)
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
