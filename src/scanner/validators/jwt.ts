import type { Validator } from '../rule.ts'

const decodeObject = (part: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** JSON Web Signature in compact form, RFC 7515: a header with `alg`, a JSON claims set, and a signature. */
export const jwt: Validator = (text) => {
  const parts = text.split('.')
  const header = decodeObject(parts[0]!)
  if (header === null || typeof header['alg'] !== 'string') return 'invalid'
  if (parts.length === 5) return typeof header['enc'] === 'string' ? 'valid' : 'invalid'
  if (parts.length !== 3) return 'unknown'
  if (header['alg'] === 'none') return 'invalid'
  return header['b64'] === false || decodeObject(parts[1]!) !== null ? 'valid' : 'unknown'
}

/** Base64 whose text is a JSON object, e.g. a Cloudflare tunnel token. Cut-off text stays unknown. */
export const base64Json: Validator = (text) => {
  const at = text.indexOf('eyJ')
  if (at < 0) return 'unknown'
  return decodeObject(text.slice(at).split('.')[0]!) === null ? 'unknown' : 'valid'
}

/** Base64 of `user:password`, RFC 7617. */
export const base64UserPass: Validator = (text) => {
  const decoded = Buffer.from(text, 'base64').toString('latin1')
  if (!/^[\x20-\x7e]+$/.test(decoded)) return 'invalid'
  const colon = decoded.indexOf(':')
  return colon > 0 && colon < decoded.length - 1 ? 'valid' : 'invalid'
}
