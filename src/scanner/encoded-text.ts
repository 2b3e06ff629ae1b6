import { isBasicCredential } from './auth-scheme.ts'
import { FORM_ASSIGNED, judgeValue } from './judge-value.ts'
import { classifyName, NAME_AUTH, NAME_NONE, NAME_PASSWORD } from './name-grammar.ts'

/**
 * Credentials inside base64: user data of cloud machines, `.dockerconfigjson`, Kubernetes secrets of whole files,
 * PowerShell's -EncodedCommand. What to look for are the names, as base64 spells them at each of the three offsets.
 */

const NAMES = [
  'password',
  'PASSWORD',
  'Password',
  'secret',
  'SECRET',
  'passwd',
  'PASSWD',
  'token',
  'TOKEN',
  'api_key',
  'API_KEY',
  '"auth"',
  'private_key',
] as const

/** The characters of base64 that depend on `name` alone when it begins `offset` bytes into a group of three. */
function spelt(name: string, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), Buffer.from(name)])
    .toString('base64')
    .replace(/=+$/, '')
  const first = Math.ceil((offset * 8) / 6)
  const last = Math.floor(((offset + name.length) * 8) / 6)
  return text.slice(first, last)
}

/** Seven characters and more: shorter ones stand in random base64 by chance. */
export const ENCODED_KEYWORDS: readonly string[] = [
  ...new Set(
    NAMES.flatMap((name) => [0, 1, 2].map((offset) => spelt(name, offset))).filter((k) => k.length >= 7),
  ),
]

const MAX_ENCODED = 8192
const isBase64 = new Uint8Array(256)
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')
  isBase64[c.charCodeAt(0)] = 1

/** Bounds of the run last found to hold a secret. */
export let encodedStart = 0
export let encodedEnd = 0

/** `name=value`, `"name": "value"`, `name: value`; the name's last word is one of {@link NAMES}. */
const ASSIGNMENT =
  /([A-Za-z_][\w.-]{0,48})["']?\s{0,8}[:=]\s{0,8}(?:"([^"\n]{4,256})"|'([^'\n]{4,256})'|([^\s"',;{}[\]]{4,256}))/g
const MAX_ASSIGNMENTS = 64

/**
 * Whether the run of base64 around `at` decodes to text with a credential in it.
 * @returns true, and sets encodedStart and encodedEnd
 */
export function holdsSecret(text: string, at: number): boolean {
  let s = at
  let e = at
  const low = Math.max(0, at - MAX_ENCODED)
  const high = Math.min(text.length, at + MAX_ENCODED)
  while (s > low && isBase64[text.charCodeAt(s - 1) & 255] === 1) s--
  while (e < high && isBase64[text.charCodeAt(e) & 255] === 1) e++
  // `.`-joined ones are tokens with rules of their own
  if (text[s - 1] === '.' || text[e] === '.' || e - s < 16) return false
  encodedStart = s
  encodedEnd = e
  while (text[encodedEnd] === '=' && encodedEnd - e < 2) encodedEnd++
  const inner = decoded(text.slice(s, e))
  if (inner === null) return false
  ASSIGNMENT.lastIndex = 0
  for (let i = 0; i < MAX_ASSIGNMENTS; i++) {
    const m = ASSIGNMENT.exec(inner)
    if (m === null) return false
    const kind = classifyName(m[1]!)
    if (kind === NAME_NONE) continue
    const quoted = m[4] === undefined
    const value = m[2] ?? m[3] ?? m[4]!
    if (kind === NAME_AUTH) {
      if (isBasicCredential(value)) return true
      continue
    }
    const verdict = judgeValue(kind, value, quoted, FORM_ASSIGNED)
    if (verdict.kind === 'strong' || (verdict.kind === 'words' && kind === NAME_PASSWORD && quoted))
      return true
  }
  return false
}

/** Text that base64 hides, or null when it is none. UTF-16 of PowerShell becomes plain. */
function decoded(run: string): string | null {
  let inner = Buffer.from(run, 'base64').toString('latin1')
  if (inner.length > 4 && inner[1] === '\0' && inner[3] === '\0') inner = inner.replaceAll('\0', '')
  return /[\0-\x08\x0e-\x1f\x7f]/.test(inner) ? null : inner
}
