import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Random } from '../core/clock.ts'
import { TelltaleError } from '../core/errors.ts'
import { expandTemplate } from './example-template.ts'
import { Hmac } from './hmac.ts'

/**
 * Planted tokens: believable, worthless, and loud when somebody uses or leaks them. The file holds keyed hashes only, so
 * whoever reads it learns no token; the key is in the same file, because it protects against look-up tables and not
 * against its owner.
 */

const storeSchema = z.strictObject({
  version: z.literal(1),
  /** Hex of the HMAC key. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  tokens: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      note: z.string(),
      created: z.string(),
      /** HMAC-SHA-256 of the token and of those parts of it that the scanner reports. */
      hashes: z.array(z.string().regex(/^[0-9a-f]{64}$/)).min(1),
    }),
  ),
})
export type HoneytokenStore = z.output<typeof storeSchema>

/** @throws TelltaleError CONFIG_UNREADABLE or CONFIG_INVALID */
export function readHoneytokenStore(path: string): HoneytokenStore {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new TelltaleError('CONFIG_UNREADABLE', `cannot read the honeytoken file ${path}`, { cause })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new TelltaleError('CONFIG_INVALID', `the honeytoken file ${path} is not JSON`)
  }
  const parsed = storeSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new TelltaleError('CONFIG_INVALID', `the honeytoken file ${path} is not one`, {
    detail: parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`),
  })
}

/** An empty store with a key of its own, or the one at `path`. */
export const openHoneytokenStore = (path: string): HoneytokenStore =>
  existsSync(path)
    ? readHoneytokenStore(path)
    : { version: 1, key: randomBytes(32).toString('hex'), tokens: [] }

/** Writes the store beside itself first, so that a crash leaves the old one. */
export function writeHoneytokenStore(path: string, store: HoneytokenStore): void {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, `${JSON.stringify(store, null, 2)}\n`, { mode: 0o600 })
  renameSync(temporary, path)
}

/** Id of the planted token whose text this is, or null. */
export function honeytokenLookup(store: HoneytokenStore): (secret: string) => string | null {
  const hmac = new Hmac(Buffer.from(store.key, 'hex'))
  const ids = new Map(store.tokens.flatMap((t) => t.hashes.map((h) => [h, t.id] as const)))
  return (secret) => ids.get(hmac.hex(secret)) ?? null
}

/** @param parts the token and what of it the scanner reports */
export function withHoneytoken(
  store: HoneytokenStore,
  kind: string,
  note: string,
  parts: readonly string[],
  nowMs: number,
): { readonly store: HoneytokenStore; readonly id: string } {
  const hmac = new Hmac(Buffer.from(store.key, 'hex'))
  const id = `${kind}-${randomUUID().slice(0, 8)}`
  const hashes = [...new Set(parts.map((p) => hmac.hex(Buffer.from(p).toString('latin1'))))]
  return {
    id,
    store: {
      ...store,
      tokens: [...store.tokens, { id, kind, note, created: new Date(nowMs).toISOString(), hashes }],
    },
  }
}

/** Kinds that can be made: how the token looks, and the line people would plant it in. */
export const HONEYTOKEN_KINDS: Readonly<Record<string, { readonly token: string; readonly line: string }>> = {
  'aws-access-key': { token: 'AKIA{base32:16}', line: 'AWS_ACCESS_KEY_ID=%s' },
  'aws-secret-key': { token: '{base64:40}', line: 'AWS_SECRET_ACCESS_KEY=%s' },
  'github-pat': { token: 'ghp_{crc62}', line: 'GITHUB_TOKEN=%s' },
  'gitlab-pat': { token: 'glpat-{base64url:20}', line: 'GITLAB_TOKEN=%s' },
  'slack-bot': { token: 'xoxb-{digit:12}-{digit:12}-{alnum:24}', line: 'SLACK_BOT_TOKEN=%s' },
  'stripe-live': { token: 'sk_live_{alnum:24}', line: 'STRIPE_SECRET_KEY=%s' },
  npm: { token: 'npm_{crc62}', line: '//npm.example.com/:_authToken=%s' },
  'google-api-key': { token: 'AIza{base64url:35}', line: 'GOOGLE_API_KEY=%s' },
  sendgrid: { token: 'SG.{base64url:22}.{base64url:43}', line: 'SENDGRID_API_KEY=%s' },
  openai: { token: 'sk-proj-{base64url:74}T3BlbkFJ{base64url:74}', line: 'OPENAI_API_KEY=%s' },
  jwt: { token: '{jwt}', line: 'SERVICE_JWT=%s' },
  'database-password': { token: '{alnum:20}', line: 'DB_PASSWORD=%s' },
  'database-url': {
    token: 'postgres://svc_backup:{alnum:22}@backup-db.internal:5432/main',
    line: 'DATABASE_URL=%s',
  },
  'api-key': { token: '{hex:40}', line: 'api_key=%s' },
}

/** A token of this kind. @param random must not be guessable */
export const makeHoneytoken = (kind: string, random: Random): string =>
  expandTemplate(HONEYTOKEN_KINDS[kind]!.token, random).text

/** Uniform numbers from the operating system. */
export const secureRandom: Random = () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48
