import {
  BARE_TUPLE,
  BASIC_TYPED,
  BLOCK_VALUE,
  BRACKETED_NAME,
  CALL,
  CHANGED,
  CODE_FALLBACK,
  COLUMNS,
  DASH,
  DEFAULT,
  ESCAPED_ELEMENT,
  ESCAPED_FIELD,
  ESCAPED_TAG,
  FALLBACK,
  FLAG_GAP,
  LISTED_PAIR,
  LISTED_VALUE,
  LOGGING_COMMAND,
  LOOSE,
  MOVED,
  NAME_VALUE,
  OPERATOR,
  REGISTRY,
  ROW_CELL,
  SETTER,
  SQL,
  TABLE_CELL,
  TUPLE,
  TYPED,
  TYPED_IN,
  VALUE_FIRST_CALL,
  VALUE_FLAG,
  XML_ATTRIBUTE,
  XML_ELEMENT,
  XML_KEYED_TEXT,
  XML_SIBLING,
  XML_VALUE_BEFORE,
} from './assignment-forms.ts'
import { FORM_ASSIGNED, FORM_LOOSE, FORM_PAIR, type ValueForm } from './judge-value.ts'
import {
  classifyName,
  isForeignKey,
  NAME_NONE,
  NAME_PASSWORD,
  NAME_SECRET,
  NAME_TOKEN,
  type NameKind,
} from './name-grammar.ts'
import { proseValue } from './prose.ts'
import { findElementText, findValue, valueEnd, valueQuoted, valueStart } from './value-span.ts'

/**
 * One parser for every way logs and files say "this name has this value": key=value, key: value, JSON at any depth of
 * escaping, YAML, environment, query strings, headers, flags, XML elements and attributes, name/value pairs, typed
 * declarations, calls, struct and object dumps, tables and prose.
 *
 *   ... { \"db_password\" :  \"hunter2\" } ...
 *           ^ name            ^ value
 */

/** Routers: `radius-server host 10.1.1.1 key ...`. */
const DEVICE_KEY = /\b(?:radius|tacacs|isakmp)[\w-]{0,12}(?: [\w.:-]{1,40}){0,6} $/

const DEVICE_SECRET = /\b(?:enable|(?:user|username|client|local-user) \S{1,40}(?: \{)?) $/

const MAX_NAME = 64

const isNameChar = new Uint8Array(256)
for (let c = 48; c < 58; c++) isNameChar[c] = 1
for (let c = 65; c < 91; c++) {
  isNameChar[c] = 1
  isNameChar[c + 32] = 1
}
for (const c of '_-.') isNameChar[c.charCodeAt(0)] = 1

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
  /** `is`, `lautet` and the like stood between. */
  copula = false
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
  if (valueAfter(out, text, limit) < 0) {
    if (!proseAfter(out, text, limit)) return false
  } else if (opensBlock(text, out.start, limit)) return false
  takeDefault(out, text)
  if (out.kind === NAME_PASSWORD && out.form === FORM_ASSIGNED && isForeignKey(out.name)) out.form = FORM_PAIR
  return !isTestResult(out, text) && !(out.form === FORM_PAIR && repeatsName(out, text))
}

