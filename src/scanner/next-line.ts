import { codeAt } from './code-at.ts'
import { FORM_ASSIGNED, FORM_LOOSE, FORM_PAIR, type ValueForm } from './judge-value.ts'
import { matchAt } from './match-at.ts'
import { findValue, valueEnd, valueQuoted, valueStart } from './value-span.ts'

/**
 * Values in the lines below their names: YAML and HCL blocks, pretty-printed JSON, XML elements and lists of name and
 * value, form fields, CSV with a header, mails.
 *
 *   - name: DB_PASSWORD          variable "token" {        <password>
 *     value: "..."                 default = "..."           ...
 *                                }                         </password>
 */

/** Where the value was found; read it before the next call. */
export let belowStart = 0
export let belowEnd = 0
export let belowQuoted = false
export let belowForm: ValueForm = FORM_ASSIGNED

/** Lines and bytes below the name that are looked at. */
export const BELOW_LINES = 5
export const BELOW_BYTES = 1024
/** What stands between the name and the end of its line, at most. */
export const REST_BYTES = 48

/** Whether what follows the name on its line leaves room for a value below: signs, `is`, or cells of a row. */
export function mayGoOn(bytes: Uint8Array, from: number, eol: number): boolean {
  let last = eol - 1
  while (last >= from && bytes[last]! <= 32) last--
  const end = last < from ? 0 : bytes[last]!
  // a log line ends in its closing brackets; `name=` is empty, nobody breaks the line there
  if (end === 125 || end === 41 || end === 93 || (end === 61 && last === from)) return false
  let letters = 0
  for (let p = from; p < eol; p++) {
    const c = bytes[p]! | 32
    if (c >= 97 && c <= 122) letters++
    else if (bytes[p] === 44 || bytes[p] === 59 || c === 124 || bytes[p] === 60 || bytes[p] === 9) return true
  }
  // columns that blanks align
  if (bytes[from] === 32 && bytes[from + 1] === 32) return true
  return letters <= 3 || (bytes[from] === 34 && letters < 24) || (bytes[from] === 93 && letters < 16)
}

const EOL = '[ \\t]{0,16}\\r?\\n'
/** The rest of the name's line and what leads to the value. */
const BLOCK = new RegExp(
  `["'\`*]{0,3}\\]?(?: is| are|:?=|:|=>| =| :)?:?[ \\t]{0,4}(?:[|>][-+]?\\d?|\\\\|<<[-~]?["']?[A-Z]{2,12}["']?)?${EOL}(?:[ \\t]{0,40}\\r?\\n|[-=~]{3,40}\\r?\\n){0,2}[ \\t]{0,40}(?:=>?[ \\t]{0,4}|"""\\r?\\n?|\`{3}\\w{0,8}\\r?\\n|string\\(\\d{1,4}\\) (?="))?`,
  'y',
)
const ELEMENT =
  /(?:\s[^<>\n]{0,60})?>[ \t]{0,16}\r?\n[ \t]{0,40}(?=[^\s<][^<\n]{3,200}(?:\r?\n[ \t]{0,40})?<\/)/y
