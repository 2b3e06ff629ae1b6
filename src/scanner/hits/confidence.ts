/** Confidence of stage 1 by how a candidate was found. */
export const RULE_BASE = 0.85
export const KEY_BLOCK_BASE = 0.9
/** A parsed place: URL, command, base64 of user and password. */
export const PARSED_BASE = 0.5
export const SCHEME_BASE = 0.4
export const NAMED_BASE = 0.3
/** Without an operator only strict forms come through, which is worth most of what an operator is. */
export const LOOSE_BASE = 0.42

/** A generic value goes no further than this. */
export const MAX_VALUE = 8192
