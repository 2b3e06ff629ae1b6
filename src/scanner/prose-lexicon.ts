import {
  AFTER_NAME,
  BEFORE_FILL,
  BEFORE_LINK,
  IDENTITY,
  LINK,
  LINK_AFTER_CHANGE,
  SENT,
  TAKES,
  WHOSE,
} from './prose-words.ts'

/** What the lists of `prose-words.ts` say of a word, all at once: a bit for each list it is in. */

export const IS_LINK = 1
export const LINKS_AFTER_CHANGE = 2
export const IS_SENT = 4
export const IS_IDENTITY = 8
export const TAKES_VALUE = 16
export const LINKS_BEFORE = 32
export const FILLS_BEFORE = 64
export const GOES_AFTER_NAME = 128
export const TELLS_WHOSE = 256

const LISTS = [
  [IS_LINK, LINK],
  [LINKS_AFTER_CHANGE, LINK_AFTER_CHANGE],
  [IS_SENT, SENT],
  [IS_IDENTITY, IDENTITY],
  [TAKES_VALUE, TAKES],
  [LINKS_BEFORE, BEFORE_LINK],
  [FILLS_BEFORE, BEFORE_FILL],
  [GOES_AFTER_NAME, AFTER_NAME],
  [TELLS_WHOSE, WHOSE],
] as const

const bits = new Map<string, number>()
for (const [bit, words] of LISTS) for (const word of words) bits.set(word, (bits.get(word) ?? 0) | bit)

/** The lists a word is in that is written in lower case, latin1. */
export const listsOf = (word: string): number => bits.get(word) ?? 0
