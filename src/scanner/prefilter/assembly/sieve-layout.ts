/**
 * Where the scanner's tables lie, in bytes from where they begin, and what the sieves' hashes are made of. Numbers only:
 * this file is compiled into WebAssembly as well.
 */
import { MAX_KEYS } from '../../../columns/key-layout.ts'

/** 2^32 over the golden ratio times 2^7; and the multiplier of MurmurHash3. */
export const FIRST_FACTOR = 0x9e3779b1 << 7
export const SECOND_FACTOR = 0x85ebca6b | 0
export const FIRST_BITS = 14
export const SECOND_WORD_BITS = 12

/** Windows in a block; spans are read in whole blocks. */
export const BLOCK = 8
/** A window has four bytes; the last one of a span may hold three of its own. */
export const WINDOW_TAIL = 3
export const MAX_SPANS = 4096
/** Bytes that are sieved in one go: small enough for the second cache. */
export const STAGE_BYTES = 65_536

/** Bytes: PASSES where a keyword's anchor falls, else 0. */
export const FIRST = 0
export const PASSES = 4
/** Int32: a bitmap. */
export const SECOND = FIRST + (1 << FIRST_BITS)
/** Int32 words, see below. */
export const STATE = SECOND + (1 << SECOND_WORD_BITS) * 4
/** By key: KIND_*. */
export const KINDS = STATE + 64
/** By span: 1 where it is to be visited whatever is in it; its bytes; its row and attribute. */
export const MARKED = KINDS + MAX_KEYS
export const STARTS = MARKED + MAX_SPANS
export const ENDS = STARTS + MAX_SPANS * 4
export const ROWS = ENDS + MAX_SPANS * 4
export const ATTRS = ROWS + MAX_SPANS * 4
/** Int32: places in question. A span's last block may begin before the span and is read twice in part. */
export const LIST = ATTRS + MAX_SPANS * 4
export const TABLES_BYTES = LIST + (STAGE_BYTES + MAX_SPANS * BLOCK) * 4 + 64

/** Words of STATE: the first span not sieved; spans collected, those marked, their bytes. */
export const NEXT_SPAN = 0
export const COUNT = 1
export const MARKS = 2
export const BYTES = 3

/** What a key says of its value: not asked yet; nothing; that it is a secret. */
export const KIND_UNKNOWN = 0
export const KIND_HARMLESS = 1
export const KIND_SECRET = 2

/** Shorter strings hold no credential, unless their key says that they are one. */
export const MIN_BYTES = 10
export const MIN_NAMED_BYTES = 4
/** The record's own text rather than an attribute. */
export const TEXT = -1
