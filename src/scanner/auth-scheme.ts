import { Beginnings } from './beginnings.ts'
import { benignReason } from './benign-value.ts'

/** Schemes of HTTP authentication that carry a credential, RFC 9110 section 11, and those vendors invented. */
const SCHEME =
  /(?:[Bb]earer|BEARER|[Bb]asic|BASIC|[Tt]oken|TOKEN|[Aa]pi-?[Kk]ey|APIKEY|Negotiate|NTLM|Digest|JWT|OAuth|Key|(?<=uthorization["']?\s?[:=]\s?["']?)key(?==)|SSWS|GenieKey|Splunk|DeepL-Auth-Key|Bot|PVEAPIToken|Klaviyo-API-Key|NEL|Zoho-oauthtoken|sso-key|Discogs|MAC|Hawk|AWS4-HMAC-SHA256|SharedKey|SharedAccessSignature|GoogleLogin|Ed25519|Signature)(?:[ :+=]|%20)\s{0,4}(?:token=|auth=|key=)?["']?/y

const BEGINNINGS = new Beginnings(
  'Be be BE Ba ba BA To to TO Ap ap AP Ne NT Di JW OA Ke ke SS Ge Sp De Bo PV Kl NE Zo ss MA Ha AW Sh Go Ed Si'.split(
    ' ',
  ),
)

/** The scheme at `at` with what leads to its credential, or null. */
export function schemeAt(text: string, at: number): string | null {
  if (!BEGINNINGS.at(text, at)) return null
  SCHEME.lastIndex = at
  return SCHEME.exec(text)?.[0] ?? null
}

const CHALLENGE = /^(?:Digest|AWS4|SharedKey|MAC|Hawk|Signature|SharedAccessSignature|NTLM|Ed25519)/

/** A scheme whose parameters are signatures, not credentials. */
export const isChallenge = (scheme: string): boolean => CHALLENGE.test(scheme)
export const isBasic = (scheme: string): boolean => /^basic/i.test(scheme)

const BASE64 = /^[A-Za-z0-9+/_-]{6,1024}={0,2}$/

/** Whether base64 decodes to `user:password` with a password that is none of the usual placeholders. RFC 7617. */
export function isBasicCredential(value: string): boolean {
  if (!BASE64.test(value)) return false
  const decoded = Buffer.from(value, 'base64').toString('latin1')
  const colon = decoded.indexOf(':')
  if (colon < 0 || value.length < 8 || !/^[\x21-\x7e]{0,128}:[\x20-\x7e\x80-\xff]+$/.test(decoded))
    return false
  // A word may decode to something with a colon; a password in UTF-8 is rarely all high bytes.
  if (/[\x80-\xff]/.test(decoded) && !/^[\w.@+-]{2,}:/.test(decoded)) return false
  const password = decoded.slice(colon + 1)
  if (password.length < 3) return decoded.length > 16 && /^[\w-]+:$/.test(decoded)
  const reason = benignReason(password, true)
  return reason === null || reason === 'number' || reason === 'hash' || reason === 'path'
}
