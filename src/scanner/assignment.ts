import { FORM_ASSIGNED, FORM_LOOSE, FORM_PAIR, type ValueForm } from './judge-value.ts'
import { classifyName, NAME_NONE, NAME_SECRET, NAME_TOKEN, type NameKind } from './name-grammar.ts'
import { findElementText, findValue, valueEnd, valueQuoted, valueStart } from './value-span.ts'

/**
 * One parser for every way logs and files say "this name has this value": key=value, key: value, JSON at any depth of
 * escaping, YAML, environment, query strings, headers, flags, XML elements and attributes, name/value pairs, typed
 * declarations, calls, struct and object dumps, tables and prose.
 *
 *   ... { \"db_password\" :  \"hunter2\" } ...
 *           ^ name            ^ value
 *
 * Patterns are sticky, bounded and without nested repetition: the time for one name is constant.
 */

/** Routers: `radius-server host 10.1.1.1 key ...`. */
const DEVICE_KEY = /\b(?:radius|tacacs|isakmp)[\w-]{0,12}(?: [\w.:-]{1,40}){0,3} $/

const MAX_NAME = 64

const isNameChar = new Uint8Array(256)
for (let c = 48; c < 58; c++) isNameChar[c] = 1
for (let c = 65; c < 91; c++) {
  isNameChar[c] = 1
  isNameChar[c + 32] = 1
}
for (const c of '_-.') isNameChar[c.charCodeAt(0)] = 1

