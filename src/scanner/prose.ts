import { codeAt, isBlank, isSpace } from './code-at.ts'
import {
  FILLS_BEFORE,
  GOES_AFTER_NAME,
  IS_FOR,
  IS_FROM,
  IS_IDENTITY,
  IS_LINK,
  IS_SENT,
  IS_STILL,
  IS_TO,
  LINKS_AFTER_CHANGE,
  LINKS_BEFORE,
  listsAt,
  listsOf,
  TAKES_VALUE,
  TELLS_WHOSE,
} from './prose-lexicon.ts'
import { CHANGE } from './prose-words.ts'
import { wordiness } from './word-model.ts'

/**
 * Sentences that give a credential away, with words between its name and its value: "the password for the staging box
 * is ...", "token for the bot: ...", "das neue Passwort lautet ...", and with the value first: "log in with ... as the
 * password", "..., which is an API key". The words of the sentence are read one by one up to the first that looks like
 * a credential; it counts when what stands before it leads to it.
 */

const MAX_WORDS = 12
const MAX_BYTES = 160
const MAX_GAP_WORDS = 7
const MIN_VALUE = 6

/** `auth-pass mymaster ...`: settings of two words end the line. */
const LAST = /[ \t][\w.-]{1,40}[ \t](?=\S{6,128}\s*$)/y
const PASS_IS = /[ \t](?:(?:for|of) (?:\S{1,30} ){1,4})?(?:is|was|=|:) (?=["'`]?[^\s"'`]{6})/y
function passIs(text: string, nameEnd: number, limit: number): number {
  PASS_IS.lastIndex = nameEnd
  return PASS_IS.test(text) && PASS_IS.lastIndex < limit ? PASS_IS.lastIndex : -1
}

const OPENING = /^(?:["'`([<*]|\xe2\x80[\x98\x9c]|\xc2\xab)+/
const CLOSING = /(?:["'`)\]>*,.;:!?]|\xe2\x80[\x99\x9d]|\xc2\xbb)+$/
/** Hosts, addresses, paths, times, versions and numbers, which sentences name as well. */
const NAMED_THING =
  /^(?:\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\d+)?|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12}(?::\d+)?|v?\d[\d.,:-]*[a-z%]{0,4}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\w+:\/\/.*|[~.]?\/.*|#\d+|[A-Z]{2,10}-\d{1,6}|\d{4}-\d\d.*)$/
/** `<code>value</code>` */
const TAG = /^(<(?:b|code|strong|em|i|kbd|tt|pre|span)>)([^<>]{4,256})</
/** What is none of them begins with a small letter and has none of these in it. */
const MAY_NAME_THING = /^[^a-uw-z]|[./@]/
const isNamedThing = (word: string): boolean => MAY_NAME_THING.test(word) && NAMED_THING.test(word)
const PLAIN = /^[A-Za-z'\x80-\xff-]+$|^\d{1,3}$/

const DASH = /^(?:-{1,2}|=|->|=>|\/|\xe2\x80[\x93\x94]|\xe2\x86\x92)$/

const LETTER = 1
const CLOSER = 2
const KIND = new Uint8Array(256)
for (let c = 0; c < 26; c++) {
  KIND[65 + c] = LETTER
  KIND[97 + c] = LETTER
}
for (const c of `"'\`)]>*,.;:!?`) KIND[c.charCodeAt(0)] = CLOSER

/** Letters that a word is made of, when closing signs at most follow them: most words; 0 when it must be looked into. */
function plainLetters(text: string, from: number, to: number): number {
  let p = from
  while (p < to && KIND[text.charCodeAt(p) & 255] === LETTER) p++
  const letters = p - from
  while (p < to && KIND[text.charCodeAt(p) & 255] === CLOSER) p++
  return p === to ? letters : 0
}

/** {@link looksRandom} of a word that is all letters. */
const isRandomLetters = (text: string, from: number, to: number): boolean =>
  to - from >= 8 && to - from <= 512 && wordiness(text, from, to) < -0.5

/** What a token begins and ends with before {@link OPENING} and {@link CLOSING} need be asked. */
const MAY_OPEN = new Uint8Array(256)
for (const c of `"'\`([<*\xe2\xc2`) MAY_OPEN[c.charCodeAt(0)] = 1
const ENDS_SENTENCE = new Uint8Array(256)
for (const c of '.;:!?') ENDS_SENTENCE[c.charCodeAt(0)] = 1
const MAY_CLOSE = new Uint8Array(256)
for (const c of `"'\`)]>*,.;:!?\x99\x9d\xbb`) MAY_CLOSE[c.charCodeAt(0)] = 1

const openingLength = (token: string): number =>
  MAY_OPEN[token.charCodeAt(0) & 255] === 1 ? (OPENING.exec(token)?.[0].length ?? 0) : 0
const withoutClosing = (word: string): string =>
  word !== '' && MAY_CLOSE[word.charCodeAt(word.length - 1) & 255] === 1 ? word.replace(CLOSING, '') : word

/** Mixed of letters with digits or signs, or random letters. */
function looksRandom(word: string): boolean {
  return word.length >= MIN_VALUE && word.length <= 512 && isMixed(word) && !isNamedThing(word)
}

function isMixed(word: string): boolean {
  let letters = 0
  let digits = 0
  let signs = 0
  for (let i = 0; i < word.length; i++) {
    const c = word.charCodeAt(i)
    if (c >= 48 && c <= 57) digits++
    else if ((c | 32) >= 97 && (c | 32) <= 122) letters++
    else if (c > 127) return false
    else if (c !== 45 && c !== 39 && c !== 46 && c !== 95) signs++
  }
  if (letters + digits === 0) return false
  if (digits > 0) return letters > 0 || digits >= MIN_VALUE
  if (signs > 0) return letters > 3 && !/^[\w.'-]+[/=(]/.test(word)
  return word.length >= 8 && wordiness(word) < -0.5
}

/**
 * @returns where the value begins, which may be before the name, or -1
 */
export function proseValue(text: string, nameStart: number, nameEnd: number, limit: number): number {
  // to pass something is another word
  if (nameEnd - nameStart === 4 && /pass/i.test(text.slice(nameStart, nameEnd)))
    return passIs(text, nameEnd, limit)
  const after = valueAfterWords(text, nameStart, nameEnd, limit)
  if (after >= 0) return after
  if (nameStart < 40 && isBlank(codeAt(text, nameEnd)) && isFirst(text, nameStart)) {
    LAST.lastIndex = nameEnd
    if (LAST.test(text)) return LAST.lastIndex < limit ? LAST.lastIndex : -1
  }
  return valueBeforeName(text, nameStart, nameEnd)
}

/** At most a word stands before the name. */
const isFirst = (text: string, nameStart: number): boolean =>
  nameStart === 0 ||
  (isSpace(text.charCodeAt(nameStart - 1)) && /^\s*(?:[\w-]{1,20} )?$/.test(text.slice(0, nameStart)))

/** Reads the sentence on from the name. */
function valueAfterWords(text: string, nameStart: number, nameEnd: number, limit: number): number {
  const end = Math.min(limit, nameEnd + MAX_BYTES)
  let p = nameEnd
  let apposed = false
  if (!isBlank(codeAt(text, nameEnd))) {
    if (MAY_CLOSE_NAME[codeAt(text, nameEnd) & 255] !== 1) return -1
    const closing = CLOSES_NAME.exec(text.slice(nameEnd, nameEnd + 6))
    if (closing === null) return -1
    p += closing[0].length
    if ((closing[1] === '?' || closing[1] === '.') && !GOES_ON.test(text.slice(p, nameEnd + 16))) return -1
    apposed = closing[1] === ','
  }
  /** What stood last leads to a value. */
  let leads = apposed
  /** What it is for was told. */
  let owned = false
  /** The word before, and the lists it is in. */
  let beforeFrom = p
  let beforeTo = p
  let before = 0
  for (let n = 0; n < MAX_WORDS && p < end; n++) {
    while (p < end && isBlank(text.charCodeAt(p))) p++
    const from = p
    while (p < end && text.charCodeAt(p) > 32) p++
    if (p === from) return -1
    const letters = plainLetters(text, from, p)
    let core = ''
    let opened = 0
    if (letters === 0) {
      const token = text.slice(from, p)
      const tag = leads ? TAG.exec(token) : null
      if (tag !== null) return looksRandom(tag[2]!) ? from + tag[1]!.length : -1
      opened = openingLength(token)
      core = withoutClosing(token.slice(opened))
      if (core === '' || DASH.test(core)) {
        leads = true
        continue
      }
    }
    if (letters > 0 ? isRandomLetters(text, from, from + letters) : looksRandom(core)) {
      if (leads || (opened > 0 && (n === 0 || isAside(text, from, p, before)))) return from
      if ((before & IS_FROM) !== 0 && isChange(text, nameStart, nameStart)) return from
      if ((before & TELLS_WHOSE) === 0) return -1
      beforeFrom = from + opened
      beforeTo = beforeFrom + (letters > 0 ? letters : core.length)
      before = letters > 0 ? listsAt(text, beforeFrom, beforeTo) : listsOf(core)
      continue
    }
    // a setting, a tag or code is no sentence
    if (letters === 0 && !PLAIN.test(core) && !isNamedThing(core) && !/^[\w'-]{1,24}$/.test(core)) return -1
    const to = from + opened + (letters > 0 ? letters : core.length)
    const lists = letters > 0 ? listsAt(text, from, to) : listsOf(core.toLowerCase())
    const last = text.charCodeAt(p - 1)
    const colon = last === 58 || last === 61
    if ((lists & IS_SENT) !== 0) return -1
    if (
      n === 0 &&
      !apposed &&
      (lists & TAKES_VALUE) !== 0 &&
      !(colon && tellsState(text, nameStart, nameEnd, text.slice(from + opened, to).toLowerCase()))
    )
      return -1
    if ((lists & IS_FOR) !== 0) owned = true
    if ((lists & IS_LINK) !== 0) {
      if ((before & IS_IDENTITY) !== 0) return -1
      leads = (lists & IS_TO) === 0 || isChange(text, nameStart, p)
    } else if (!leads || (lists & IS_STILL) === 0)
      leads = (lists & LINKS_AFTER_CHANGE) !== 0 && isChange(text, nameStart, p)
    if (colon) {
      if (
        n > 0 &&
        !leads &&
        !(owned && (lists & (TELLS_WHOSE | IS_IDENTITY)) === TELLS_WHOSE) &&
        takesColon(text.slice(from + opened, to), text.slice(beforeFrom, beforeTo))
      )
        return -1
      leads = true
    } else if (last === 59) return -1
    else if (last === 46 || last === 33 || last === 63) {
      if (!GOES_ON.test(text.slice(p, p + 9))) return -1
    }
    beforeFrom = from + opened
    beforeTo = to
    before = lists
  }
  return -1
}

/** What closes the name: `"password" is`, `password, ...`. */
const MAY_CLOSE_NAME = new Uint8Array(256)
for (const c of `"'\`)*,?.\xe2`) MAY_CLOSE_NAME[c.charCodeAt(0)] = 1
const CLOSES_NAME = /^(?:["'`)*]|\xe2\x80[\x99\x9d])*([,?.]?)(?=[ \t])/
/** The next sentence tells the value. */
const GOES_ON = /^\s(?:it|the new|new|use|es|das|A:|Answer:)(?:\b|\s)/i

const isChange = (text: string, nameStart: number, to: number): boolean =>
  CHANGE.test(text.slice(Math.max(0, nameStart - 40), to))

/** `the key we use in staging (...)` */
const isAside = (text: string, from: number, to: number, before: number): boolean =>
  text.charCodeAt(from) === 40 &&
  text.charCodeAt(to - 1) === 41 &&
  (before & (TELLS_WHOSE | TAKES_VALUE)) === 0

const STATE = /^(?:expired|invalid|revoked|rejected|failed|mismatch|unexpected|denied)$/
/** `token expired: ...`, `api key rejected: ...` tell the very token; of a password it would be its user. */
const tellsState = (text: string, nameStart: number, nameEnd: number, word: string): boolean =>
  STATE.test(word) && /(?:token|key|secret)$/i.test(text.slice(nameStart, nameEnd))

const TO = /^(?:to|by|from|of|for|with|on|as|in|at)$/
/** `password link sent to: ...`, `password of user: ...`; but `to sign in: ...`. */
const takesColon = (word: string, before: string): boolean => {
  const lower = word.toLowerCase()
  return TO.test(lower)
    ? !CHANGE.test(before) && !/^(?:sign|log)$/i.test(before)
    : (listsOf(lower) & TAKES_VALUE) !== 0
}

/** Reads the sentence back from the name: `... is the password`, `... (password)`, `use ... as API key`. */
function valueBeforeName(text: string, nameStart: number, nameEnd: number): number {
  const opener = text.charCodeAt(nameStart - 1)
  if (opener !== 32 && opener !== 40) return -1
  const rest = /^["'`)]{0,2}([.,;:!?)]|\s+$|$|\s+(\S{1,12}))/.exec(text.slice(nameEnd, nameEnd + 20))
  if (
    rest === null ||
    (rest[2] !== undefined && (listsOf(rest[2].toLowerCase().replace(/\W+$/, '')) & GOES_AFTER_NAME) === 0)
  )
    return -1
  const low = Math.max(0, nameStart - MAX_BYTES)
  let p = nameStart - 1
  let linked = opener === 40
  if (linked && !IN_BRACKETS.test(text.slice(nameEnd, nameEnd + 48))) return -1
  for (let n = 0; n < MAX_GAP_WORDS; n++) {
    while (p > low && isBlank(text.charCodeAt(p - 1))) p--
    const to = p
    while (p > low && text.charCodeAt(p - 1) > 32) p--
    if (p === to) return -1
    const letters = plainLetters(text, p, to)
    const token = text.slice(p, to)
    const opened = letters > 0 ? 0 : openingLength(token)
    const core = letters > 0 ? token.slice(0, letters) : withoutClosing(token.slice(opened))
    if (letters > 0 ? isRandomLetters(text, p, p + letters) : looksRandom(core))
      return linked && !token.endsWith(':') && !isTaken(text, p) ? p + opened : -1
    const lists = listsOf(core.toLowerCase())
    if ((lists & LINKS_BEFORE) !== 0) linked = true
    else if ((lists & FILLS_BEFORE) === 0 && (linked || !PLAIN.test(core) || n > 2)) return -1
    if (ENDS_SENTENCE[text.charCodeAt(to - 1) & 255] === 1) return -1
  }
  return -1
}

/** `... (password)`, `... (password for bob)` */
const IN_BRACKETS = /^(?: (?:for|of|on|in|to) [\w.@-]{1,40})?\)/

/** `user bob42 is the password owner`: the word before says what the value is, and it is no credential. */
function isTaken(text: string, at: number): boolean {
  const word = /([A-Za-z]{2,16})[ \t]$/.exec(text.slice(Math.max(0, at - 18), at))
  return word !== null && (listsOf(word[1]!.toLowerCase()) & TAKES_VALUE) !== 0
}
