import {
  BARE_TUPLE,
  BASIC_TYPED,
  BLOCK_VALUE,
  CALL,
  CHANGED,
  DEFAULT,
  ESCAPED_FIELD,
  FALLBACK,
  FLAG_GAP,
  LISTED_PAIR,
  LISTED_VALUE,
  LOGGING_COMMAND,
  LOOSE,
  NAME_VALUE,
  OPERATOR,
  ROW_CELL,
  SQL_VALUE_FIRST,
  TUPLE,
  TYPED,
  TYPED_IN,
  VALUE_FIRST_CALL,
  VALUE_FLAG,
  WORDILY_TYPED,
} from '../assignment-forms.ts'
import { codeAt, isBlank, isQuote, isSpace } from '../code-at.ts'
import { FORM_ASSIGNED, FORM_PAIR } from '../judge-value.ts'
import { matchAt } from '../match-at.ts'
import { findValue, valueEnd } from '../value-span.ts'
import { alignedCell, type Gap, plainWord } from './gap.ts'
import type { Assignment } from './parsed.ts'

/** What may stand between a name and its value. Each tells where the value begins, or -1. */

const EQUALS = 61
const LESS = 60
const COLON = 58
/** First letters of changed, updated, modified, set, was, from, to. */
const CHANGES = new Uint8Array(128)
for (const c of 'cumswft') CHANGES[c.charCodeAt(0)] = 1
const COMMA = 44
const SEMICOLON = 59
const OPEN_BRACE = 123
const NEWLINE = 10
/** After a column's name in quotes. */
const LISTS: ReadonlySet<number> = new Set([41, COMMA])
const PART_OF_NAME = /["'\w\s]/

/** The two commonest forms without a regular expression: `name=` and `"name":`, at any depth of escaping. */
export function plainOperator(text: string, e: number, next: number): number {
  let p = e
  if (next === 61) {
    const after = text.charCodeAt(e + 1)
    if (after === 61 || after === 62 || after === 126) return -1
    p = e + 1
  } else if (next === 92 && text.charCodeAt(e + 1) === EQUALS) {
    // `password\\=...` of CEF
    p = e + 2
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
export function otherForm(
  out: Assignment,
  text: string,
  s: number,
  e: number,
  gap: Gap,
  limit: number,
): number {
  const next = text.charCodeAt(e)
  const before = codeAt(text, s - 1)
  let p = before === EQUALS ? labelled(text, s, e, limit) : -1
  if (p >= 0) return p
  if ((next === 93 || next === 59) && /\bvariable=$/.test(text.slice(Math.max(0, s - 12), s)))
    p = matchAt(LOGGING_COMMAND, text, e)
  if (p >= 0) return p
  if (
    next === 44 ||
    next === 41 ||
    ((next === 96 || next === 34 || next === 93) && LISTS.has(codeAt(text, e + 1)))
  )
    p = insertedValue(text, s, e, limit)
  const closes = next === 34 || next === 39 || next === 96 || next === 92 || next === 38 || next === 37
  if (p < 0 && (next === 44 || (closes && gap.mayBeListed))) p = matchAt(LISTED_VALUE, text, e)
  if (p < 0 && (closes || isNamed(text, s, next))) p = matchAt(NAME_VALUE, text, e)
  if (p < 0 && closes && gap.mayOpenBlock) p = matchAt(BLOCK_VALUE, text, e)
  if (p < 0 && gap.quoted && (next <= 32 || next === 58 || next === 63 || next === 91 || next === 40))
    p = matchAt(TYPED, text, e)
  // `x: changed from 'a' to 'b'`
  if (p < 0 && gap.bracketed && next === COLON && CHANGES[codeAt(text, e + 2) & 127] === 1)
    p = matchAt(CHANGED, text, e)
  if (p < 0 && gap.mayOperate) p = operatorAfter(out, text, e)
  if (p >= 0) return p
  if (gap.mayCall && (next <= 33 || next === 40 || next === 123 || next === 63)) {
    p = matchAt(CALL, text, e)
    if (p >= 0) {
      out.form = FORM_PAIR
      return p
    }
  }
  if (out.flag) {
    p = matchAt(FLAG_GAP, text, e)
    if (p >= 0) return text[p] === '-' ? limit : p
  }
  if (
    (next === 34 || next === 39 || next === 93 || next === 58 || next === 32) &&
    gap.mayBeChanged &&
    gap.bracketed
  ) {
    p = matchAt(CHANGED, text, e)
    if (p >= 0) return p
  }
  if (closes) {
    p = gap.mayFallBack ? matchAt(FALLBACK, text, e) : -1
    if (p < 0 && gap.mayBeField) p = matchAt(ESCAPED_FIELD, text, e)
    if (p < 0 && gap.mayBeTypedIn) p = matchAt(TYPED_IN, text, e)
    if (p >= 0) return p
    const value = isKeyOfCall(text, s) ? VALUE_FIRST_CALL.exec(text.slice(Math.max(0, s - 240), s)) : null
    if (value !== null) return s - value[0].length
    const set =
      next === 39 && isCompared(text, s) ? SQL_VALUE_FIRST.exec(text.slice(Math.max(0, s - 320), s)) : null
    if (set !== null) return s - set[0].length + set[0].indexOf("'")
  }
  if (gap.quoted && (next === 41 || next === 93)) {
    p = matchAt(TYPED_IN, text, e)
    if (p >= 0) return p
  }
  if ((next <= 32 || closes) && gap.mayBeFlag(text, e)) {
    p = matchAt(VALUE_FLAG, text, e)
    if (p >= 0) return p
  }
  if (next <= 38 && next !== 34 && gap.quoted) {
    p = matchAt(BASIC_TYPED, text, e)
    if (p >= 0) return text[p] === ' ' ? p + 3 : p
  }
  if (gap.assigns && (next <= 32 || next === 58)) {
    p = matchAt(WORDILY_TYPED, text, e)
    if (p >= 0) {
      out.form = FORM_PAIR
      return p
    }
  }
  if (next === 44 && before >= 0 && !PART_OF_NAME.test(text[s - 1]!)) {
    p = matchAt(LISTED_PAIR, text, e)
    if (p >= 0) {
      out.form = before === COLON ? FORM_ASSIGNED : FORM_PAIR
      return p
    }
  }
  if (closes && gap.mayBeTuple && isQuote(codeAt(text, skipSlashes(text, e)))) {
    p = matchAt(TUPLE, text, e)
    if (p >= 0) out.form = FORM_PAIR
  }
  if (p < 0 && next === 44 && /\[(?:[\w.]{1,40}:)?$/.test(text.slice(Math.max(0, s - 42), s))) {
    p = matchAt(BARE_TUPLE, text, e)
    if (p >= 0) out.form = FORM_PAIR
  }
  return p
}

/** The argument before the name is its value: `.set("value", forKey: "name")`. */
function isKeyOfCall(text: string, s: number): boolean {
  if (KEY_OF_CALL_ENDS[codeAt(text, s - 2) & 127] !== 1) return false
  return /(?:forKey|Field|withName):?\s?["']$/.test(text.slice(Math.max(0, s - 16), s))
}
const KEY_OF_CALL_ENDS = new Uint8Array(128)
for (const c of 'yde: \t') KEY_OF_CALL_ENDS[c.charCodeAt(0)] = 1

/** `= '` stands before the name. */
const isCompared = (text: string, s: number): boolean =>
  codeAt(text, s - 1) === 39 && (codeAt(text, s - 2) === EQUALS || codeAt(text, s - 3) === EQUALS)

/** A cell of a row without quotes; the name is the cell before. */
export function rowCell(text: string, s: number, e: number): number {
  const separator = codeAt(text, e)
  if (separator !== COMMA && separator !== SEMICOLON) return -1
  const before = codeAt(text, s - 1)
  if (before !== -1 && before !== separator && before !== NEWLINE && !(before === 32 && fillsCell(text, s)))
    return -1
  const after = codeAt(text, e + 1)
  return after === 34 || after === 39 ? e + 1 : matchAt(ROW_CELL, text, e)
}

/** The other words of a name that fills its cell. */
const CELL_WORDS = /(?:^|[,;\n])[A-Za-z]{2,16}(?: [A-Za-z]{2,16}){0,2} $/
const fillsCell = (text: string, s: number): boolean => CELL_WORDS.test(text.slice(Math.max(0, s - 40), s))

/** The name is itself a value: `name: password, value: ...`. */
function isNamed(text: string, s: number, next: number): boolean {
  if (next !== 44 && next !== 32 && next !== 59) return false
  let p = s - 1
  if (isQuote(codeAt(text, p))) p--
  const blank = codeAt(text, p)
  if (blank <= 32 || blank === 0xa0) p--
  const operator = codeAt(text, p)
  return (operator === 58 || operator === 61) && LABEL.test(text.slice(Math.max(0, s - 14), s))
}
const LABEL = /(?:\b|[a-z_])(?:name|key|field|var|variable|label|id|option)["']?\s?[:=]\s?["']?$/i

const skipSlashes = (text: string, from: number): number => {
  let p = from
  while (text.charCodeAt(p) === 92) p++
  return p
}

function operatorAfter(out: Assignment, text: string, e: number): number {
  const before = codeAt(text, out.nameStart - 1)
  const next = codeAt(text, e)
  if (before === OPEN_BRACE && next === COLON) {
    // ${NAME:-default} and ${name:default}
    const p = matchAt(DEFAULT, text, e)
    if (p >= 0) return p
    // ${NAME:?message}
    if (codeAt(text, e + 1) === 63) return -1
  }
  const plain = spacedOperator(text, e)
  if (plain >= 0) return plain
  const p = matchAt(OPERATOR, text, e)
  if (p < 0) return -1
  // `arn:aws:secretsmanager:...:secret:name` and the like are paths
  if (before === COLON && next === COLON && codeAt(text, e + 1) > 32) return -1
  // `password: str = ...` was tried before; `password == x` compares, which tells the value as well
  return holdsBreak(text, e, p) ? -1 : p
}

/** `name: value` and `name = value`, as most are written. */
export function spacedOperator(text: string, e: number): number {
  const next = codeAt(text, e)
  let p = e
  if (next === COLON) p = e + 1
  else if (next === 32 && codeAt(text, e + 1) === EQUALS) p = e + 2
  else return -1
  if (codeAt(text, p) !== 32) return -1
  const first = codeAt(text, p + 1)
  return isSpace(first) || first === LESS ? -1 : p + 1
}

function holdsBreak(text: string, from: number, to: number): boolean {
  for (let p = from; p < to; p++) if (text.charCodeAt(p) === NEWLINE || text.charCodeAt(p) === 13) return true
  return false
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
/** Other columns, and `) VALUES`. */
const VALUES_REACH = 416

/** `INSERT INTO users (name, password) VALUES ('bob', '...')`: the value at the column's place. */
function insertedValue(text: string, s: number, e: number, limit: number): number {
  const near = text.slice(e, e + VALUES_REACH)
  if (!near.includes('ALUES') && !near.includes('alues') && !near.includes('SELECT')) return -1
  const list = text.slice(Math.max(0, s - 400), s)
  const open = list.lastIndexOf('(')
  if (open < 0 || !/^[(\s\w,`"[\].]+$/.test(list.slice(open))) return -1
  const column = list.slice(open).split(',').length - 1
  const values = /[\s\w,`"[\].]{0,400}\)\s{0,4}(?:(?:VALUES|values|Values)\s{0,4}\(|SELECT\s(?=[N'\d]))/y
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

/** A value after mere blanks, or after a word such as `is` or `plain`. @returns where it begins, or -1 */
export function looseAfter(text: string, e: number): number {
  const cell = alignedCell(text, e)
  if (cell >= 0) return cell
  if (!isBlank(codeAt(text, e))) return -1
  const word = plainWord(text, e)
  return word >= 0 ? word : matchAt(LOOSE, text, e)
}
