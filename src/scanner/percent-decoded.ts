/** A URL inside a URL inside a URL. */
const MAX_DEPTH = 3

const HEX_DIGIT = new Uint8Array(256)
for (const c of '0123456789abcdefABCDEF') HEX_DIGIT[c.charCodeAt(0)] = 1

/** Whether there is a `%` and each has its two digits: an error is dear to make, and most values are of no URL. */
function isEscaped(text: string): boolean {
  let p = text.indexOf('%')
  if (p < 0) return false
  for (; p >= 0; p = text.indexOf('%', p + 3))
    if (HEX_DIGIT[text.charCodeAt(p + 1)] !== 1 || HEX_DIGIT[text.charCodeAt(p + 2)] !== 1) return false
  return true
}

/** What is longer is no secret in a URL. */
const MAX_CHARACTERS = 2048

/** Percent-decoded text at any depth, or the text as it is where the escapes are broken or it is long. */
export function percentDecoded(text: string): string {
  if (text.length > MAX_CHARACTERS) return text
  let out = text
  for (let i = 0; i < MAX_DEPTH && isEscaped(out); i++) {
    try {
      out = decodeURIComponent(out)
    } catch {
      break
    }
  }
  return out
}
