import { crc32 } from 'node:zlib'
import type { Draw } from './draw.ts'

/**
 * Credentials in the shape of real ones, drawn from the seed: none was ever issued by anybody. Check digits are right
 * where a kind has them, so that a scanner's validator is exercised too.
 */

const DIGITS = '0123456789'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const ALNUM = DIGITS + UPPER + LOWER
const BASE64URL = `${ALNUM}-_`

/** Six base-62 digits of the CRC-32, as GitHub and npm append them (github.blog, "Behind GitHub's new token formats"). */
function withChecksum(prefix: string, random: string): string {
  let n = crc32(random)
  let check = ''
  for (let i = 0; i < 6; i++) {
    check = ALNUM[n % 62]! + check
    n = Math.floor(n / 62)
  }
  return prefix + random + check
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const MAKERS = {
  'aws-access-key-id': (d: Draw) => `AKIA${d.letters(`${UPPER}234567`, 16)}`,
  'aws-secret-access-key': (d: Draw) => d.letters(`${ALNUM}+/`, 40),
  'github-token': (d: Draw) => withChecksum('ghp_', d.letters(ALNUM, 30)),
  'gitlab-token': (d: Draw) => `glpat-${d.letters(BASE64URL, 20)}`,
  'slack-bot-token': (d: Draw) =>
    `xoxb-${d.letters(DIGITS.slice(1), 12)}-${d.letters(DIGITS.slice(1), 13)}-${d.letters(ALNUM, 24)}`,
  'stripe-secret-key': (d: Draw) => `sk_live_${d.letters(ALNUM, 24)}`,
  'google-api-key': (d: Draw) => `AIza${d.letters(BASE64URL, 35)}`,
  'sendgrid-api-key': (d: Draw) => `SG.${d.letters(BASE64URL, 22)}.${d.letters(BASE64URL, 43)}`,
  'npm-token': (d: Draw) => withChecksum('npm_', d.letters(ALNUM, 30)),
  jwt: (d: Draw) =>
    `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({
      sub: `u-${d.hex(6)}`,
      iat: 1_760_000_000 + d.int(9_000_000),
      scope: 'orders:write',
    })}.${d.letters(BASE64URL, 43)}`,
  'database-url-password': (d: Draw) => d.letters(ALNUM, 22),
  password: (d: Draw) => `${d.letters(ALNUM, 9)}${d.pick(['!', '#', '%', '?'])}${d.letters(ALNUM, 6)}`,
} as const satisfies Record<string, (draw: Draw) => string>

export type CredentialKind = keyof typeof MAKERS
export const CREDENTIAL_KINDS = Object.keys(MAKERS) as readonly CredentialKind[]

export function drawCredential(draw: Draw, kind: CredentialKind): string {
  return MAKERS[kind](draw)
}