/** `key: |`, `name = {`: the value stands in the lines below, if anywhere. */
function opensBlock(text: string, at: number, limit: number): boolean {
  const c = text.charCodeAt(at)
  if (c === 105 || c === 58) return SENTENCE_END.test(text.slice(at, Math.min(limit, at + 24)))
  if (c !== 124 && c !== 62 && c !== 92 && c !== 123 && c !== 40 && c !== 91) return false
  BLOCK_OPENER.lastIndex = at
  return BLOCK_OPENER.test(text.length > limit ? text.slice(0, limit) : text)
}
const SENTENCE_END = /^(?:is|ist)?\s?:\s*$/
const BLOCK_OPENER = /[|>\\{([][-+]?\s*$/y

/** `${NAME:-default}`, `{{ name | default('x') }}`: what counts is the default. */
const TEMPLATE_DEFAULT = /^\$\{[\w.]{1,64}:[-=]?([^?{}$][^{}$]*)\}$/
function takeDefault(out: Assignment, text: string): void {
  if (text.charCodeAt(out.start) !== 36 || text.charCodeAt(out.start + 1) !== 123) return
  const m = TEMPLATE_DEFAULT.exec(text.slice(out.start, Math.min(out.end, out.start + 256)))
  if (m === null) return
  out.end -= 1
  out.start = out.end - m[1]!.length
}

/** `PASS: name of a test`, `pass 3 of 5`: the word alone promises a password only with an operator or quotes. */
function isTestResult(out: Assignment, text: string): boolean {
  if (!/^pass$/i.test(out.name)) return false
  if (out.copula && out.name !== 'PASS') return false
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

/** Words of programs before a name, which are no part of it. */
const DECLARES =
  /^(?:use|used|using|our|your|and|or|with|string|str|final|const|let|var|val|static|char|char\d\d|auto|my|our|local|export|set|dim|public|private|protected|readonly|the|a|this|new|text|varchar|nvarchar)$/i

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
  if (
    text.charCodeAt(s) === 45 &&
    text.charCodeAt(s - 1) !== 92 &&
    /^-{1,2}[A-Za-z]/.test(text.slice(s, s + 3))
  )
    out.flag = true
  while (e > keywordEnd && (text.charCodeAt(e - 1) === 45 || text.charCodeAt(e - 1) === 46)) e--
  let name = text.slice(s, e)
  if (out.flag && /^-[DP][A-Za-z]{3}/.test(name)) {
    // -Dname=value of Java, -Pname=value of Gradle
    name = name.slice(2)
    s += 2
    out.flag = false
  }
  let kind = classifyName(name)
  if ((kind === NAME_NONE || kind === NAME_TOKEN) && s >= 3 && text.charCodeAt(s - 1) === 32) {
    // two words: "API key: ...", "client secret = ..."
    const before = /[A-Za-z0-9]{2,16}$/.exec(text.slice(Math.max(0, s - 18), s - 1))
    if (before !== null && /^(?:key|token|phrase|secret)$/i.test(name) && !DECLARES.test(before[0])) {
      const joined = classifyName(`${before[0]}_${name}`)
      if (joined !== NAME_NONE || kind === NAME_TOKEN) {
        kind = joined
        name = `${before[0]} ${name}`
        s -= before[0].length + 1
      }
    }
  }
  if (kind === NAME_NONE && /^passe$/i.test(name) && /\bmot de $/i.test(text.slice(Math.max(0, s - 8), s)))
    kind = NAME_PASSWORD
  if (kind === NAME_NONE && name === 'key' && DEVICE_KEY.test(text.slice(Math.max(0, s - 60), s))) {
    kind = NAME_SECRET
  }
  // `enable secret ...`, `username bob secret ...` of routers are passwords
  if (kind !== NAME_NONE && name === 'secret' && DEVICE_SECRET.test(text.slice(Math.max(0, s - 60), s)))
    kind = NAME_PASSWORD
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
  out.copula = false
  let p = -1
  // XML and HTML
  if (ESCAPED_START[next & 127] === 1 && ESCAPED_TAG.test(text.slice(Math.max(0, s - 6), s))) {
    const q = at(ESCAPED_ELEMENT, text, e)
    if (q >= 0) return escapedText(out, text, q, limit)
  }
  if (next === 38 || next === 92) {
    p = at(XML_SIBLING, text, e)
    if (p >= 0) return escapedText(out, text, p, limit)
  }
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
        if (q >= 0 && closes(text, q, limit)) return elementText(out, text, q, limit)
        const value = XML_VALUE_BEFORE.exec(text.slice(Math.max(0, s - 400), s))
        if (value !== null) return valueBefore(out, s - value[0].length + 'value="'.length, value[2]!)
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
      p = rowCell(text, s, e)
      if (p < 0 && (before === '[' || text.startsWith('[ ', s - 2))) p = at(BRACKETED_NAME, text, e)
      if (p < 0) p = at(DASH, text, e)
      if (p < 0) p = looseAfter(text, e)
      if (p < 0) return -1
      form = FORM_LOOSE
      out.copula = COPULA.test(text.slice(e, p))
    }
  }
  if (p >= limit) return -1
  if (form === FORM_ASSIGNED && isCode(text, p)) {
    const q = at(CODE_FALLBACK, text, p)
    if (q >= 0) p = q
  }
  findValue(text, p, limit)
  if (!valueQuoted && isExpression(text, s, e, p)) return -1
  // words after the name are the rest of a sentence; its value may stand further on, or before
  if (
    form === FORM_LOOSE &&
    !valueQuoted &&
    !MIXED.test(text.slice(valueStart, Math.min(valueEnd, valueStart + 128)))
  ) {
    if (proseAfter(out, text, limit)) return out.start
    findValue(text, p, limit)
  }
  // Terraform shows a change as `"old" -> "new"`: the new one counts.
  if (valueQuoted && text.startsWith(' -> ', valueEnd + 1)) findValue(text, valueEnd + 5, limit)
  out.start = valueStart
  out.end = valueEnd
  out.quoted = valueQuoted
  if (form === FORM_PAIR && before === '|' && !out.quoted) {
    const bar = text.indexOf('|', out.start)
    if (bar > out.start && bar < out.end) out.end = bar
  }
  if (!out.quoted) {
    cutAtUrlEnd(out, text, p)
    // s/name=.*/name=value/
    if (before === '/' && text[out.end - 1] === '/' && out.end - out.start > 4) out.end--
  }
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

const ESCAPED_START = new Uint8Array(128)
for (const c of '&\\%') ESCAPED_START[c.charCodeAt(0)] = 1
const ESCAPED_END = /(?:\s|\\n)*(?:&lt;|\\{1,4}u003[cC]|%3[cC])/g

/** Text up to the next escaped tag. */
function escapedText(out: Assignment, text: string, p: number, limit: number): number {
  ESCAPED_END.lastIndex = p
  const m = ESCAPED_END.exec(text.length > p + 1024 ? text.slice(0, p + 1024) : text)
  if (m === null || m.index > limit) return -1
  return valueBefore(out, p, text.slice(p, m.index))
}

function valueBefore(out: Assignment, start: number, value: string): number {
  out.start = start
  out.end = start + value.length
  out.quoted = true
  out.form = FORM_ASSIGNED
  return start
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
  if (next === 93 && /\bvariable=$/.test(text.slice(Math.max(0, s - 12), s))) p = at(LOGGING_COMMAND, text, e)
  if (next === 93 && p >= 0) return p
  if (next === 44 || next === 41) p = insertedValue(text, s, e, limit)
  const closes = next === 34 || next === 39 || next === 96 || next === 92 || next === 38 || next === 37
  if (p < 0 && (closes || next === 44)) p = at(LISTED_VALUE, text, e)
  if (p < 0 && (closes || isNamed(text, s, next))) p = at(NAME_VALUE, text, e)
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
  if (next === 34 || next === 39 || next === 93 || next === 58 || next === 32) {
    p = at(CHANGED, text, e)
    if (p >= 0) return p
  }
  if (closes) {
    p = at(FALLBACK, text, e)
    if (p < 0) p = at(ESCAPED_FIELD, text, e)
    if (p < 0) p = at(TYPED_IN, text, e)
    if (p >= 0) return p
    const value = /(?:forKey|Field|withName):?\s?["']$/.test(text.slice(Math.max(0, s - 16), s))
      ? VALUE_FIRST_CALL.exec(text.slice(Math.max(0, s - 240), s))
      : null
    if (value !== null) return s - value[0].length
  }
  if (next <= 32 || closes) {
    p = at(VALUE_FLAG, text, e)
    if (p >= 0) return p
  }
  if (next <= 38) {
    p = at(BASIC_TYPED, text, e)
    if (p >= 0) return text[p] === ' ' ? p + 3 : p
  }
  if (next === 44 && !/["'\w\s]/.test(text[s - 1] ?? ' ')) {
    p = at(LISTED_PAIR, text, e)
    if (p >= 0) {
      out.form = text[s - 1] === ':' ? FORM_ASSIGNED : FORM_PAIR
      return p
    }
  }
  if (closes && isQuote(text[skipSlashes(text, e)])) {
    p = at(TUPLE, text, e)
    if (p >= 0) out.form = FORM_PAIR
  }
  if (p < 0 && next === 44 && /\[(?:[\w.]{1,40}:)?$/.test(text.slice(Math.max(0, s - 42), s))) {
    p = at(BARE_TUPLE, text, e)
    if (p >= 0) out.form = FORM_PAIR
  }
  return p
}

/** A cell of a row without quotes; the name is the cell before. */
function rowCell(text: string, s: number, e: number): number {
  const separator = text[e]
  if (separator !== ',' && separator !== ';') return -1
  const before = text[s - 1]
  if (before !== undefined && before !== separator && before !== '\n') return -1
  const quoted = /[,;](?=["'])/y
  const p = at(quoted, text, e)
  return p >= 0 ? p : at(ROW_CELL, text, e)
}

/** The name is itself a value: `name: password, value: ...`. */
const isNamed = (text: string, s: number, next: number): boolean =>
  (next === 44 || next === 32 || next === 59) &&
  /(?:\b|[a-z_])(?:name|key|field|var|variable|label|id|option)["']?\s?[:=]\s?["']?$/i.test(
    text.slice(Math.max(0, s - 14), s),
  )

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
  const mark = before === '?' || before === '&' ? '#' : encodedSeparator(text, p)
  if (mark === '') return
  const end = text.indexOf(mark, out.start)
  if (end >= 0 && end < out.end) out.end = end
}

const encodedSeparator = (text: string, p: number): string => {
  if ((text.charCodeAt(p - 1) | 32) !== 100) return ''
  const m = /%((?:25){0,2})3[Dd]$/.exec(text.slice(Math.max(0, p - 7), p))
  return m === null ? '' : `%${m[1]!}26`
}

/** CEF writes a field's name and value apart: `cs1Label=password cs1=...`. */
function labelled(text: string, s: number, e: number, limit: number): number {
  const label = /([A-Za-z]{1,24}\d{0,2})Label=$/.exec(text.slice(Math.max(0, s - 40), s))
  if (label === null) return -1
  const key = ` ${label[1]}=`
  const after = text.indexOf(key, e)
  if (after >= 0 && after < Math.min(limit, e + 1024)) return after + key.length
  const before = text.lastIndexOf(`${label[1]}=`, s)
  return before >= 0 && s - before < 1024 ? before + label[1]!.length + 1 : -1
}

const MAX_COLUMNS = 64

/** `INSERT INTO users (name, password) VALUES ('bob', '...')`: the value at the column's place. */
function insertedValue(text: string, s: number, e: number, limit: number): number {
  if (text.indexOf('ALUES', e) < 0 && text.indexOf('alues', e) < 0) return -1
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

/** An identifier that goes on as a call, an index or a member before a blank. */
function isCode(text: string, p: number): boolean {
  let q = p
  let dotted = false
  for (; q < p + 64; q++) {
    const c = text.charCodeAt(q)
    if (c === 46) dotted = true
    else if (isNameChar[c & 255] !== 1 && c !== 36) break
  }
  const c = text.charCodeAt(q)
  return q > p && (c === 40 || c === 91 || (c === 32 && dotted))
}

/** After a declaration or a sigil an unquoted value is an expression: `my $token = shift`, `$pw = Read-Host`. */
function isExpression(text: string, s: number, e: number, p: number): boolean {
  const c = text.charCodeAt(valueEnd - 1)
  if ((c === 40 || c === 91) && isQuote(text[valueEnd]) && valueEnd - valueStart > 3) return true
  if (p - e < 3) return false
  const gap = text.slice(e, p)
  if (/^<-\s/.test(gap.trimStart())) return true
  if (!/^\??\s[:?.|]*=\s$/.test(gap)) return false
  return DECLARATION.test(text.slice(Math.max(0, s - 16), s))
}
const DECLARATION =
  /(?:\$|@|\b(?:let|const|var|val|my|our|local|final|auto|def|mut|self\.|this\.)\s?[$@%&]?)$/

const MIXED = /[\d!$%^&*@#+?]/
const COPULA = /(?:is|was|now|set to|changed to|reset to)[: ]\s?["'`]?$/

/** Prose with words between the name and its value, and values before their names. */
function proseAfter(out: Assignment, text: string, limit: number): boolean {
  const left = text.slice(Math.max(0, out.nameStart - 8), out.nameStart)
  const moved = /(?:to|in|as|for|the|TO) ["'`]?$/i.test(left)
    ? MOVED.exec(text.slice(Math.max(0, out.nameStart - 160), out.nameStart))
    : null
  if (moved !== null) {
    valueBefore(out, out.nameStart - moved[0].length + 1, moved[1]!)
    out.form = FORM_PAIR
    return true
  }
  const p = proseValue(text, out.nameStart, out.nameEnd, limit)
  if (p < 0) return false
  findValue(text, p, p < out.nameStart ? Math.min(limit, out.nameStart) : limit)
  out.start = valueStart
  out.end = valueEnd
  out.quoted = valueQuoted
  out.copula = true
  out.form = valueQuoted || out.kind === NAME_SECRET ? FORM_PAIR : FORM_LOOSE
  return true
}

function elementText(out: Assignment, text: string, p: number, limit: number): number {
  findElementText(text, p, limit)
  out.start = valueStart
  out.end = valueEnd
  out.quoted = true
  out.form = FORM_ASSIGNED
  return p
}
