import { BASE62, BASE64, BASE64URL, DIGITS, type Dice, HEX, LOWER, UPPER } from '../random.ts'
import type { Vocabulary } from './making.ts'

/** Words, names and values of the twelfth round: values as the usual generators make them, names put together from parts. */

const WORDS =
  `abacus bamboo cactus denmark ecuador finland granada hamburg iceland jakarta kingston lemonade mercury
  neptune october porcupine quarter raspberry saturn tuesday umbrella victoria wednesday xylophone yesterday zanzibar
  aurora blizzard cyclone daffodil eruption firefly glacier hailstorm icicle jungle kangaroo lagoon monsoon nightingale
  ocean pelican quicksilver rainstorm seagull tornado ultramarine volcano waterfall yellowstone zeppelin bicycle
  carousel domino espresso fandango guitar harmonica icecream jackpot karaoke lollipop marmalade notebook
  origami paperclip quartz rollercoaster snowman toothbrush`.split(/\s+/)
const PARTS =
  `ingress ledger mailer scoring profile pricing loyalty booking warehouse dispatch routing telemetry
  metering tracker archive importer exporter replica primary standby gateway edge bastion builder`.split(
    /\s+/,
  )

const cap = (w: string): string => w[0]!.toUpperCase() + w.slice(1)

function password(d: Dice, signs: string): string {
  const w = () => d.pick(WORDS)
  const sign = () => d.pick([...signs])
  const pwgen = (n: number): string => {
    let out = ''
    while (out.length < n)
      out += d.pick([
        'ae',
        'ei',
        'oo',
        'sh',
        'th',
        'ch',
        'qu',
        'ph',
        'zo',
        'ka',
        'mi',
        'ru',
        'Xe',
        'Oh',
        'Ie',
      ])
    return out.slice(0, n - 1) + d.below(10)
  }
  return d.pick([
    () => pwgen(8),
    () => pwgen(d.between(9, 12)) + sign(),
    () => `${d.text(BASE64URL, 15)}${d.below(10)}`,
    () => `${d.text(BASE62, 7)}${d.below(10)}`,
    () =>
      Array.from({ length: d.between(10, 16) }, () => d.text(BASE62 + signs, 1)).join('') +
      d.below(10) +
      d.text(UPPER, 1),
    () => Array.from({ length: 20 }, () => d.text(BASE62 + signs + signs, 1)).join(''),
    () => `${w()}${d.below(10)}${sign()}`,
    () => `${cap(w())}${sign()}${d.between(1, 999)}`,
    () => `${cap(w())}${d.between(1, 999)}`,
    () => `${w()}${cap(w())}${d.between(1, 99)}`,
    () => `${d.between(1, 99)}${sign()}${cap(w())}`,
    () => `${cap(w())}_${cap(w())}_${d.between(1, 99)}`,
    () =>
      w().replace(/[aeiou]/g, (c) => ({ a: '4', e: '3', i: '1', o: '0', u: 'u' })[c as 'a']!) +
      d.between(10, 99),
    () => `${d.text(UPPER, 1)}${d.text(LOWER, 5)}${d.text(DIGITS, 2)}${sign()}`,
    () => `${d.text(LOWER, 4)}${sign()}${d.text(DIGITS, 4)}${sign()}${d.text(UPPER, 2)}`,
  ])()
}

const words = (d: Dice): string => {
  const w = () => d.pick(WORDS)
  return d.pick([
    w,
    w,
    () => cap(w()),
    () => w() + w(),
    () => cap(w()) + cap(w()),
    () => `${w()}-${w()}`,
    () => `${w()} ${w()} ${w()}`.replaceAll(' ', '-'),
    () => w().toUpperCase(),
  ])()
}

