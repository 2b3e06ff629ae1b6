import { parseAssignment } from '../assignment/assignment.ts'
import { Assignment } from '../assignment/parsed.ts'
import { FORM_ASSIGNED } from '../judge-value.ts'
import { nameAt, nameByte } from '../name-cache.ts'
import { classifyName, NAME_NONE } from '../name-grammar.ts'
import {
  BELOW_BYTES,
  BELOW_LINES,
  belowEnd,
  belowForm,
  belowQuoted,
  belowStart,
  mayGoOn,
  REST_BYTES,
  valueBelow,
} from '../next-line.ts'
import type { ScanSite } from '../scan-site.ts'
import { assignedValue } from './assigned-value.ts'
import { MAX_VALUE } from './confidence.ts'

const NEWLINE = 10
const POINT = 46
/** Bytes of a name left and right of its keyword. */
const NAME_REACH = 64
const assignment = new Assignment()

/** A word that names of secrets hold, `length` bytes of it: the value of that name, on its line or in those below. */
export function nameHit(site: ScanSite, at: number, length: number): void {
  if (at < site.nameEnd) return
  const bytes = site.bytes
  let s = at
  let e = at + length
  const low = Math.max(site.from, at - NAME_REACH)
  const high = Math.min(site.to, e + NAME_REACH)
  while (s > low && nameByte[bytes[s - 1]!] === 1) s--
  // `name......value` is a row with leaders
  while (e < high && nameByte[bytes[e]!] === 1 && !(bytes[e] === POINT && bytes[e + 1] === POINT)) e++
  site.nameEnd = e
  // a name that ends the text may have its value before it, one that is all of the text has none
  if (e >= site.to && s - site.from < 6) return
  const name = nameAt(bytes, s, e)
  if (name.kind === NAME_NONE && !name.mayJoin && s > site.from && !isEscapeByte(bytes[s - 1]!)) return
  const p = site.open(at)
  const a = assignment
  a.takeName(name, s - site.windowFrom, e - site.windowFrom)
  const limit = Math.min(site.text.length, p + MAX_VALUE)
  if (parseAssignment(a, site.text, p, p + length, limit)) {
    if (assignedValue(site, a) || !isHeader(site.text, a.nameEnd)) return
  } else if (a.kind === NAME_NONE) return
  below(site, a)
}

/** `\n`, `%` and the like before a name: its first letters may belong to an escape. */
const isEscapeByte = (c: number): boolean => c === 92 || c === 37 || c === 91

/** The name fills a cell: what stands beside it may be the next column's name. */
const isHeader = (text: string, nameEnd: number): boolean => {
  const c = text.charCodeAt(nameEnd)
  return (
    c === 9 || c === 44 || c === 59 || c === 124 || (c === 32 && HEADER_GAP.has(text.charCodeAt(nameEnd + 1)))
  )
}
const HEADER_GAP: ReadonlySet<number> = new Set([32, 124])

/** A name at the end of its line may have its value in the lines below. */
function below(site: ScanSite, a: Assignment): void {
  const bytes = site.bytes
  const nameEnd = site.windowFrom + a.nameEnd
  const near = Math.min(site.to, nameEnd + REST_BYTES)
  let eol = nameEnd
  while (eol < near && bytes[eol] !== NEWLINE) eol++
  if (eol >= near || !mayGoOn(bytes, nameEnd, eol)) return
  const last = Math.min(site.to, eol + BELOW_BYTES)
  let end = eol
  for (let lines = 0; end < last && lines <= BELOW_LINES; end++) if (bytes[end] === NEWLINE) lines++
  site.widened(end, () => {
    if (!valueBelow(site.text, a.nameStart, a.nameEnd, site.text.length)) return
    a.start = belowStart
    a.end = belowEnd
    a.quoted = belowQuoted
    a.form = belowForm
    assignedValue(site, a)
  })
}

/** The whole span is the value of `name`. */
export function namedSpan(site: ScanSite, name: string): void {
  const kind = classifyName(name)
  if (kind === NAME_NONE || site.to - site.from > MAX_VALUE || site.to === site.from) return
  site.open(site.from)
  const a = assignment
  a.name = name
  a.kind = kind
  a.start = 0
  a.end = site.text.length
  a.quoted = true
  a.form = FORM_ASSIGNED
  a.flag = false
  assignedValue(site, a)
}
