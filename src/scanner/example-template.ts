import type { Random } from '../core/clock.ts'
import { jwtOf, makeCnpj, makeCpf, makeDni, makeIban, makeLuhn, makeNif, makeSsn } from './example-makers.ts'
import { crc32Base62Of } from './validators/crc32-base62.ts'

/**
 * Rules carry examples as templates, so that no credential-like string stands in the repository.
 *
 *   `token=ghp_{crc62}`   ->  literal text, a generator in braces, its arguments after colons
 *   `{hex:32}` `{alnum:20-40}`   ->  an alphabet and a length, or a range of lengths
 */
export interface ExpandedExample {
  readonly text: string
  /** Where the longest generated part lies; a rule's secret must cover it. Empty when nothing was generated. */
  readonly start: number
  readonly end: number
}

const DIGITS = '0123456789'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()

const ALPHABETS: Readonly<Record<string, string>> = {
  alnum: UPPER + LOWER + DIGITS,
  lowernum: LOWER + DIGITS,
  uppernum: UPPER + DIGITS,
  lower: LOWER,
  upper: UPPER,
  alpha: UPPER + LOWER,
  digit: DIGITS,
  hex: `${DIGITS}abcdef`,
  upperhex: `${DIGITS}ABCDEF`,
  base64: `${UPPER}${LOWER}${DIGITS}+/`,
  base64url: `${UPPER}${LOWER}${DIGITS}-_`,
  word: `${UPPER}${LOWER}${DIGITS}_`,
  base32: `${UPPER}234567`,
  base58: '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
  /** BIP-173. */
  bech32: 'qpzry9x8gf2tvdw0s3jn54khce6mua7l',
  bech32upper: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L',
}

const pick = (alphabet: string, length: number, random: Random): string => {
  let out = ''
  for (let i = 0; i < length; i++) out += alphabet[Math.floor(random() * alphabet.length)]!
  return out
}

const MAKERS: Readonly<Record<string, (random: Random, argument: string) => string>> = {
  uuid: (random) => [8, 4, 4, 4, 12].map((length) => pick(ALPHABETS['hex']!, length, random)).join('-'),
  crc62: (random) => {
    const body = pick(ALPHABETS['alnum']!, 30, random)
    return body + crc32Base62Of(body)
  },
  jwt: (random) => jwtOf(pick(ALPHABETS['lowernum']!, 16, random), pick(ALPHABETS['base64url']!, 43, random)),
  userpass: (random) => Buffer.from(`deploy:${pick(ALPHABETS['alnum']!, 18, random)}`).toString('base64'),
  luhn: (random, argument) => makeLuhn(argument, random),
  iban: (random, argument) => makeIban(argument, random),
  cpf: makeCpf,
  cnpj: makeCnpj,
  nif: makeNif,
  dni: makeDni,
  ssn: makeSsn,
}

function generate(name: string, argument: string, random: Random): string | null {
  const make = MAKERS[name]
  if (make !== undefined) return make(random, argument)
  const alphabet = ALPHABETS[name]
  if (alphabet === undefined) return null
  const [least = 0, most = least] = argument.split('-').map(Number)
  return pick(alphabet, least + Math.floor(random() * (most - least + 1)), random)
}

/** Fills a template. The same random numbers give the same text; a name that is no generator stays as it is. */
export function expandTemplate(template: string, random: Random): ExpandedExample {
  let text = ''
  let from = 0
  let start = 0
  let end = 0
  for (const found of template.matchAll(/\{([a-z][a-z0-9]*)(?::([^{}]*))?\}/g)) {
    const made = generate(found[1]!, found[2] ?? '', random)
    if (made === null) continue
    text += template.slice(from, found.index)
    from = found.index + found[0].length
    if (made.length > end - start) {
      start = text.length
      end = start + made.length
    }
    text += made
  }
  return { text: text + template.slice(from), start, end }
}
