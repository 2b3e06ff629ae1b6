/** Powers of ten that a Float64 holds exactly. */
const TEN = Float64Array.from({ length: 23 }, (_, i) => 10 ** i)

/**
 * Number of the text in [start, end), NaN when it is none; surrounding blanks are allowed.
 * Up to 15 digits need no string: mantissa and power of ten are exact then, so their quotient is correctly rounded
 * (W. Clinger, "How to read floating point numbers accurately", PLDI 1990). The rest goes through Number().
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  while (start < end && bytes[start] === 32) start++
  while (end > start && bytes[end - 1] === 32) end--
  let p = start
  const negative = bytes[p] === 45
  if (negative) p++
  let mantissa = 0
  let digits = 0
  let fraction = -1
  for (; p < end; p++) {
    const c = bytes[p]! - 48
    if (c >= 0 && c <= 9) {
      mantissa = mantissa * 10 + c
      digits++
    } else if (c === -2 && fraction < 0) fraction = digits
    else break
  }
  if (p < end || digits > 15) return slow(bytes, start, end)
  if (digits === 0) return Number.NaN
  const value = fraction < 0 ? mantissa : mantissa / TEN[digits - fraction]!
  return negative ? -value : value
}

/** Exponents and long numbers; not what else Number() takes: hexadecimal, blanks, Infinity. */
function slow(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 64) return Number.NaN
  let text = ''
  for (let p = start; p < end; p++) text += String.fromCharCode(bytes[p]!)
  return /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN
}
