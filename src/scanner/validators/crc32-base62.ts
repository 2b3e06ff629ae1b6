import { crc32 } from 'node:zlib'
import type { Validator } from '../rule.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const CHECK_CHARACTERS = 6

/** CRC-32 in base 62, left-padded to six characters. Source: GitHub's engineering blog, "Behind GitHub's new
 *  authentication token formats" (2021); npm documents the same for its tokens. */
export function crc32Base62Of(body: string): string {
  let rest = crc32(body)
  let digits = ''
  for (let i = 0; i < CHECK_CHARACTERS; i++) {
    digits = ALPHABET[rest % 62]! + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}

/** `prefix_` + 30 characters + 6 characters of checksum over the 30. */
export const crc32Base62: Validator = (text) => {
  const body = text.slice(text.lastIndexOf('_') + 1)
  if (body.length !== 36) return 'unknown'
  return crc32Base62Of(body.slice(0, -CHECK_CHARACTERS)) === body.slice(-CHECK_CHARACTERS)
    ? 'valid'
    : 'invalid'
}