const key = (d: Dice): string =>
  d.pick([
    () => d.text(HEX, 32),
    () => d.text(HEX, 64),
    () => d.text(HEX, 40),
    () => d.text(BASE62, 32),
    () => d.text(BASE62, 24),
    () => d.text(BASE62, 20),
    () => d.text(BASE62, 16),
    () => d.text(BASE62, 64),
    () => `${d.text(BASE64, 43)}=`,
    () => `${d.text(BASE64, 22)}==`,
    () => d.text(BASE64, 32),
    () => d.text(BASE64URL, 43),
    () => d.text(BASE64URL, 22),
    () => d.text(LOWER + DIGITS, 32),
    () => d.text(UPPER + DIGITS, 24),
    () => `${d.pick(PARTS)}_${d.text(BASE62, 32)}`,
    () => `${d.pick(['live', 'prod', 'test', 'int'])}_${d.text(LOWER + DIGITS, 28)}`,
    () => `sk-${d.text(BASE62, 48)}`,
    () => `ghp_${d.text(BASE62, 36)}`,
    () => `AKIA${d.text('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`,
  ])()

const PLACES = [
  '',
  '',
  'db',
  'app',
  'admin',
  'smtp',
  'ldap',
  'redis',
  'mongo',
  'oracle',
  'proxy',
  'service',
  'web',
  'jdbc',
  'backup',
  'ssl',
  'vault',
  'user',
]
const name = (d: Dice, heads: readonly string[]): string => {
  const place = d.chance(0.3) ? d.pick(PARTS) : d.pick(PLACES)
  return `${place} ${d.pick(heads)}`.trim()
}
const PASSWORD_HEADS = ['password', 'password', 'password', 'passwd', 'pwd', 'pass', 'passphrase']
const KEY_HEADS = [
  'api key',
  'apikey',
  'secret',
  'secret key',
  'token',
  'access token',
  'auth token',
  'client secret',
  'private key',
  'access key',
  'api token',
  'signing key',
  'encryption key',
  'shared secret',
  'webhook secret',
  'jwt secret',
  'session secret',
  'refresh token',
  'api secret',
]
const HARMLESS = [
  'password policy',
  'password reset url',
  'password expiry',
  'password rules',
  'password changed',
  'token type',
  'token ttl',
  'token url',
  'token issuer',
  'token count',
  'key id',
  'key name',
  'key path',
  'key size',
  'key alias',
  'secret name',
  'secret path',
  'secret id',
  'secret version',
  'secret manager',
  'public key',
  'cache key',
  'primary key',
  'sort key',
  'api key name',
  'api version',
  'auth method',
  'auth url',
  'access level',
  'session id',
  'session timeout',
  'client id',
  'commit sha',
  'image digest',
  'build id',
  'trace id',
]

