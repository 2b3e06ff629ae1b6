/**
 * The code unit at `p`, or -1 outside of the text. To ask a string for an index it has not sends V8 on a search for a
 * property of that name, a hundred times as long.
 */
export const codeAt = (text: string, p: number): number =>
  p >= 0 && p < text.length ? text.charCodeAt(p) : -1

/** `"`, `'` or a backtick. */
export const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96

/** A blank or a tab. */
export const isBlank = (code: number): boolean => code === 32 || code === 9

/** What `\s` matches of latin1, and the other control characters. */
export const isSpace = (code: number): boolean => code <= 32 || code === 0xa0
