import type { Validator } from '../rule.ts'

/** Sum of the Luhn algorithm, ISO/IEC 7812-1 annex B, over digits right to left; `doubled` tells whether the last one is. */
function luhnSum(digits: string, doubled: boolean): number {
  let sum = 0
  let double = doubled
  for (let i = digits.length - 1; i >= 0; i--) {
    const digit = digits.charCodeAt(i) - 48
    const weighted = double ? digit * 2 : digit
    sum += weighted > 9 ? weighted - 9 : weighted
    double = !double
  }
  return sum
}

/** The digit that makes `body` pass. */
export const luhnCheckDigit = (body: string): string => String((10 - (luhnSum(body, true) % 10)) % 10)

/** A payment card number of 13 to 19 digits, spaces and hyphens allowed. */
export const luhn: Validator = (text) => {
  const digits = text.replace(/[ -]/g, '')
  if (!/^\d{13,19}$/.test(digits)) return 'unknown'
  return luhnSum(digits, false) % 10 === 0 ? 'valid' : 'invalid'
}