const benign = (d: Dice): string => {
  const p = () => d.pick(PARTS)
  const P = () => p().toUpperCase()
  return d.pick([
    () => `\${${P()}_PASSWORD}`,
    () => `\${${p()}.secret}`,
    () => `$${P()}_TOKEN`,
    () => `%${P()}_SECRET%`,
    () => `#{ENV["${P()}_KEY"]}`,
    () => `{{ ${p()}.password }}`,
    () => `{{ lookup('env', '${P()}_PASS') }}`,
    () => `<%= ${p()}_secret %>`,
    () => `@${p()}.password@`,
    () => `[[${p()}_token]]`,
    () => `vault:secret/${p()}#password`,
    () => `vault://kv/${p()}/api`,
    () => `arn:aws:kms:eu-west-1:${d.text(DIGITS, 12)}:key/${p()}`,
    () => `secretsmanager:${p()}/prod`,
    () => `k8s:${p()}/${p()}-secret`,
    () => `secretRef:${p()}`,
    () => `file:///etc/${p()}/secret.txt`,
    () => `/opt/${p()}/conf/${p()}.key`,
    () => `C:\\keys\\${p()}.pfx`,
    () => `classpath:${p()}.jks`,
    () =>
      d.pick([
        'AES',
        'AES/GCM/NoPadding',
        'RSA-OAEP-256',
        'HmacSHA256',
        'SHA256withRSA',
        'PBKDF2WithHmacSHA1',
        'bcrypt',
        'scrypt',
        'ES384',
        'A256GCM',
        'TLSv1.3',
        'ecdsa-sha2-nistp256',
      ]),
    () =>
      d.pick([
        'us-west-2',
        'eu-west-3',
        'ap-northeast-1',
        'sa-east-1',
        'us-central1',
        'asia-east1',
        'germanywestcentral',
        'japaneast',
      ]),
    () => `org.${p()}.crypto.${cap(p())}PasswordEncoder`,
    () =>
      `${cap(p())}${d.pick(['CredentialsProvider', 'TokenService', 'SecretKeyFactory', 'PasswordValidator', 'KeyStoreManager', 'AuthenticationFilter'])}`,
    () =>
      d.pick([
        '*****',
        '************',
        '[REDACTED]',
        '<hidden>',
        '<masked>',
        '***REDACTED***',
        'xxxx',
        '******** (hidden)'.slice(0, 8),
        '[PROTECTED]',
        '{masked}',
        '(not shown)',
        'REDACTED',
      ]),
    () =>
      d.pick([
        'changeit',
        'change_me',
        '<password>',
        'YOUR_API_KEY',
        'your-secret',
        'insert_token_here',
        'dummy',
        'sample',
        'xxx',
        'TODO',
        'none',
        'N/A',
      ]),
    () =>
      d.pick([
        'true',
        'false',
        'null',
        'None',
        'undefined',
        'required',
        'optional',
        'string',
        'String',
        'text',
        'enabled',
        'never',
        'always',
        'unknown',
        'default',
        'auto',
        'inherit',
        'session',
        'ephemeral',
      ]),
    () =>
      d.pick([
        'BASIC',
        'BEARER',
        'OAUTH',
        'SCRAM-SHA-512',
        'client_secret_basic',
        'client_secret_post',
        'private_key_jwt',
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:jwt-bearer',
        'LDAP',
        'KERBEROS',
      ]),
    () => `${d.between(1, 99_999)}`,
    () => `${d.between(1, 90)} ${d.pick(['days', 'hours', 'characters'])}`,
    () => `PT${d.between(1, 60)}M`,
    () => `${p()}-${d.pick(['secret', 'credentials', 'token', 'keystore', 'tls'])}`,
    () => `${p()}/${p()}/${d.pick(['password', 'token', 'api-key'])}`,
    () => `https://${p()}.example.net/token`,
    () => `${p()}.${p()}.svc:8443`,
    () => `{bcrypt}$2a$10$${d.text(`${BASE62}./`, 53)}`,
    () => `$5$rounds=5000$${d.text(BASE62, 16)}$${d.text(`${BASE62}./`, 43)}`,
    () => `sha1:${d.text(HEX, 40)}`,
    () => `AAAAB3NzaC1yc2EAAAADAQABAAAB${d.text(BASE64, 60)}`,
    () => `${p()}.validation.${d.pick(['password', 'token', 'secret'])}.required`,
    () => `v${d.below(5)}`,
  ])()
}
const harmlessValue = (d: Dice): string =>
  d.pick([
    () => d.text(HEX, d.pick([8, 16, 32, 40, 64])),
    () => d.text(LOWER + DIGITS, 10),
    () => `${d.pick(PARTS)}-${d.between(1, 20)}`,
    () => `${d.pick(PARTS)}:${d.between(1, 9999)}`,
    () => `/${d.pick(PARTS)}/${d.pick(PARTS)}`,
    () => String(d.between(1, 86_400)),
    () => `${d.text(HEX, 8)}-${d.text(HEX, 4)}-4${d.text(HEX, 3)}-9${d.text(HEX, 3)}-${d.text(HEX, 12)}`,
    () => d.pick(['Bearer', 'RS256', 'strong', 'oauth2', 'sha256', 'true', '2048', 'v2', 'ldap']),
  ])()

export const VOCABULARY_12: Vocabulary = {
  word: (d) => d.pick(PARTS),
  password,
  words,
  key,
  passwordName: (d) => name(d, PASSWORD_HEADS),
  keyName: (d) => name(d, KEY_HEADS),
  harmlessName: (d) => d.pick(HARMLESS),
  harmlessValue,
  benign,
}
