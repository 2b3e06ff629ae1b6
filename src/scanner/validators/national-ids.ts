import type { Validator } from '../rule.ts'

/** Check digits of personal and company numbers. Sources: Receita Federal (CPF, CNPJ), Ministerio del Interior
 *  (DNI/NIE), Autoridade Tributaria (NIF), Social Security Administration (SSN randomization, 2011). */

const weighted = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, i) => sum + weight * (digits.charCodeAt(i) - 48), 0)

const descending = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from - i)

const mod11 = (sum: number): string => String(sum % 11 < 2 ? 0 : 11 - (sum % 11))

const allSame = (digits: string): boolean => digits === digits[0]!.repeat(digits.length)

export function cpfCheckDigits(body: string): string {
  const first = mod11(weighted(body, descending(10, 9)))
  return first + mod11(weighted(body + first, descending(11, 10)))
}

export const cpf: Validator = (text) => {
  const digits = text.replace(/[.\-/ ]/g, '')
  if (!/^\d{11}$/.test(digits)) return 'unknown'
  return !allSame(digits) && cpfCheckDigits(digits.slice(0, 9)) === digits.slice(9) ? 'valid' : 'invalid'
}

const CNPJ_WEIGHTS = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]

/** Digits or, from July 2026 on, upper-case letters whose value is their ASCII code less 48. */
export function cnpjCheckDigits(body: string): string {
  const first = mod11(weighted(body, CNPJ_WEIGHTS))
  return first + mod11(weighted(body + first, [6, ...CNPJ_WEIGHTS]))
}

export const cnpj: Validator = (text) => {
  const compact = text.replace(/[.\-/ ]/g, '')
  if (!/^[0-9A-Z]{12}\d{2}$/.test(compact)) return 'unknown'
  return !allSame(compact) && cnpjCheckDigits(compact.slice(0, 12)) === compact.slice(12)
    ? 'valid'
    : 'invalid'
}

export const nifCheckDigit = (body: string): string => mod11(weighted(body, descending(9, 8)))

export const nif: Validator = (text) => {
  const digits = text.replace(/[ .-]/g, '')
  if (!/^\d{9}$/.test(digits)) return 'unknown'
  return /^[1-35689]/.test(digits) && nifCheckDigit(digits) === digits[8] ? 'valid' : 'invalid'
}

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'

export const dniLetter = (body: string): string => DNI_LETTERS[Number(body) % 23]!

/** DNI, or NIE whose first letter X, Y, Z stands for 0, 1, 2. */
export const dni: Validator = (text) => {
  const compact = text.replace(/[ .-]/g, '').toUpperCase()
  if (!/^[XYZ\d]\d{7}[A-Z]$/.test(compact)) return 'unknown'
  const body = compact.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)))
  return dniLetter(body) === compact.at(-1) ? 'valid' : 'invalid'
}

/** Only what was never issued is invalid: there is no check digit. */
export const ssn: Validator = (text) => {
  const found = /^(\d{3})[- ]?(\d{2})[- ]?(\d{4})$/.exec(text)
  if (found === null) return 'unknown'
  const [, area, group, serial] = found
  if (area === '000' || area === '666' || area! >= '900' || group === '00' || serial === '0000')
    return 'invalid'
  return 'unknown'
}
