import { BASE62, BASE64, BASE64URL, DIGITS, type Dice, HEX, LOWER, UPPER } from './random.ts'

/** Secrets as people and generators make them, and what stands in secret-named places and is none. */

export const WORDS =
  `river copper harbor tiger silver coffee jasmine thunder winter summer garden velvet falcon orange planet rocket
  castle dragon monkey banana turtle guitar window bottle candle forest island marble mirror pepper pirate rabbit
  saddle shadow spider sunset ticket walnut yellow zephyr anchor basket breeze canyon cookie desert engine feather
  galaxy hammer hunter jungle kitten ladder lemon magnet meadow needle ocean oyster parrot pebble pillow puzzle raven
  salmon scarlet signal sparrow storm sunshine sweater tunnel violet whisper wizard football princess freedom
  liverpool chelsea charlie michelle jessica jordan ashley andrea nicole cheese chocolate butterfly elephant penguin
  diamond emerald phoenix mustang corvette yankee dallas boston austin madison`.split(/\s+/)

const SIGNS = '!@#$%^&*-_=+?.'

const leet = (w: string, d: Dice): string =>
  w.replace(/[aeios]/g, (c) =>
    d.chance(0.4) ? ({ a: '4', e: '3', i: '1', o: '0', s: '5' } as const)[c as 'a']! : c,
  )
const capital = (w: string): string => w[0]!.toUpperCase() + w.slice(1)

/** A password that is not only words. `safe` leaves out signs that a dialect would have to escape. */
export function password(d: Dice, safe: boolean): string {
  const signs = safe ? '!_-.@#*' : SIGNS
  switch (d.below(7)) {
    case 0:
      return `${capital(d.pick(WORDS))}${d.between(10, 2099)}${d.pick([...signs])}`
    case 1:
      return `${d.pick(WORDS)}-${d.pick(WORDS)}-${d.between(100, 999)}${d.pick([...signs])}`
    case 2:
      return `${leet(capital(d.pick(WORDS)), d)}${d.pick([...signs])}${leet(d.pick(WORDS), d)}${d.between(1, 99)}`
    case 3: {
      const v = d.text(BASE62, d.between(10, 20))
      return /\d/.test(v) && /[a-z]/.test(v) ? v : `${v}7q`
    }
    case 4: {
      // a random one begins and ends with a letter or digit, so that no dialect cuts it
      return (
        d.pick([...BASE62]) +
        d.text(BASE62 + signs, d.between(9, 18)) +
        d.text(DIGITS, 1) +
        d.pick([...BASE62])
      )
    }
    case 5:
      return `${d.pick(WORDS)}${d.between(100, 9999)}`
    default:
      return `${d.text(UPPER, 1)}${d.text(LOWER, 4)}${d.pick([...signs])}${d.text(DIGITS, 4)}${d.text(LOWER, 2)}`
  }
}

/** Only words. */
export function wordPassword(d: Dice): string {
  switch (d.below(5)) {
    case 0:
      return d.pick(WORDS)
    case 1:
      return d.pick(WORDS) + d.pick(WORDS)
    case 2:
      return `${d.pick(WORDS)}-${d.pick(WORDS)}-${d.pick(WORDS)}`
    case 3:
      return capital(d.pick(WORDS)) + d.pick(WORDS)
    default:
      return capital(d.pick(WORDS))
  }
}

/** A generated key. */
export function apiKey(d: Dice): string {
  switch (d.below(8)) {
    case 0:
      return d.text(HEX, d.pick([32, 40, 64]))
    case 1:
      return d.text(BASE62, d.pick([20, 24, 32, 40, 44]))
    case 2:
      return `${d.text(BASE64, 43)}=`
    case 3:
      return d.text(BASE64URL, d.pick([22, 32, 43]))
    case 4:
      return `${d.text(HEX, 8)}-${d.text(HEX, 4)}-4${d.text(HEX, 3)}-a${d.text(HEX, 3)}-${d.text(HEX, 12)}`
    case 5:
      return `${d.pick(['acme', 'int', 'prod', 'app', 'svc'])}_${d.text(BASE62, 32)}`
    case 6:
      return d.text(UPPER + DIGITS, d.pick([20, 26, 32]))
    default:
      return d.text(LOWER + DIGITS, d.pick([24, 30, 36]))
  }
}

