/**
 * What the kernel keeps in a batch's memory beside the columns, in bytes from where its tables begin. Numbers only:
 * TypeScript writes these tables, the kernel reads them.
 */
import { KEY_SLOTS, KEY_WORDS, MAX_KEYS } from '../../../../columns/key-layout.ts'

/** Int32 words that a call leaves: rows and attribute rows in use. */
export const ROWS_USED = 0
export const ATTRS_USED = 4
/** Float64: time of records that carry none, ms since epoch. */
export const RECEIVED_MS = 8
/** Uint16 by key: the key that came after it the last time; the entry past MAX_KEYS is the first key of a record. */
export const FOLLOWS = 16
/** Uint16: the key table's slots. */
export const SLOTS = FOLLOWS + 2 * (MAX_KEYS + 16)
/** Two Int32 by key: byte offset of its words, and length with the roles above it. */
export const CARDS = SLOTS + 2 * KEY_SLOTS
/** Int32: the key table's words. */
export const WORDS = CARDS + 8 * MAX_KEYS
/** Two Int32 by number: the hash of whole numbers below SMALL_COUNT. */
export const SMALL = WORDS + 4 * KEY_WORDS
export const SMALL_COUNT = 1024
/** Room for the decimal digits of a number. */
export const DIGITS = SMALL + 8 * SMALL_COUNT
export const TABLES_BYTES = DIGITS + 32
