import { FIRST, PASSES, SECOND } from './assembly/sieve-layout.ts'
import { shareOf } from './gram-rarity.ts'
import { firstPlace, secondBit, secondWord } from './window-filter.kernel.ts'
import type { WindowFilter } from './window-filter.ts'

/** A literal to look for; its place in the list is the id that hits carry. */
export interface Keyword {
  readonly text: string
  readonly ignoreCase?: boolean
}

/** A keyword seen from its anchor: the rarest four bytes in it, or its three. */
export interface Anchored {
  readonly keyword: number
  readonly bytes: Uint8Array
  /** Bit that tells the cases of a letter apart, by byte; ignored in comparing. */
  readonly cases: Uint8Array
  /** Where in the keyword its anchor begins. */
  readonly offset: number
}

const MIN_BYTES = 3
export const ANCHOR_BYTES = 4
const LOWER_CASE = 32

const isLetter = (byte: number): boolean => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)

/** @throws RangeError when the keyword is under 3 bytes */
export function anchored(keyword: Keyword, id: number): Anchored {
  const bytes = Buffer.from(keyword.text, 'utf8')
  if (bytes.length < MIN_BYTES) throw new RangeError('a keyword needs at least 3 bytes')
  const cases = bytes.map((byte) => (keyword.ignoreCase === true && isLetter(byte) ? LOWER_CASE : 0))
  let offset = 0
  let least = Number.POSITIVE_INFINITY
  for (let o = 0; o + ANCHOR_BYTES <= bytes.length; o++) {
    // each case that a letter may stand in makes the anchor as much more common
    const share =
      shareOf(bytes.subarray(o, o + ANCHOR_BYTES)) *
      2 ** cases.subarray(o, o + ANCHOR_BYTES).filter((bit) => bit !== 0).length
    if (share < least) {
      least = share
      offset = o
    }
  }
  return { keyword: id, bytes, cases, offset }
}

/** Every way to write an anchor, as a little-endian number, and how many bytes it has. */
export function anchorsOf({ bytes, cases, offset }: Anchored): { ways: number[]; length: number } {
  const length = Math.min(ANCHOR_BYTES, bytes.length)
  let ways = [0]
  for (let i = 0; i < length; i++) {
    const byte = bytes[offset + i]!
    const spellings = cases[offset + i] === 0 ? [byte] : [byte | LOWER_CASE, byte & ~LOWER_CASE]
    ways = ways.flatMap((way) => spellings.map((c) => way | (c << (8 * i))))
  }
  return { ways, length }
}

/** Enters an anchor into both sieves. */
export function enter(filter: WindowFilter, way: number, length: number): void {
  const firstAt = filter.tablesAt + FIRST
  const word = ((filter.tablesAt + SECOND) >> 2) + secondWord(way)
  if (length === MIN_BYTES) {
    for (let fourth = 0; fourth < 256; fourth++)
      filter.bytes[firstAt + firstPlace(way | (fourth << 24))] = PASSES
    filter.words[word] = -1
  } else {
    filter.bytes[firstAt + firstPlace(way)] = PASSES
    filter.words[word] = filter.words[word]! | (1 << secondBit(way))
  }
}