/** What is no secret wherever it stands. */
export function benign(d: Dice): string {
  const w = () => d.pick(WORDS)
  return d.pick([
    // references
    () => `\${${d.pick(['DB', 'APP', 'REDIS', 'SMTP'])}_${d.pick(['PASSWORD', 'SECRET', 'TOKEN'])}}`,
    () => `{{ .Values.${w()}.${d.pick(['password', 'secret', 'token'])} }}`,
    () => `vault:secret/data/${w()}#${d.pick(['password', 'value', 'token'])}`,
    () => `arn:aws:secretsmanager:eu-west-1:${d.text(DIGITS, 12)}:secret:${w()}-${d.text(BASE62, 6)}`,
    () => `env:${d.pick(['DB_PASSWORD', 'API_KEY', 'TOKEN'])}`,
    () => `projects/${w()}/secrets/${w()}/versions/${d.between(1, 9)}`,
    () => `op://${w()}/${w()}/password`,
    () => `/run/secrets/${w()}_${w()}`,
    () => `file:/etc/${w()}/${w()}.txt`,
    () => `$(${d.pick(['SECRET_KEY', 'DB_PASS', 'TOKEN'])})`,
    () => `%${d.pick(['DB_PASS', 'API_KEY'])}%`,
    () => `$${d.pick(['DB_PASSWORD', 'TOKEN', 'PASSWORD'])}`,
    () => `ssm:/${w()}/${w()}/password`,
    () => `secretRef:${w()}-${w()}`,
    () => `https://vault.${w()}.internal/v1/secret/${w()}`,
    // algorithms, regions, classes
    () =>
      d.pick([
        'HS256',
        'RS256',
        'aes-256-gcm',
        'SCRAM-SHA-256',
        'bcrypt',
        'argon2id',
        'PBKDF2WithHmacSHA256',
        'AES/CBC/PKCS5Padding',
        'ssh-ed25519',
        'sha512',
        'ES384',
        'chacha20-poly1305',
      ]),
    () =>
      d.pick([
        'eu-west-1',
        'us-east-2',
        'ap-southeast-1',
        'europe-west4',
        'eastus2',
        'northeurope',
        'us-central1-a',
      ]),
    () => `com.acme.${w()}.${capital(w())}${d.pick(['Provider', 'Encoder', 'Manager', 'Factory'])}`,
    () =>
      `${capital(w())}${capital(w())}${d.pick(['Provider', 'Encoder', 'Service', 'Resolver', 'Strategy'])}`,
    () => `org.springframework.security.crypto.${w()}.${capital(w())}PasswordEncoder`,
    // placeholders, masks
    () =>
      d.pick([
        'changeme',
        'CHANGE_ME',
        'your-password-here',
        'YOUR_API_KEY',
        '<password>',
        '<your-token>',
        'xxxxxxxx',
        'XXXX-XXXX-XXXX',
        'placeholder',
        'TODO',
        'example',
        'dummy',
        'REPLACE_ME',
        'my-secret',
        'insert-key-here',
        '[REDACTED]',
        '[hidden]',
        '***',
        '********',
        '(redacted)',
        'n/a',
        'not-set',
        '<unset>',
        '<nil>',
        'null',
        'None',
        'undefined',
        '""',
      ]),
    // states and types
    () =>
      d.pick([
        'true',
        'false',
        'required',
        'optional',
        'enabled',
        'disabled',
        'string',
        'String',
        'bool',
        'auto',
        'default',
        'expired',
        'invalid',
        'rotated',
        'missing',
        'never',
        'always',
        'prompt',
        'interactive',
        'none',
        'bearer',
        'basic',
        'jwt',
        'oauth2',
        'opaque',
        'managed',
        'external',
        'strong',
        'plaintext',
        'hashed',
        'encrypted',
        'env',
        'keychain',
        'vault',
        'kms',
      ]),
    () => `${d.between(1, 90)}${d.pick(['s', 'm', 'h', 'd', 'ms', 'days'])}`,
    () => `${d.between(1, 4096)}`,
    () =>
      `2026-${d.pick(['01', '07', '11'])}-${d.between(10, 28)}T${d.between(10, 23)}:${d.between(10, 59)}:00Z`,
    // names of things
    () => `${w()}-${w()}-v${d.between(1, 9)}`,
    () => `${w()}-${w()}-${d.pick(['tls', 'credentials', 'secret', 'creds', 'token'])}`,
    () => `${w()}-${d.text('bcdfghjklmnpqrstvwxz2456789', 10)}-${d.text('bcdfghjklmnpqrstvwxz2456789', 5)}`,
    () => `default-token-${d.text('bcdfghjklmnpqrstvwxz2456789', 5)}`,
    () => `${w()}_${w()}_${d.pick(['password', 'secret', 'key'])}`,
    () => `${w()}.${d.pick(['pem', 'key', 'p12', 'jks', 'txt', 'json'])}`,
    () => `/etc/${w()}/${w()}.${d.pick(['pem', 'key', 'conf'])}`,
    // hashes of passwords
    () => `$2b$12$${d.text(`${BASE62}./`, 53)}`,
    () => `$6$${d.text(BASE62, 8)}$${d.text(`${BASE62}./`, 86)}`,
    () => `{SSHA}${d.text(BASE64, 32)}`,
    () => `pbkdf2_sha256$260000$${d.text(BASE62, 12)}$${d.text(BASE64, 43)}=`,
    () => `ENC[AES256_GCM,data:${d.text(BASE64, 16)},iv:${d.text(BASE64, 24)},type:str]`,
    () => `ENC(${d.text(BASE64, 32)})`,
  ])()
}
