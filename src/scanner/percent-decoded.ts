const ESCAPE = /%[0-9A-Fa-f]{2}/
/** A URL inside a URL inside a URL. */
const MAX_DEPTH = 3

/** Percent-decoded text at any depth, or the text as it is where the escapes are broken. */
export function percentDecoded(text: string): string {
  let out = text
  for (let i = 0; i < MAX_DEPTH && out.includes('%') && ESCAPE.test(out); i++) {
    try {
      out = decodeURIComponent(out)
    } catch {
      break
    }
  }
  return out
}
