import {
  AFTER_NAME,
  BEFORE_FILL,
  BEFORE_LINK,
  IDENTITY,
  LINK,
  LINK_AFTER_CHANGE,
  SENT,
  STILL,
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
export const IS_TO = 512
export const IS_FROM = 1024
export const IS_STILL = 2048
export const IS_FOR = 4096

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
  [IS_TO, ['to']],
  [IS_FROM, ['from']],
  [IS_STILL, STILL],
  [IS_FOR, ['for', 'of']],
] as const

const bits = new Map<string, number>()
for (const [bit, words] of LISTS) for (const word of words) bits.set(word, (bits.get(word) ?? 0) | bit)

/** The lists a word is in that is written in lower case, latin1. */
export const listsOf = (word: string): number => bits.get(word) ?? 0

const SLOTS = 2048
const FNV_PRIME = 0x01000193
/** The bit that tells lower case from upper case. */
const LOWER_CASE = 32
const table: string[] = new Array<string>(SLOTS).fill('')
const listsInTable = new Int32Array(SLOTS)
for (const [word, lists] of bits) {
  let slot = hashOf(word, 0, word.length)
  while (table[slot] !== '') slot = (slot + 1) & (SLOTS - 1)
  table[slot] = word
  listsInTable[slot] = lists
}

/** The same for text[from..to), letters of ASCII in any case, without making a string of it. */
export function listsAt(text: string, from: number, to: number): number {
  for (let slot = hashOf(text, from, to); table[slot] !== ''; slot = (slot + 1) & (SLOTS - 1))
    if (stands(table[slot]!, text, from, to)) return listsInTable[slot]!
  return 0
}

function hashOf(text: string, from: number, to: number): number {
  let h = to - from
  for (let p = from; p < to; p++) h = Math.imul(h ^ (text.charCodeAt(p) | LOWER_CASE), FNV_PRIME)
  return (h ^ (h >>> 15)) & (SLOTS - 1)
}

function stands(word: string, text: string, from: number, to: number): boolean {
  if (word.length !== to - from) return false
  for (let i = 0; i < word.length; i++)
    if (word.charCodeAt(i) !== (text.charCodeAt(from + i) | LOWER_CASE)) return false
  return true
}
