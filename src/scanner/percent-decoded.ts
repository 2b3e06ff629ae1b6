const ESCAPE = /%[0-9A-Fa-f]{2}/

/** Percent-decoded text, or the text as it is where the escapes are broken. */
export function percentDecoded(text: string): string {
  if (!text.includes('%') || !ESCAPE.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