const SIBLING =
  /(?:<\/[\w:-]{1,24}>|["'](?:\s[^<>\n]{0,60})?>)[ \t]{0,16}\r?\n[ \t]{0,60}<(?:[\w:-]{0,20}[vV]al(?:ue)?|string|td|dd|code|data)(?:\s[^<>\n]{0,60})?>\s{0,4}/y
/** A list's entry: the name is the value of `name:`. */
const ENTRY =
  /["']?,?[ \t]{0,16}\r?\n(?:[ \t]{0,60}["']?(?:type|Type|enabled|sensitive|description)["']?\s?[:=][^\n]{0,60}\n)?[ \t]{0,60}["']?(?:value|Value|VALUE|val|default|content|stringValue|defaultValue)["']?\s?[:=]\s{0,8}/y
const NAMED = /(?:^|[\s{[,-])["']?(?:name|key|Name|Key|id|variable|label|field)["']?\s?[:=]\s{0,8}["']?$/
/** A block with the name at its head: `variable "x" {`, `"x": {`, `X:` with its own keys below. */
const OPENED =
  /["']?\s?[:=]?\s?\{?[ \t]{0,16}\r?\n(?:[ \t]{1,60}["']?(?:type|Type|description|Description|sensitive|nullable|NoEcho|enabled|secret)["']?\s{0,16}[:=][^\n]{0,80}\n){0,3}[ \t]{1,60}["']?(?:default|Default|value|Value)["']?(?:\s{0,16}[:=]\s{0,8}|[ \t]{1,8}(?=["']))/y
/** What the line below may begin with there. */
const OPENED_BELOW = new Uint8Array(256)
for (const c of ' \t\r\n\v\f\xa0:={') OPENED_BELOW[c.charCodeAt(0)] = 1
const FORM_FIELD = /["'](?:;[^\n]{0,80})?\r?\n(?:[A-Z][^\n]{0,80}\r?\n)?\r?\n/y

/** `expect "password:"` and below it `send "..."`. */
const EXPECTED = /[:?]?\s?["']\s?\}?[ \t]*\r?\n[ \t]{0,40}(?:exp_)?send(?: -{1,2}\w*)? (?=["'])/y

/** The line below is a setting, a list, a block or a tag of its own rather than a value. */
const OWN =
  /^(?:[\w.-]{1,40}\s?(?::(?:\s|$)|=\s|=>|\+=)|- |\*\s|[{}[\]()]|<[\w/!]|\/\/|#[^\w]|--\s|\w+:\/\/|[\w.]+\(|["'][\w.-]{1,40}["']\s?:|!\w|&&|\|\||return\b|if\b|for\b|end\b|else\b)/

const END_TAG = /<\/[\w:.-]{0,32}$/
const isQuoted = (text: string, nameEnd: number): boolean => text[nameEnd] === '"' || text[nameEnd] === "'"

function take(text: string, at: number, limit: number, form: ValueForm): boolean {
  if (at >= limit) return false
  const eol = text.indexOf('\n', at)
  const end = eol < 0 || eol > limit ? limit : eol
  const line = text.slice(at, end).trim()
  if (line === '' || OWN.test(line)) return false
  findValue(text, at, end)
  if (form === FORM_LOOSE && /^[@$:&*%!]/.test(line)) return false
  // more words on the line make it a sentence
  if (
    !valueQuoted &&
    /\S/.test(text.slice(valueEnd, end).replace(/^[,;.)}\]'"`]+|\s+(?:#|\/\/).*$|<\/[\w:-]+>/g, ''))
  )
    return false
  belowStart = valueStart
  belowEnd = valueEnd
  belowQuoted = valueQuoted
  belowForm = form
  return valueEnd > valueStart
}

/**
 * Looks for the value of the name at [nameStart, nameEnd) in the lines below it. `text` holds them.
 * @returns false when there is none; else sets `below*`
 */
export function valueBelow(text: string, nameStart: number, nameEnd: number, limit: number): boolean {
  const left = text.slice(Math.max(0, nameStart - 40), nameStart)
  let p = -1
  if (NAMED.test(left)) p = matchAt(ENTRY, text, nameEnd)
  if (p >= 0) return take(text, p, limit, FORM_ASSIGNED)
  if (OPENED_BELOW[codeAt(text, text.indexOf('\n', nameEnd) + 1) & 255] === 1)
    p = matchAt(OPENED, text, nameEnd)
  if (p >= 0) return take(text, p, limit, FORM_ASSIGNED)
  if (/>[\w .-]{0,30}$|[\w-]=["']$/.test(left)) {
    p = matchAt(SIBLING, text, nameEnd)
    if (p >= 0) return take(text, p, limit, FORM_ASSIGNED)
  }
  if (left.endsWith('<') || /<[\w-]{1,20}:$/.test(left)) {
    p = matchAt(ELEMENT, text, nameEnd)
    return p >= 0 && take(text, p, limit, FORM_ASSIGNED)
  }
  if (/\bname=\\?["']$/.test(left)) {
    p = matchAt(FORM_FIELD, text, nameEnd)
    if (p >= 0) return take(text, p, limit, FORM_ASSIGNED)
  }
  p = matchAt(EXPECTED, text, nameEnd)
  if (p >= 0) return take(text, p, limit, FORM_ASSIGNED)
  // an end tag, or one with attributes, ends its line: what stands below is another line's
  if (
    /^(?:["']\s?\/?)?>/.test(text.slice(nameEnd, nameEnd + 4)) &&
    (isQuoted(text, nameEnd) || END_TAG.test(left))
  )
    return false
  if (header(text, nameStart, nameEnd, limit)) return true
  p = matchAt(BLOCK, text, nameEnd)
  if (p < 0) return false
  const rest = text.slice(nameEnd, text.indexOf('\n', nameEnd))
  const operator = /[:=|>]/.test(rest)
  // a flag with its value on the next line has the backslash alone
  const flag = /(?:^|\s)--?$/.test(left) || text[nameStart] === '-'
  if (!operator && /^(?:\w*_)?pass$/i.test(text.slice(nameStart, nameEnd))) return false
  if (!operator && !flag && !/^["'`*]{0,3}[ \t\r\\]*$/.test(rest)) return false
  return take(
    text,
    p,
    limit,
    operator || flag ? (rest.includes(':') && !/["'|>]/.test(rest) ? FORM_PAIR : FORM_ASSIGNED) : FORM_LOOSE,
  )
}

/** Columns of a row that blanks align. */
const ALIGNED = /\s{2,}/

/** `user,password,host` and below it `bob,...,db1`; and the same as a Markdown table. */
function header(text: string, nameStart: number, nameEnd: number, limit: number): boolean {
  const lineStart = text.lastIndexOf('\n', nameStart) + 1
  let eol = text.indexOf('\n', nameEnd)
  if (eol < 0 || eol >= limit) return false
  const head = text.slice(lineStart, eol)
  const separator = head.includes('|')
    ? '|'
    : head.includes('\t')
      ? '\t'
      : head.includes(';')
        ? ';'
        : head.includes(',')
          ? ','
          : ALIGNED
  if (!/^["\s|;,\t]*[A-Za-z][\w\s"|;,\t-]*$/.test(head)) return false
  const columns = head.split(separator)
  if (columns.length < 2 || columns.length > 64) return false
  // a list of names in code, a row of numbers
  if (columns.some((c) => /^[\s"]*\d*[\s"]*$/.test(c)) && separator !== '|') return false
  const column = text.slice(lineStart, nameStart).split(separator).length - 1
  if (!columns[column]!.replace(/["\s]+$/, '').endsWith(text.slice(nameStart, nameEnd))) return false
  let from = eol + 1
  if (/^[\s|:+-]+\r?\n/.test(text.slice(from, from + 200))) from = text.indexOf('\n', from) + 1
  eol = text.indexOf('\n', from)
  const row = text.slice(from, eol < 0 || eol > limit ? limit : eol)
  if (/[(){}]|=[^=\s",;|]/.test(row)) return false
  const cells = row.split(separator)
  if (cells.length !== columns.length) return false
  if (separator === ALIGNED) {
    const at = row.split(/(?<=\S)\s{2,}/).slice(0, column)
    for (const c of at) from = text.indexOf(c, from) + c.length
    while (text.charCodeAt(from) === 32) from++
  } else for (let i = 0; i < column; i++) from += cells[i]!.length + 1
  const cell = cells[column]!
  const inner = /^\s*["']?/.exec(cell)![0].length
  belowStart = from + inner
  belowEnd = belowStart + cell.slice(inner).replace(/["']?\s*$/, '').length
  belowQuoted = true
  belowForm = FORM_PAIR
  return belowEnd > belowStart
}
