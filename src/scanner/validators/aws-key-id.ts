import type { Validator } from '../rule.ts'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The account a key id belongs to, twelve digits, or null when it is no base32. Ids issued from 2019 on hold it in bits
 *  1 to 40 of what follows the prefix. Source: T. Barker, "Revisiting the AWS access key id", and A. Beer (2023). */
export function awsAccountOf(keyId: string): string | null {
  let bits = 0
  for (const character of keyId.slice(4, 14)) {
    const value = BASE32.indexOf(character)
    if (value < 0) return null
    // Ten characters of five bits stay below 2^53.
    bits = bits * 32 + value
  }
  const fortyEight = Math.floor(bits / 4)
  return String(Math.floor(fortyEight / 128) % 2 ** 40).padStart(12, '0')
}

/** Base32 alphabet and an account number of twelve digits at most. */
export const awsKeyId: Validator = (text) => {
  if (!/^A[A-Z]{3}[A-Z0-9]{16}$/.test(text)) return 'unknown'
  if (/[0189]/.test(text.slice(4))) return 'invalid'
  const account = awsAccountOf(text)
  return account !== null && account.length === 12 ? 'valid' : 'invalid'
}
