import type { CompiledRule, RuleSeverity } from './rule.ts'

/** What one stage did to the confidence. */
export interface StageNote {
  readonly stage: 'pattern' | 'entropy' | 'context' | 'known' | 'honeytoken' | 'classifier' | 'final'
  readonly delta: number
  readonly note: string
}

/** The rules that are code rather than data: what the assignment parser and its neighbours find. */
export interface RuleInfo {
  readonly id: string
  readonly description: string
  readonly severity: RuleSeverity
}

/** A secret found in bytes. Offsets are absolute in the bytes given; nothing here holds the secret's text. */
export interface Match {
  readonly rule: RuleInfo
  /** First byte of the secret itself, and past its last. */
  readonly start: number
  readonly end: number
  readonly confidence: number
  readonly masked: string
  /** HMAC-SHA-256 of the secret's bytes, 32 hex digits. */
  readonly fingerprint: string
  /** Id of the planted token it is, or null. */
  readonly honeytoken: string | null
  readonly stages: readonly StageNote[]
}

const info = (id: string, description: string, severity: RuleSeverity = 'mortal'): RuleInfo => ({
  id,
  description,
  severity,
})

export const GENERIC = {
  password: info('generic-password', 'Password in a field of that name'),
  secret: info('generic-secret', 'Key or secret in a field of that name'),
  token: info('generic-token', 'Token in a field of that name'),
  header: info('auth-header', 'Token in an authorization header'),
  bearer: info('bearer-token', 'Bearer token'),
  basic: info('basic-auth', 'User and password in HTTP basic authentication'),
  cookie: info('session-cookie', 'Session cookie', 'venial'),
  url: info('url-credentials', 'Password in the user part of a URL'),
  urlToken: info('url-token', 'Token in the user part of a URL'),
  command: info('command-line-password', 'Password given to a command'),
  sql: info('sql-password', 'Password in a database statement'),
  encoded: info('encoded-credential', 'Credential in text that base64 hides'),
  privateKey: info('private-key', 'Private key in PEM or OpenSSH form'),
} as const

/** Every rule that is code, for the generated table. */
export const GENERIC_RULES: readonly RuleInfo[] = Object.values(GENERIC)

/** What a stage needs to know of a find before it is scored. Offsets are in the window's text. */
export interface Candidate {
  rule: RuleInfo
  /** The data rule, or null for a generic one. */
  compiled: CompiledRule | null
  start: number
  end: number
  text: string
  /** Confidence and note of stage 1. */
  base: number
  baseNote: string
  /** An operator, a flag or a scheme stood before it. */
  assigned: boolean
  /** Kind of the name before it, NAME_*; 0 when none. */
  nameKind: number
  /** Only words. */
  words: boolean
}
