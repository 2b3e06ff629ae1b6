/** Bits set in a 32-bit word. */
function bits(word: number): number {
  let count = 0
  for (let w = word; w !== 0; w &= w - 1) count++
  return count
}

/** `ghp_xxxxxxxx`, `AKIAAAAAAAAAAAAAAAAA`, `sk_live_1234567890...`: a form filled with nothing. */
export function isFiller(text: string): boolean {
  if (/x{6,}|X{6,}|\*{3,}|\.{3}|0{9,}|<|\$\{|\{\{/.test(text)) return true
  const from = text.length > 16 ? 8 : 0
  if (text.length - from < 12) return false
  let low = 0
  let high = 0
  // distinct characters of the body, folded to 64 bits: at most 4 is a filler
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if ((c & 32) === 0) low |= 1 << (c & 31)
    else high |= 1 << (c & 31)
    if (bits(low) + bits(high) > 4) return false
  }
  return true
}
