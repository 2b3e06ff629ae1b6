/** Where a value without quotes ends. Text is latin1: one character a byte. */

const BACKSLASH = 92
const QUOTE = new Uint8Array(256)
for (const c of `"'\``) QUOTE[c.charCodeAt(0)] = 1

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

/** The last long bare value: what begins inside it ends where it ends, so `a=a=a=...` is not read over and over. */
const LONG_VALUE = 256
let longText = ''
let longStart = 0
let longEnd = 0

/** A value without quotes ends at what cannot belong to it in URLs, tuples, connection strings or prose. */
export function bareEnd(text: string, from: number, limit: number): number {
  if (from > longStart && from < longEnd - LONG_VALUE && text === longText) return Math.min(longEnd, limit)
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
  while (
    e > from &&
    isTrailing(text.charCodeAt(e - 1)) &&
    !endsBeforeCloser(text, from, e, limit) &&
    !endsConfigLine(text, from, e, limit)
  )
    e--
  if (e - from > LONG_VALUE) {
    longText = text
    longStart = from
    longEnd = e
  }
  return e
}

/** A blank that does not break, or a typographic closing quote. */
const endsInUtf8 = (text: string, c: number, e: number): boolean => {
  const next = text.charCodeAt(e + 1)
  if (c === 0xc2) return next === 0xa0 || next === 0xbb
  return c === 0xe2 && next === 0x80 && (text.charCodeAt(e + 2) & 0xfb) === 0x99
}

/** `"key=value."`, `key=value.;next`: what closes the pair comes after its point. */
const endsBeforeCloser = (text: string, from: number, e: number, limit: number): boolean =>
  e < limit &&
  text.charCodeAt(e - 1) === 46 &&
  text.charCodeAt(from - 1) === 61 &&
  CLOSER[text.charCodeAt(e) & 255] === 1
const CLOSER = new Uint8Array(256)
for (const c of `"'\`;&)]}|`) CLOSER[c.charCodeAt(0)] = 1

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
    c === 62 ||
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
