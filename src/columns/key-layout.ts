/** Sizes and roles of a KeyTable. Numbers only: this file is compiled into WebAssembly as well. */

/** Ids, 0 included, which is none. */
export const MAX_KEYS = 4096
/** The value of a key with this role is hashed while decoding: it names a series, a subject or a category. */
export const ROLE_HASH = 1
export const KEY_SLOTS = 16384 // four times MAX_KEYS: short probes
export const KEY_WORDS = 65536
/** Bits below the roles in the second word of a key's card, see KeyTable.copyTo: its length. */
export const ROLE_SHIFT = 8
