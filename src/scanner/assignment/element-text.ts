import {
  ESCAPED_ELEMENT,
  ESCAPED_TAG,
  XML_ATTRIBUTE,
  XML_ELEMENT,
  XML_INNER_VALUE,
  XML_KEYED_TEXT,
  XML_LABELLED,
  XML_OWN_VALUE,
  XML_SIBLING,
  XML_VALUE_BEFORE,
} from '../assignment-forms.ts'
import { codeAt, isQuote } from '../code-at.ts'
import { matchAt } from '../match-at.ts'
import { findElementText, valueEnd, valueStart } from '../value-span.ts'
import type { Assignment } from './parsed.ts'

/** Values that are the text of an XML or HTML element, escaped or not. */

export const NO_ELEMENT = -1
/** An element without a text that could be a value. */
const EMPTY = -2

/** Sets start, end, quoted and form when the name is an element's. @returns where its text begins, NO_ELEMENT, or EMPTY */
export function elementAfter(out: Assignment, text: string, limit: number): number {
  const s = out.nameStart
  const e = out.nameEnd
  const before = codeAt(text, s - 1)
  const next = codeAt(text, e)
  if (next < 0) return NO_ELEMENT
  if (ESCAPED_START[next & 127] === 1 && ESCAPED_TAG.test(text.slice(Math.max(0, s - 6), s))) {
    const p = matchAt(ESCAPED_ELEMENT, text, e)
    if (p >= 0) return escapedText(out, text, p, limit)
  }
  if (next === 38 || next === 92) {
    const p = matchAt(XML_SIBLING, text, e)
    if (p >= 0) return escapedText(out, text, p, limit)
  }
  if (next !== 62 && next !== 60 && next !== 34 && next !== 39 && !(next <= 32)) return NO_ELEMENT
  if (before === LESS || (before === COLON && PREFIX.test(text.slice(Math.max(0, s - 22), s)))) {
    let p = matchAt(XML_ELEMENT, text, e)
    if (p < 0) return NO_ELEMENT
    if (text.charCodeAt(p) === LESS) p = Math.max(p, matchAt(XML_INNER_VALUE, text, p))
    if (text[p - 2] !== '/') return closes(text, p, limit) ? elementText(out, text, p, limit) : EMPTY
    XML_OWN_VALUE.lastIndex = e
    const own = XML_OWN_VALUE.exec(text)
    return own === null ? EMPTY : out.takeText(XML_OWN_VALUE.lastIndex - 1 - own[1]!.length, own[1]!.length)
  }
  if (
    next > 32 &&
    (before === GREATER || (next === LESS && LABEL.test(text.slice(Math.max(0, s - 44), s))))
  ) {
    const p = matchAt(XML_SIBLING, text, e)
    if (p >= 0) return elementText(out, text, p, limit)
    const input = next === LESS ? matchAt(XML_LABELLED, text, e) : -1
    if (input >= 0) {
      const end = text.indexOf(text[input]!, input + 1)
      return end < 0 || end > limit ? EMPTY : out.takeText(input + 1, end - input - 1)
    }
  }
  // `$_SERVER['NAME']</td><td>value` of phpinfo()
  if (isQuote(next) && codeAt(text, e + 1) === CLOSE_BRACKET && codeAt(text, e + 2) === LESS) {
    const p = matchAt(XML_SIBLING, text, e + 2)
    if (p >= 0) return elementText(out, text, p, limit)
  }
  if (!isQuote(before) || !isQuote(next) || codeAt(text, s - 2) !== EQUALS) return NO_ELEMENT
  if (matchAt(XML_ATTRIBUTE, text, e) >= 0) return NO_ELEMENT
  const p = matchAt(XML_KEYED_TEXT, text, e)
  if (p >= 0 && closes(text, p, limit)) return elementText(out, text, p, limit)
  const value = XML_VALUE_BEFORE.exec(text.slice(Math.max(0, s - 400), s))
  return value === null ? NO_ELEMENT : out.takeText(s - value[0].length + 'value="'.length, value[2]!.length)
}
const LESS = 60
const CLOSE_BRACKET = 93
const GREATER = 62
const COLON = 58
const EQUALS = 61
/** The words before the name in its element. */
const LABEL = />[\w .-]{1,40}$/
const PREFIX = /<[\w-]{1,20}:$/

const ESCAPED_START = new Uint8Array(128)
for (const c of '&\\%') ESCAPED_START[c.charCodeAt(0)] = 1
const ESCAPED_END = /(?:\s|\\n)*(?:&lt;|\\{1,4}u003[cC]|%3[cC])/g

/** Text up to the next escaped tag. */
function escapedText(out: Assignment, text: string, p: number, limit: number): number {
  ESCAPED_END.lastIndex = p
  const m = ESCAPED_END.exec(text.length > p + 1024 ? text.slice(0, p + 1024) : text)
  if (m === null || m.index > limit) return EMPTY
  return out.takeText(p, m.index - p)
}

/** A closing tag ends the element's text, so `<password>` alone is a placeholder. */
function closes(text: string, from: number, limit: number): boolean {
  const tag = text.indexOf('<', from)
  return tag >= 0 && tag < limit && (text[tag + 1] === '/' || text[tag + 1] === '!')
}

function elementText(out: Assignment, text: string, p: number, limit: number): number {
  findElementText(text, p, limit)
  out.takeText(valueStart, valueEnd - valueStart)
  return p
}