const Q = `(?:\\\\{0,7}["'\`]|&quot;|%22)`
const OPERATOR = new RegExp(
  `${Q}?(?:\\*{1,2}|__)?(?:\\]|%5D|\\}|\\?)?(?:\\.[Vv]alue)?(?: \\([\\w ,-]{1,24}\\))?(?:\\*{1,2}|</(?:b|strong|em|i|code|th|span|label|dt)>)?[ \\t]{0,12}(?:=>|:=|\\xe2\\x86\\x92|\\.(?= ["'])|={1,3}|:{1,2}|->|<-|%3[DdAa]|\\|\\|=?|\\?\\?=?|//=|\\.=|\\+=|\\?=)(?:\\*{1,2}|</(?:b|strong|em|i|code|th|span|label|dt)>)?\\s{0,12}(?:<(?:b|code|strong|em|i|td|dd|span|kbd)>)?`,
  'y',
)
const NAME_VALUE = new RegExp(
  `${Q}\\s?,\\s{0,4}${Q}(?:[vV]alue|VALUE|val|content|default|defaultValue|current|data|plaintext)${Q}\\s?:\\s?(?:\\{\\s?${Q}(?:string_?[vV]alue|S|s|value)${Q}\\s?:\\s?)?`,
  'y',
)
/** `ParameterKey=name,ParameterValue=...`, `"name";s:9:"..."` of PHP. */
const LISTED_VALUE = new RegExp(`,\\s?(?:[Pp]arameter)?[vV]alue=|${Q};\\s?s:\\d{1,4}:(?=${Q})`, 'y')
const BLOCK_VALUE = /["']\s?\{\s{0,4}(?:type\s?=\s?\w{1,12}\s{1,4})?(?:default|value)\s{0,4}=\s{0,4}/y
const XML_ATTRIBUTE =
  /["']\s{1,8}(?:[\w:-]{1,30}=["'][^"'<>]{0,60}["']\s{1,8}){0,3}(?:value|content|val|default|text)\s?=\s?/y
const XML_KEYED_TEXT = /["'](?:\s[^<>]{0,80})?>/y
const XML_SIBLING =
  /<\/[\w:]{1,20}>\s{0,12}<(?:string|value|val|td|dd|code|data|dt|th|span)(?:\s[^<>]{0,60})?>/y
const XML_ELEMENT = /(?:\s[^<>]{0,120})?>/y
const CALL = /[?!]?\s?[({]\s?(?=(?:[bBuUrRN@&]|secret\.)?\\{0,7}["'`])/y
const TYPED =
  /\??(?:\[\d{0,5}\])?\s?:\s?[&*]?(?:'\w{1,10} )?[A-Za-z_][\w.]{0,30}(?:<[^<>=]{0,30}>)?[?!]?(?:\s?\|\s?\w{1,12})?\s{0,4}:?=\s{0,4}(?=(?:[@bBuUrRN&]|Some\(|new String\(|\$)?\\{0,3}["'`])|\s?(?:\[\d{0,5}\]|\s[*&]?\[?\]?[A-Za-z][\w.]{0,20})\s{0,12}:?=\s{0,4}(?=[@LNbru]?["'`])/y
const TUPLE = new RegExp(`${Q}\\s?[,;]\\s{0,4}(?=[bBuUrRN@]?${Q})`, 'y')
const FLAG_GAP = new RegExp(`${Q}\\s+a\\d{1,3}=(?=${Q})|${Q}?,?[ \\t]+|${Q}\\s?,\\s?(?=${Q})`, 'y')
/** What stands before the name where the next argument is its value. */
const SETTER =
  /\b(?:set|put|define|add|append|getenv|env|option|insert|store|write|header|with)\w{0,20}\s?\(\s?\\?["'][\w.]{0,60}$/i
const SQL = /\b(?:ALTER|CREATE|USER|ROLE|LOGIN|OPTIONS)\b[^;]{0,80}$/
const DEFAULT = /:[-=?+]?(?=[^\s}])/y
const TABLE_CELL = /[`*]{0,2}[ \t]{0,40}(?:\||\xe2\x94\x82)[ \t]{0,8}|\t[ \t]{0,8}/y
const REGISTRY = /\s{1,8}REG_(?:EXPAND_)?SZ\s{1,8}/y
const COLUMNS = /[ \t]{2,40}/y
const LOOSE =
  /[ \t](?:(?:for|of) \S{1,40} )?(?:(?:is|was|to|of|as|are|has been (?:re)?set to:?|set to|set as|is set to|changed to|reset to|now|value|0|7|plain|ascii|plaintext|ascii-text|ascii 0|set|encrypted)[: ][ \t]{0,2}|\()?(?=\S)/y

/** A parsed assignment; one object, reused. */
export class Assignment {
  /** The name as written. */
  name = ''
  kind: NameKind = NAME_NONE
  /** Offsets of the name and of its value in the text. */
  nameStart = 0
  nameEnd = 0
  start = 0
  end = 0
  quoted = false
  form: ValueForm = FORM_ASSIGNED
  /** A command-line flag. */
  flag = false
}

const at = (re: RegExp, text: string, p: number): number => {
  re.lastIndex = p
  return re.test(text) ? re.lastIndex : -1
}

const isQuote = (c: string | undefined): boolean => c === '"' || c === "'" || c === '`'

/**
 * Parses the assignment whose name holds the keyword at [keywordStart, keywordEnd).
 * @returns false when the name promises nothing or no value follows; `out.nameEnd` is set in any case
 */
export function parseAssignment(
  out: Assignment,
  text: string,
  keywordStart: number,
  keywordEnd: number,
  limit: number,
): boolean {
  nameAround(out, text, keywordStart, keywordEnd, limit)
  if (out.kind === NAME_NONE) return false
  if (valueAfter(out, text, limit) < 0) return false
  return !isTestResult(out, text) && !(out.form === FORM_PAIR && repeatsName(out, text))
}

/** `PASS: name of a test`, `pass 3 of 5`: the word alone promises a password only with an operator or quotes. */
function isTestResult(out: Assignment, text: string): boolean {
  if (!/^pass$/i.test(out.name)) return false
  if (out.form !== FORM_ASSIGNED) return true
  return out.name === 'PASS'
    ? text[out.nameEnd] === ':'
    : !out.quoted && text[out.nameEnd] === ':' && !/\d/.test(text.slice(out.start, out.end))
}

/** `("buypass", "Crc16Buypass")`, `('password', 'Password:')`: a list of names and titles. */
function repeatsName(out: Assignment, text: string): boolean {
  const words = out.name.toLowerCase().split(/[^a-z]+/)
  return text
    .slice(out.start, Math.min(out.end, out.start + 128))
    .toLowerCase()
    .includes(words[words.length - 1] || words[0]!)
}

/** Sets name, bounds and kind. */
function nameAround(
  out: Assignment,
  text: string,
  keywordStart: number,
  keywordEnd: number,
  limit: number,
): void {
  let s = keywordStart
  let e = keywordEnd
  while (s > 0 && keywordStart - s < MAX_NAME && isNameChar[text.charCodeAt(s - 1) & 255] === 1) s--
  while (e < limit && e - keywordEnd < MAX_NAME && isNameChar[text.charCodeAt(e) & 255] === 1) e++
  out.nameEnd = e
  s += escapeLength(text, s, keywordStart)
  out.flag = false
  if (text.charCodeAt(s) === 45 && /^-{1,2}[A-Za-z]/.test(text.slice(s, s + 3))) out.flag = true
  while (e > keywordEnd && (text.charCodeAt(e - 1) === 45 || text.charCodeAt(e - 1) === 46)) e--
  let name = text.slice(s, e)
  let kind = classifyName(name)
  if ((kind === NAME_NONE || kind === NAME_TOKEN) && s >= 3 && text.charCodeAt(s - 1) === 32) {
    // two words: "API key: ...", "client secret = ..."
    const before = /[A-Za-z0-9]{2,16}$/.exec(text.slice(Math.max(0, s - 18), s - 1))
    if (before !== null && /^(?:key|token|phrase|secret)$/i.test(name)) {
      const joined = classifyName(`${before[0]}_${name}`)
      if (joined !== NAME_NONE || kind === NAME_TOKEN) {
        kind = joined
        name = `${before[0]} ${name}`
      }
    }
  }
  if (kind === NAME_NONE && name === 'key' && DEVICE_KEY.test(text.slice(Math.max(0, s - 60), s))) {
    kind = NAME_SECRET
  }
  out.name = name
  out.kind = kind
  out.nameStart = s
  out.nameEnd = e
}

/** Characters at `s` that are the tail of an escape rather than of the name: `\n`, `%26`, `\u0026`, `ESC[0m`. */
function escapeLength(text: string, s: number, keywordStart: number): number {
  if (s === 0 || s >= keywordStart) return 0
  const before = text[s - 1]
  if (before === '\\') {
    const m = /^(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrtbf])/.exec(text.slice(s, s + 5))
    return m !== null && s + m[0].length <= keywordStart ? m[0].length : 0
  }
  if (before === '%' && s + 2 <= keywordStart && /^[0-9a-fA-F]{2}/.test(text.slice(s, s + 2))) return 2
  if (before === '[' && s >= 2 && text.charCodeAt(s - 2) === 27)
    return /^[\d;]*m?/.exec(text.slice(s, keywordStart))![0].length
  return 0
}

/** Sets start, end, quoted and form. @returns where the value's syntax begins, or -1 */
function valueAfter(out: Assignment, text: string, limit: number): number {
  const s = out.nameStart
  const e = out.nameEnd
  const before = text[s - 1]
  out.form = FORM_ASSIGNED
  const next = text.charCodeAt(e)
  let p = -1
  // XML and HTML
  if (
    next === 62 ||
    next === 60 ||
    next === 34 ||
    next === 39 ||
    (next <= 32 && (before === '<' || before === ':'))
  ) {
    if (before === '<' || (before === ':' && /<[\w-]{1,20}:$/.test(text.slice(Math.max(0, s - 22), s)))) {
      p = at(XML_ELEMENT, text, e)
      if (p >= 0 && text[p - 2] !== '/' && closes(text, p, limit)) return elementText(out, text, p, limit)
      if (p >= 0) return -1
    }
    if (before === '>') {
      p = at(XML_SIBLING, text, e)
      if (p >= 0) return elementText(out, text, p, limit)
    }
    if (isQuote(before) && isQuote(text[e])) {
      p = at(XML_ATTRIBUTE, text, e)
      if (p < 0 && text[s - 2] === '=') {
        const q = at(XML_KEYED_TEXT, text, e)
        if (q >= 0) return elementText(out, text, q, limit)
      }
    }
  }
  if (p < 0) p = plainOperator(text, e, next)
  if (p < 0) p = otherForm(out, text, s, e, next, limit)
  let form: ValueForm = out.form
  if (p < 0) {
    p = at(REGISTRY, text, e)
    if (p < 0) p = at(TABLE_CELL, text, e)
    form = FORM_PAIR
    if (p < 0) {
      p = looseAfter(text, e)
      if (p < 0) return -1
      form = FORM_LOOSE
    }
  }
  if (p >= limit) return -1
  findValue(text, p, limit)
  // Terraform shows a change as `"old" -> "new"`: the new one counts.
  if (valueQuoted && text.startsWith(' -> ', valueEnd + 1)) findValue(text, valueEnd + 5, limit)
  out.start = valueStart
  out.end = valueEnd
  out.quoted = valueQuoted
  if (!out.quoted) cutAtUrlEnd(out, text, p)
  // "client secret ..." names more than "secret ..." does
  if (form === FORM_LOOSE && out.kind === NAME_SECRET && out.name.includes(' ')) form = FORM_PAIR
  if (form === FORM_LOOSE && out.quoted) form = FORM_PAIR
  if (form === FORM_PAIR && out.quoted) {
    const left = text.slice(Math.max(0, s - 100), s)
    if (SETTER.test(left) || SQL.test(left)) form = FORM_ASSIGNED
  }
  if (form === FORM_LOOSE && /\blogin \S{1,40} $/.test(text.slice(Math.max(0, s - 50), s)))
    form = FORM_ASSIGNED
  out.form = form
  return p
}

/** The two commonest forms without a regular expression: `name=` and `"name":`, at any depth of escaping. */
function plainOperator(text: string, e: number, next: number): number {
  let p = e
  if (next === 61) {
    const after = text.charCodeAt(e + 1)
    if (after === 61 || after === 62 || after === 126) return -1
    p = e + 1
  } else if (next === 34 || next === 39 || next === 92) {
    p = skipSlashes(text, e)
    const quote = text.charCodeAt(p)
    if ((quote !== 34 && quote !== 39) || text.charCodeAt(p + 1) !== 58) return -1
    p += 2
  } else return -1
  const last = p + MAX_GAP
  while (p < last && (text.charCodeAt(p) === 32 || text.charCodeAt(p) === 9)) p++
  return p
}
const MAX_GAP = 12

/** Every other form; which are possible is told by the character after the name. */
function otherForm(out: Assignment, text: string, s: number, e: number, next: number, limit: number): number {
  let p = text[s - 1] === '=' ? labelled(text, s, e, limit) : -1
  if (p >= 0) return p
  if (next === 44 || next === 41) p = insertedValue(text, s, e, limit)
  const closes = next === 34 || next === 39 || next === 96 || next === 92 || next === 38 || next === 37
  if (p < 0 && (closes || next === 44)) p = at(LISTED_VALUE, text, e)
  if (p < 0 && closes) p = at(NAME_VALUE, text, e)
  if (p < 0 && closes) p = at(BLOCK_VALUE, text, e)
  if (p < 0 && (next <= 32 || next === 58 || next === 63 || next === 91)) p = at(TYPED, text, e)
  if (p < 0) p = operatorAfter(out, text, e)
  if (p >= 0) return p
  if (next <= 33 || next === 40 || next === 123 || next === 63) {
    p = at(CALL, text, e)
    if (p >= 0) {
      out.form = FORM_PAIR
      return p
    }
  }
  if (out.flag) {
    p = at(FLAG_GAP, text, e)
    if (p >= 0) return text[p] === '-' ? limit : p
  }
  if (closes && isQuote(text[skipSlashes(text, e)])) {
    p = at(TUPLE, text, e)
    if (p >= 0) out.form = FORM_PAIR
  }
  return p
}

/** A closing tag ends the element's text, so `<password>` alone is a placeholder. */
function closes(text: string, from: number, limit: number): boolean {
  const tag = text.indexOf('<', from)
  return tag >= 0 && tag < limit && (text[tag + 1] === '/' || text[tag + 1] === '!')
}

const skipSlashes = (text: string, from: number): number => {
  let p = from
  while (text.charCodeAt(p) === 92) p++
  return p
}

function operatorAfter(out: Assignment, text: string, e: number): number {
  if (text[out.nameStart - 1] === '{' && text[e] === ':') {
    // ${NAME:-default} and ${name:default}
    const p = at(DEFAULT, text, e)
    if (p >= 0) return p
  }
  let p = at(OPERATOR, text, e)
  if (p < 0) return -1
  // `arn:aws:secretsmanager:...:secret:name` and the like are paths
  if (text[out.nameStart - 1] === ':' && text[e] === ':' && text.charCodeAt(e + 1) > 32) return -1
  // `password: str = ...` was tried before; `password == x` compares, which tells the value as well
  const slashes = /[\r\n]/.exec(text.slice(e, p))
  if (slashes !== null) p = -1
  return p
}

/** In a query a fragment ends the value, and in a percent-encoded one the encoded separator does. */
function cutAtUrlEnd(out: Assignment, text: string, p: number): void {
  const before = text[out.nameStart - 1]
  const mark = before === '?' || before === '&' ? '#' : /%3[Dd]$/.test(text.slice(p - 3, p)) ? '%26' : ''
  if (mark === '') return
  const end = text.indexOf(mark, out.start)
  if (end >= 0 && end < out.end) out.end = end
}

/** CEF writes a field's name and value apart: `cs1Label=password cs1=...`. */
function labelled(text: string, s: number, e: number, limit: number): number {
  const label = /([A-Za-z]{1,12}\d{0,2})Label=$/.exec(text.slice(Math.max(0, s - 24), s))
  if (label === null) return -1
  const key = ` ${label[1]}=`
  const after = text.indexOf(key, e)
  return after >= 0 && after < Math.min(limit, e + 1024) ? after + key.length : -1
}

const MAX_COLUMNS = 64

/** `INSERT INTO users (name, password) VALUES ('bob', '...')`: the value at the column's place. */
function insertedValue(text: string, s: number, e: number, limit: number): number {
  const list = text.slice(Math.max(0, s - 400), s)
  const open = list.lastIndexOf('(')
  if (open < 0 || !/^[(\s\w,`"[\].]+$/.test(list.slice(open))) return -1
  const column = list.slice(open).split(',').length - 1
  const values = /[\s\w,`"[\].]{0,400}\)\s{0,4}(?:VALUES|values|Values)\s{0,4}\(/y
  values.lastIndex = e
  if (!values.test(text)) return -1
  let p = values.lastIndex
  for (let i = 0; i < Math.min(column, MAX_COLUMNS); i++) {
    findValue(text, p, limit)
    const comma = text.indexOf(',', valueEnd)
    if (comma < 0 || comma >= limit) return -1
    p = comma + 1
    while (text.charCodeAt(p) === 32) p++
  }
  while (text.charCodeAt(p) === 32) p++
  return p
}

function looseAfter(text: string, e: number): number {
  const cell = at(COLUMNS, text, e)
  if (cell >= 0) return cell
  return at(LOOSE, text, e)
}

function elementText(out: Assignment, text: string, p: number, limit: number): number {
  findElementText(text, p, limit)
  out.start = valueStart
  out.end = valueEnd
  out.quoted = true
  out.form = FORM_ASSIGNED
  return p
}
