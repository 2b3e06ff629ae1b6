import {
  BRACKETED_NAME,
  CODE_FALLBACK,
  DASH,
  MOVED,
  REGISTRY,
  SETTER,
  SQL,
  TABLE_CELL,
  XML_ATTRIBUTE,
} from '../assignment-forms.ts'
import { codeAt, isQuote, isSpace } from '../code-at.ts'
import { FORM_ASSIGNED, FORM_LOOSE, FORM_PAIR, type ValueForm } from '../judge-value.ts'
import { matchAt } from '../match-at.ts'
import { nameByte } from '../name-cache.ts'
import { NAME_AUTH, NAME_PASSWORD, NAME_SECRET } from '../name-grammar.ts'
import { proseValue } from '../prose.ts'
import { findValue, valueEnd, valueQuoted, valueStart } from '../value-span.ts'
import { elementAfter, NO_ELEMENT } from './element-text.ts'
import { Gap } from './gap.ts'
import type { Assignment } from './parsed.ts'
import { looseAfter, otherForm, plainOperator, rowCell } from './separators.ts'

const BRACKET = 91
const BAR = 124
const SLASH = 47
const COMMA = 44
const SEMICOLON = 59
const QUESTION = 63
const AMPERSAND = 38
const gap = new Gap()

/** Sets start, end, quoted and form from what follows the name, or stands before it. @returns whether a value does */
export function valueAfter(out: Assignment, text: string, limit: number): boolean {
  out.form = FORM_ASSIGNED
  out.copula = false
  const element = elementAfter(out, text, limit)
  if (element !== NO_ELEMENT) return element >= 0
  const s = out.nameStart
  const e = out.nameEnd
  const before = codeAt(text, s - 1)
  const next = codeAt(text, e)
  let p =
    (next === 34 || next === 39) && isQuote(before) && isSpace(codeAt(text, e + 1))
      ? matchAt(XML_ATTRIBUTE, text, e)
      : -1
  if (p < 0) p = plainOperator(text, e, next)
  if (p < 0) {
    gap.read(text, e)
    p = otherForm(out, text, s, e, gap, limit)
    if (p < 0) p = looseForm(out, text, s, e)
  }
  if (p < 0 || p >= limit) return false
  const form = out.form as ValueForm
  if (form === FORM_ASSIGNED && isCode(text, p)) {
    const q = matchAt(CODE_FALLBACK, text, p)
    if (q >= 0) p = q
  }
  findValue(text, p, limit)
  if (!valueQuoted && isExpression(text, s, e, p)) return false
  // words after the name are the rest of a sentence; its value may stand further on, or before
  if (form === FORM_LOOSE && !valueQuoted && !isMixed(text) && proseAfter(out, text, limit)) return true
  // the next cells of a row may tell what the name is for before they give its value
  if (form === FORM_PAIR && !valueQuoted && gap.mayBeCell && !isMixed(text)) nextCells(text, p, limit)
  // Terraform shows a change as `"old" -> "new"`: the new one counts.
  if (valueQuoted && text.startsWith(' -> ', valueEnd + 1) && isQuote(codeAt(text, valueEnd + 5)))
    findValue(text, valueEnd + 5, limit)
  out.start = valueStart
  out.end = valueEnd
  out.quoted = valueQuoted
  trimEnd(out, text, p)
  out.form = surerForm(out, text)
  return true
}

/** Cells, dashes and mere blanks: a value that its name does not assign. @returns where it begins, or -1 */
function looseForm(out: Assignment, text: string, s: number, e: number): number {
  out.form = FORM_PAIR
  let p = gap.mayBeRegistry ? matchAt(REGISTRY, text, e) : -1
  if (p < 0 && gap.mayBeCell) p = matchAt(TABLE_CELL, text, e)
  if (p >= 0) return p
  out.form = FORM_LOOSE
  p = rowCell(text, s, e)
  if (p < 0 && (codeAt(text, s - 1) === BRACKET || text.startsWith('[ ', s - 2)))
    p = matchAt(BRACKETED_NAME, text, e)
  if (p < 0 && gap.mayBeDash) p = matchAt(DASH, text, e)
  if (p < 0) p = looseAfter(text, e)
  if (p - e > 2) out.copula = COPULA.test(text.slice(e, p))
  return p
}

const MAX_CELLS = 2
/** Moves the value on to the first of the next cells that holds a digit or a sign, if one does. */
function nextCells(text: string, from: number, limit: number): void {
  for (let i = 0; i < MAX_CELLS; i++) {
    const p = matchAt(TABLE_CELL, text, valueEnd)
    if (p < 0 || p >= limit) break
    findValue(text, p, limit)
    if (isMixed(text)) return
  }
  findValue(text, from, limit)
}

/** Takes off what belongs to the table, the URL or the command that the value stands in. */
function trimEnd(out: Assignment, text: string, p: number): void {
  if (out.quoted) return
  const before = codeAt(text, out.nameStart - 1)
  const separator = codeAt(text, out.nameEnd)
  if (before === BAR || (out.form === FORM_PAIR && separator === BAR)) cutAt(out, text, '|')
  // `bob;password=...;active`
  if (before === SEMICOLON) cutAt(out, text, ';')
  if ((separator === SEMICOLON || separator === COMMA) && out.start === out.nameEnd + 1)
    cutAt(out, text, separator === COMMA ? ',' : ';')
  cutAtUrlEnd(out, text, p)
  // s/name=.*/name=value/
  if (before === SLASH && codeAt(text, out.end - 1) === SLASH && out.end - out.start > 4) out.end--
}

