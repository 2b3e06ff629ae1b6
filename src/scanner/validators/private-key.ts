import type { Validator } from '../rule.ts'

const OPENSSH_MAGIC = 'openssh-key-v1\0'
const ENCRYPTED = /Proc-Type: 4,ENCRYPTED|BEGIN ENCRYPTED/

/** Length of the DER element at `at`: header and content; -1 when the header is cut off. ITU-T X.690, 8.1.3. */
function derLength(bytes: Buffer, at: number): number {
  const first = bytes[at + 1]
  if (first === undefined) return -1
  if (first < 0x80) return 2 + first
  const count = first & 0x7f
  if (count === 0 || count > 3 || at + 2 + count > bytes.length) return -1
  return 2 + count + bytes.readUIntBE(at + 2, count)
}

/** PEM private key: base64 whose first bytes are what the label promises. Encrypted ones stay unknown. */
export const privateKey: Validator = (text) => {
  const label = /BEGIN ([A-Z0-9 ]{0,24})PRIVATE KEY/.exec(text)?.[1]?.trim()
  if (label === undefined || ENCRYPTED.test(text)) return 'unknown'
  const body = text.slice(text.indexOf('KEY') + 3).split('-----END')[0]!
  const base64 = body.replace(/\\[nrt]|\\u000[ad]|%0[AaDd]|%2[Bb]/g, ' ').replace(/[^A-Za-z0-9+/]+/g, '')
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length < 16 || label === 'PGP') return 'unknown'
  if (label === 'OPENSSH')
    return bytes.toString('latin1', 0, OPENSSH_MAGIC.length) === OPENSSH_MAGIC ? 'valid' : 'invalid'
  if (bytes[0] !== 0x30) return 'invalid'
  const length = derLength(bytes, 0)
  if (length < 0) return 'invalid'
  return text.includes('-----END') && Math.abs(length - bytes.length) > 2 ? 'invalid' : 'valid'
}
