import { FORM_ASSIGNED, FORM_PAIR } from '../judge-value.ts'
import { NAME_NONE, NAME_PASSWORD } from '../name-grammar.ts'
import { nameAround } from './name-around.ts'
import type { Assignment } from './parsed.ts'
import { proseAfter, valueAfter } from './value-after.ts'

/**
 * One parser for every way logs and files say "this name has this value": key=value, key: value, JSON at any depth of
 * escaping, YAML, environment, query strings, headers, flags, XML elements and attributes, name/value pairs, typed
 * declarations, calls, struct and object dumps, tables and prose.
 *
 *   ... { \"db_password\" :  \"hunter2\" } ...
 *           ^ name            ^ value
 *
 *   name-around    what the name is and promises
 *   value-after    which form follows it, and so where its value begins and ends
 *     element-text   XML and HTML
 *     separators     operators and the other forms
 */

/**
 * Parses the assignment whose name `out` holds, with the keyword at [keywordStart, keywordEnd) in it.
 * @returns false when the name promises nothing or no value follows; `out.nameEnd` is set in any case
 */
export function parseAssignment(
  out: Assignment,
  text: string,
  keywordStart: number,
  keywordEnd: number,
  limit: number,
): boolean {
  nameAround(out, text, keywordStart, keywordEnd)
  if (out.kind === NAME_NONE) return false
  if (!valueAfter(out, text, limit)) {
    if (!proseAfter(out, text, limit)) return false
  } else if (out.start >= limit || opensBlock(text, out.start, limit)) return false
  takeDefault(out, text)
  if (out.kind === NAME_PASSWORD && out.form === FORM_ASSIGNED && out.written.isForeign) out.form = FORM_PAIR
  if (out.end - out.start === out.name.length && text.startsWith(out.name, out.start)) return false
  return !isTestResult(out, text) && !(out.form === FORM_PAIR && repeatsName(out, text))
}

/** `key: |`, `name = {`: the value stands in the lines below, if anywhere. */
function opensBlock(text: string, at: number, limit: number): boolean {
  const c = text.charCodeAt(at)
  if (c === 105 || c === 58) return SENTENCE_END.test(text.slice(at, Math.min(limit, at + 24)))
  if (c !== 124 && c !== 62 && c !== 92 && c !== 123 && c !== 40 && c !== 91 && c !== 60) return false
  BLOCK_OPENER.lastIndex = at
  return BLOCK_OPENER.test(text.length > limit ? text.slice(0, limit) : text)
}
const SENTENCE_END = /^(?:is|ist)?\s?:\s*$/
const BLOCK_OPENER = /(?:[|>\\{([][-+]?|<<[-~]?["']?[A-Z]{2,12}["']?)\s*$/y

/** `${NAME:-default}`, `{{ name | default('x') }}`: what counts is the default. */
const TEMPLATE_DEFAULT = /^\$\{[\w.]{1,64}:[-=]?([^?{}$][^{}$]*)\}$/
function takeDefault(out: Assignment, text: string): void {
  if (text.charCodeAt(out.start) !== 36 || text.charCodeAt(out.start + 1) !== 123) return
  const m = TEMPLATE_DEFAULT.exec(text.slice(out.start, Math.min(out.end, out.start + 256)))
  if (m === null) return
  out.end -= 1
  out.start = out.end - m[1]!.length
}

const CELL = /^ *\|/
const GENERATED = /^(?=[^\d]*\d)(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])[^\s./]{8,64}$/
/** `PASS: name of a test`, `pass 3 of 5`: the word alone promises a password only with an operator or quotes. */
function isTestResult(out: Assignment, text: string): boolean {
  if (out.name.length !== 4 || !/^pass$/i.test(out.name)) return false
  if (out.copula && out.name !== 'PASS') return false
  // `pass "..."` of a setting
  const isGenerated =
    (out.quoted || CELL.test(text.slice(out.nameEnd, out.nameEnd + 40))) &&
    GENERATED.test(text.slice(out.start, out.end))
  if (out.form !== FORM_ASSIGNED) return !isGenerated
  return out.name === 'PASS'
    ? text[out.nameEnd] === ':' && !isGenerated
    : !out.quoted && text[out.nameEnd] === ':' && !/\d/.test(text.slice(out.start, out.end))
}

/** `("buypass", "Crc16Buypass")`, `('password', 'Password:')`: a list of names and titles. */
function repeatsName(out: Assignment, text: string): boolean {
  const words = out.name.toLowerCase().split(/[^a-z]+/)
  const word = words[words.length - 1] || words[0]!
  // two letters are in a text by chance
  if (word.length < 3) return false
  return text
    .slice(out.start, Math.min(out.end, out.start + 128))
    .toLowerCase()
    .includes(word)
}