function cutAt(out: Assignment, text: string, mark: string): void {
  const length = text.slice(out.start, out.end).indexOf(mark)
  if (length > 0) out.end = out.start + length
}

/** What else speaks for an assignment: two words for a name, quotes, a setter before it. */
function surerForm(out: Assignment, text: string): ValueForm {
  const s = out.nameStart
  let form = out.form
  // "client secret ..." names more than "secret ..." does
  if (form === FORM_LOOSE && out.kind === NAME_SECRET && out.name.includes(' ')) form = FORM_PAIR
  if (form === FORM_LOOSE && out.quoted) form = FORM_PAIR
  if (form === FORM_PAIR && out.quoted) {
    const left = text.slice(Math.max(0, s - 100), s)
    if (SETTER.test(left) || SQL.test(left)) return FORM_ASSIGNED
  }
  if (form === FORM_LOOSE && codeAt(text, s - 1) === 32 && LOGIN.test(text.slice(Math.max(0, s - 50), s)))
    return FORM_ASSIGNED
  return form
}
const LOGIN = /\blogin \S{1,40} $/

/** In a query a fragment ends the value, and in a percent-encoded one the encoded separator does. */
function cutAtUrlEnd(out: Assignment, text: string, p: number): void {
  const before = codeAt(text, out.nameStart - 1)
  const mark = before === QUESTION || before === AMPERSAND ? '#' : encodedSeparator(text, p)
  if (mark === '') return
  const length = text.slice(out.start, out.end).indexOf(mark)
  if (length >= 0) out.end = out.start + length
}

const encodedSeparator = (text: string, p: number): string => {
  if ((codeAt(text, p - 1) | 32) !== 100) return ''
  const m = /%((?:25){0,2})3[Dd]$/.exec(text.slice(Math.max(0, p - 7), p))
  return m === null ? '' : `%${m[1]!}26`
}

/** An identifier that goes on as a call, an index or a member before a blank. */
function isCode(text: string, p: number): boolean {
  let q = text.startsWith('const ', p) ? p + 6 : p
  let dotted = false
  for (; q < p + 64; q++) {
    const c = text.charCodeAt(q)
    if (c === 46) dotted = true
    else if (nameByte[c & 255] !== 1 && c !== 36) break
  }
  const c = text.charCodeAt(q)
  return q > p && (c === 40 || c === 91 || (c === 32 && dotted))
}

/** After a declaration or a sigil an unquoted value is an expression: `my $token = shift`, `$pw = Read-Host`. */
function isExpression(text: string, s: number, e: number, p: number): boolean {
  const c = codeAt(text, valueEnd - 1)
  if ((c === 40 || c === 91) && isQuote(codeAt(text, valueEnd)) && valueEnd - valueStart > 3) return true
  if (p - e < 3 || !holdsOperator(text, e, p)) return false
  const gap = text.slice(e, p)
  if (/^<-\s/.test(gap.trimStart())) return true
  if (!/^\??\s[:?.|]*=\s$/.test(gap)) return false
  return DECLARATION.test(text.slice(Math.max(0, s - 16), s))
}

/** `=` or `<` between a name and its value. */
function holdsOperator(text: string, from: number, to: number): boolean {
  for (let p = from; p < to; p++) if ((text.charCodeAt(p) & 0xfe) === 60) return true
  return false
}

const DECLARATION =
  /(?:\$|@|\b(?:let|const|var|val|my|our|local|final|auto|def|mut|self\.|this\.)\s?[$@%&]?)$/

/** A digit or sign in the value, as passwords have and words have not. */
function isMixed(text: string): boolean {
  const end = Math.min(valueEnd, valueStart + 128)
  for (let p = valueStart; p < end; p++) if (MIXED[text.charCodeAt(p) & 255] === 1) return true
  return false
}
const MIXED = new Uint8Array(256)
for (const c of '0123456789!$%^&*@#+?') MIXED[c.charCodeAt(0)] = 1

const COPULA = /(?:is|was|now|set to|changed to|reset to)[: ]\s?["'`]?$/

/** Prose with words between the name and its value, and values before their names. */
export function proseAfter(out: Assignment, text: string, limit: number): boolean {
  const moved = mayBeMoved(text, out.nameStart)
    ? MOVED.exec(text.slice(Math.max(0, out.nameStart - 160), out.nameStart))
    : null
  if (moved !== null) {
    out.takeText(out.nameStart - moved[0].length + 1, moved[1]!.length)
    out.form = FORM_PAIR
    return true
  }
  const p = proseValue(text, out.nameStart, out.nameEnd, limit)
  if (p < 0) return false
  // `credentials for staging: bob / ...`
  if (out.kind === NAME_AUTH && text.startsWith('/ ', p - 2)) out.kind = NAME_PASSWORD
  findValue(text, p, p < out.nameStart ? Math.min(limit, out.nameStart) : limit)
  out.start = valueStart
  out.end = valueEnd
  out.quoted = valueQuoted
  out.copula = true
  out.form = valueQuoted || out.kind === NAME_SECRET ? FORM_PAIR : FORM_LOOSE
  return true
}

/** `to`, `in`, `as`, `for` or `the` stands before the name, which may have a quote. */
function mayBeMoved(text: string, nameStart: number): boolean {
  let p = nameStart - 1
  if (isQuote(codeAt(text, p))) p--
  if (codeAt(text, p) !== 32) return false
  const last = codeAt(text, p - 1) | 32
  if (last !== 111 && last !== 110 && last !== 115 && last !== 114 && last !== 101) return false
  return /(?:to|in|as|for|the) ["'`]?$/i.test(text.slice(Math.max(0, nameStart - 8), nameStart))
}
