import type { Validator } from '../rule.ts'

/** Remainder by 97 of a number written with letters as 10 to 35, ISO 13616 and ISO 7064. */
function mod97(text: string): number {
  let rest = 0
  for (const character of text) {
    const code = character.charCodeAt(0)
    rest = code >= 65 ? (rest * 100 + code - 55) % 97 : (rest * 10 + code - 48) % 97
  }
  return rest
}

/** The two digits after the country code. */
export const ibanCheckDigits = (country: string, account: string): string =>
  String(98 - mod97(`${account}${country}00`)).padStart(2, '0')

/** An international bank account number; spaces allowed. */
export const iban: Validator = (text) => {
  const compact = text.replace(/ /g, '').toUpperCase()
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(compact)) return 'unknown'
  return mod97(compact.slice(4) + compact.slice(0, 4)) === 1 ? 'valid' : 'invalid'
}
