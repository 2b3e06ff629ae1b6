const HEX2 = /[0-9A-Fa-f]{2}/y
const HEX4 = /[0-9A-Fa-f]{4}/y

const isHex = (text: string, at: number, four: boolean): boolean => {
  const re = four ? HEX4 : HEX2
  re.lastIndex = at
  return re.test(text)
}

const isWord = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)

/**
 * Whether a token may begin at `at`: nothing, punctuation, or the end of an escape stands left of it. Escapes are
 * what logs put before a value: `\n`, `\t`, `%3D`, `\x3d`, `\u003d`, and a colour sequence such as `ESC[31m`.
 */
export function leftBoundary(text: string, at: number): boolean {
  if (at === 0) return true
  const left = text.charCodeAt(at - 1)
  if (!isWord(left)) return true
  if (at >= 2 && text[at - 2] === '\\' && 'nrtbfv0'.includes(text[at - 1]!)) return true
  if (at >= 3 && text[at - 3] === '%' && isHex(text, at - 2, false)) return true
  if (at >= 4 && text[at - 4] === '\\' && text[at - 3] === 'x' && isHex(text, at - 2, false)) return true
  if (at >= 6 && text[at - 6] === '\\' && text[at - 5] === 'u' && isHex(text, at - 4, true)) return true
  return left === 109 && /\x1b\[[\d;]{0,12}m$/.test(text.slice(Math.max(0, at - 15), at))
}
