import type { Dice } from './random.ts'
import { WORDS } from './values.ts'

export type Case = 'snake' | 'camel' | 'upper' | 'kebab' | 'dotted' | 'pascal'

const join = (words: readonly string[], style: Case): string => {
  const cap = (w: string) => w[0]!.toUpperCase() + w.slice(1)
  switch (style) {
    case 'snake':
      return words.join('_')
    case 'upper':
      return words.join('_').toUpperCase()
    case 'kebab':
      return words.join('-')
    case 'dotted':
      return words.join('.')
    case 'camel':
      return words[0]! + words.slice(1).map(cap).join('')
    case 'pascal':
      return words.map(cap).join('')
  }
}

const PLACES = [
  'db',
  'redis',
  'smtp',
  'admin',
  'mysql',
  'postgres',
  'ldap',
  'proxy',
  'mail',
  'ftp',
  'rabbitmq',
  'kafka',
  'root',
  'app',
  'billing',
]

export function passwordName(d: Dice, style: Case): string {
  const head = d.pick([
    ['password'],
    ['password'],
    ['passwd'],
    ['pass'],
    ['pwd'],
    ['passphrase'],
    ['user', 'password'],
    ['master', 'password'],
  ])
  const words = d.chance(0.6) || head[0] === 'pass' ? [d.pick(PLACES), ...head] : head
  return join(words, style)
}

export function keyName(d: Dice, style: Case): string {
  const head = d.pick([
    ['api', 'key'],
    ['api', 'key'],
    ['secret', 'key'],
    ['client', 'secret'],
    ['access', 'token'],
    ['auth', 'token'],
    ['secret'],
    ['token'],
    ['encryption', 'key'],
    ['signing', 'secret'],
    ['webhook', 'secret'],
    ['private', 'token'],
    ['jwt', 'secret'],
    ['refresh', 'token'],
    ['app', 'secret'],
    ['access', 'key'],
    ['session', 'secret'],
    ['bearer', 'token'],
    ['service', 'token'],
  ])
  return join(d.chance(0.4) ? [d.pick(PLACES), ...head] : head, style)
}

/** Names that only sound secret. */
export function harmlessName(d: Dice, style: Case): string {
  return join(
    d.pick([
      ['password', 'reset', 'url'],
      ['token', 'count'],
      ['key', 'id'],
      ['secret', 'name'],
      ['public', 'key'],
      ['next', 'page', 'token'],
      ['password', 'encoder'],
      ['cache', 'key'],
      ['partition', 'key'],
      ['token', 'type'],
      ['token', 'endpoint'],
      ['password', 'policy'],
      ['secret', 'version'],
      ['key', 'name'],
      ['max', 'tokens'],
      ['primary', 'key'],
      ['sort', 'key'],
      ['idempotency', 'key'],
      ['token', 'hash'],
      ['password', 'hash'],
      ['key', 'fingerprint'],
      ['secret', 'id'],
      ['access', 'key', 'id'],
      ['api', 'key', 'id'],
      ['credential', 'provider'],
      ['trace', 'id'],
      ['request', 'id'],
      ['commit'],
      ['checksum'],
      ['etag'],
      ['digest'],
      ['session', 'id'],
      ['correlation', 'id'],
      ['build', 'hash'],
    ]),
    style,
  )
}

export const user = (d: Dice): string =>
  d.pick(['app', 'svc_orders', 'deploy', 'root', 'readwrite', 'admin', 'bob', 'alice', 'ledger_rw'])
export const host = (d: Dice): string =>
  d.pick([
    `${d.pick(WORDS)}-db.prod.internal`,
    `10.${d.below(255)}.${d.below(255)}.${d.below(255)}`,
    `${d.pick(WORDS)}.svc.cluster.local`,
    `${d.pick(WORDS)}.acme.io`,
  ])
