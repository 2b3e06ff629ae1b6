import type { Random } from '../core/clock.ts'
import { ibanCheckDigits } from './validators/iban.ts'
import { luhnCheckDigit } from './validators/luhn.ts'
import { cnpjCheckDigits, cpfCheckDigits, dniLetter, nifCheckDigit } from './validators/national-ids.ts'

/** Made-up values that pass their published checks, for the examples of rules. */

const digits = (count: number, random: Random): string => {
  let out = ''
  for (let i = 0; i < count; i++) out += Math.floor(random() * 10)
  return out
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JSON Web Token, RFC 7519, with a signature of random text. */
export const jwtOf = (subject: string, signature: string): string =>
  `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ sub: subject, iat: 1700000000 })}.${signature}`

/** `prefix:length`, e.g. `4:16`. */
export function makeLuhn(argument: string, random: Random): string {
  const [prefix = '4', length = '16'] = argument.split(':')
  const body = prefix + digits(Number(length) - prefix.length - 1, random)
  return body + luhnCheckDigit(body)
}

/** Country code, then the number of digits of its account part: `DE:18`. */
export function makeIban(argument: string, random: Random): string {
  const [country = 'DE', length = '18'] = argument.split(':')
  const account = digits(Number(length), random)
  return country + ibanCheckDigits(country, account) + account
}

export function makeCpf(random: Random): string {
  const body = digits(9, random)
  return body + cpfCheckDigits(body)
}

export function makeCnpj(random: Random): string {
  const body = digits(12, random)
  return body + cnpjCheckDigits(body)
}

/** Portuguese tax number of a person (first digit 2). */
export function makeNif(random: Random): string {
  const body = `2${digits(7, random)}`
  return body + nifCheckDigit(body)
}

/** Spanish identity number. */
export function makeDni(random: Random): string {
  const body = digits(8, random)
  return body + dniLetter(body)
}

/** A social security number in an area that is issued. */
export const makeSsn = (random: Random): string =>
  `${100 + Math.floor(random() * 500)}-${10 + Math.floor(random() * 80)}-${1000 + Math.floor(random() * 8000)}`
