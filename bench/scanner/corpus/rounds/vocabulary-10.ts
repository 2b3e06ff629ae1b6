import { BASE62, BASE64, BASE64URL, DIGITS, type Dice, HEX, LOWER, UPPER } from '../random.ts'
import type { Vocabulary } from './making.ts'

/** Words, names and values of the tenth round: what somebody would take who knows only the text of issue 6. */

const WORDS =
  `sunset harbor maple tiger falcon summer winter orange coffee cookie dragon monkey shadow silver golden
  rocket planet garden window bottle copper thunder crystal diamond spider turtle penguin mountain river forest castle
  knight wizard pirate banana cherry pepper ginger butter velvet marble canyon desert island meadow breeze blossom
  autumn spring midnight morning horizon compass anchor voyage lantern candle mirror puzzle whisper echo legend
  champion liverpool arsenal chelsea madrid london berlin charlie jordan michael jessica ashley daniel sophie
  football baseball princess superman batman starwars pokemon welcome freedom liberty justice sunshine flower
  chocolate vanilla elephant giraffe dolphin panda kitten puppy hamster rabbit`.split(/\s+/)
const SERVICES =
  `billing orders payments inventory checkout catalog search auth gateway notifications reports users
  sessions media analytics shipping ledger crm portal mobile frontend backend worker scheduler`.split(/\s+/)

const cap = (w: string): string => w[0]!.toUpperCase() + w.slice(1)
const leet = (w: string): string =>
  w.replace(/[aeios]/g, (c) => ({ a: '@', e: '3', i: '1', o: '0', s: '$' })[c as 'a'])

/** Every class of characters at least once, in any order. */
function mixed(d: Dice, length: number, signs: string): string {
  const out = [d.text(LOWER, 1), d.text(UPPER, 1), d.text(DIGITS, 1), d.text(signs, 1)]
  while (out.length < length) out.push(d.text(d.chance(0.85) ? BASE62 : signs, 1))
  for (let i = out.length - 1; i > 0; i--) {
    const j = d.below(i + 1)
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out.join('')
}

function password(d: Dice, signs: string): string {
  const w = () => d.pick(WORDS)
  const sign = () => d.pick([...signs])
  const forms: (() => string)[] = [
    () => mixed(d, d.between(8, 12), signs),
    () => mixed(d, d.between(8, 12), signs),
    () => mixed(d, d.between(13, 20), signs),
    () => d.text(BASE62, d.between(8, 11)).replace(/^../, () => d.text(DIGITS, 1) + d.text(UPPER, 1)),
    () => d.text(BASE62, d.between(12, 24)),
    () => `${d.text(LOWER + DIGITS, d.between(7, 11))}${d.below(10)}`,
    () => `${cap(w())}${d.between(1, 9999)}${sign()}`,
    () => `${cap(w())}${sign()}${d.between(1960, 2026)}`,
    () => `${w()}${d.between(10, 9999)}`,
    () => `${cap(leet(w()))}${d.between(1, 99)}`.replace(/[@$]/g, (c) => (signs.includes(c) ? c : '4')),
    () => `${cap(w())}${cap(w())}${d.between(1, 99)}${sign()}`,
    () => `${cap(w())}-${w()}-${d.between(10, 99)}-${w()}`,
    () => `${w()}.${w()}.${d.between(1, 99)}${sign()}`,
    () => `${w()}_${w()}_${d.between(100, 999)}`,
    () =>
      d
        .pick(['P@ssw0rd', 'Passw0rd', 'Welcome', 'Qwerty', 'Admin', 'Zaq1xsw2'])
        .replace('@', signs.includes('@') ? '@' : 'a') +
      d.between(10, 2026) +
      sign(),
  ]
  return d.pick(forms)()
}

function words(d: Dice): string {
  const w = () => d.pick(WORDS)
  return d.pick([
    w,
    () => cap(w()),
    () => w() + w(),
    () => cap(w()) + cap(w()),
    () => `${w()}-${w()}-${w()}`,
    () => `${w()}-${w()}-${w()}-${w()}`,
    () => `${w()}_${w()}`,
    () =>
      d.pick(['letmein', 'iloveyou', 'trustnoone', 'opensesame', 'qwertyuiop', 'asdfghjkl', 'ilovemydog']),
    () => `${w()}${w()}${w()}`,
    () => w().toUpperCase(),
  ])()
}

/** Tokens as their providers make them, random inside. */
const provider = (d: Dice): string =>
  d.pick([
    () => `gh${d.pick(['p', 'o', 's'])}_${d.text(BASE62, 36)}`,
    () => `glpat-${d.text(BASE64URL, 20)}`,
    () => `xoxb-${d.text(DIGITS, 12)}-${d.text(DIGITS, 12)}-${d.text(BASE62, 24)}`,
    () => `${d.pick(['sk', 'rk'])}_live_${d.text(BASE62, 24)}`,
    () => `SG.${d.text(BASE64URL, 22)}.${d.text(BASE64URL, 43)}`,
    () => `AIza${d.text(BASE64URL, 35)}`,
    () => `npm_${d.text(BASE62, 36)}`,
    () => `hf_${d.text(BASE62, 34)}`,
    () => `dop_v1_${d.text(HEX, 64)}`,
    () => `shpat_${d.text(HEX, 32)}`,
    () => `hvs.${d.text(BASE62, 24)}`,
    () => `dapi${d.text(HEX, 32)}`,
    () => `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ${d.text(BASE64URL, 47)}.${d.text(BASE64URL, 43)}`,
    () => `dckr_pat_${d.text(BASE64URL, 27)}`,
    () => `glsa_${d.text(BASE62, 32)}_${d.text(HEX, 8)}`,
  ])()

function key(d: Dice): string {
  const forms: (() => string)[] = [
    () => d.text(HEX, 32),
    () => d.text(HEX, d.pick([24, 40, 48, 64])),
    () => d.text('0123456789ABCDEF', 32),
    () => d.text(BASE62, d.between(20, 28)),
    () => d.text(BASE62, d.pick([32, 36, 40, 48])),
    () => d.text(BASE62, d.between(15, 19)),
    () => `${d.text(BASE64, 43)}=`,
    () => `${d.text(BASE64, 22)}==`,
    () => d.text(BASE64, d.pick([32, 40, 64])),
    () => `${d.text(BASE64, 86)}==`,
    () => d.text(BASE64URL, d.pick([22, 32, 43])),
    () => d.text(LOWER + DIGITS, d.pick([20, 25, 32])),
    () => d.text(UPPER + DIGITS, d.pick([16, 20, 32])),
    () => `${d.pick(SERVICES)}_${d.pick(['live', 'prod', 'test'])}_${d.text(BASE62, 24)}`,
    () => `${d.pick(['tok', 'key', 'sec', 'pat'])}${d.pick(['-', '_'])}${d.text(BASE62, d.between(20, 32))}`,
    () => Array.from({ length: 5 }, () => d.text(UPPER + DIGITS, 5)).join('-'),
    () => `${d.text(BASE62, 8)}.${d.text(BASE64URL, 32)}`,
    () => provider(d),
    () => provider(d),
    () => provider(d),
  ]
  return d.pick(forms)()
}

const PASSWORD_NAMES = [
  'password',
  'password',
  'passwd',
  'pwd',
  'pass',
  'passphrase',
  'db password',
  'db pass',
  'database password',
  'admin password',
  'root password',
  'smtp password',
  'mail password',
  'redis password',
  'mysql root password',
  'postgres password',
  'mongo password',
  'ldap bind password',
  'bind password',
  'user password',
  'user pass',
  'keystore password',
  'trust store password',
  'ssl key password',
  'private key passphrase',
  'proxy password',
  'ftp password',
  'sftp pass',
  'login password',
  'service account password',
  'backup password',
  'wifi password',
  'default password',
  'initial password',
  'new password',
  'old password',
  'replication password',
  'broker password',
  'rabbitmq default pass',
  'elastic password',
  'kafka sasl password',
  'vnc password',
  'rpc password',
  'master password',
  'grafana admin password',
  'jenkins admin pwd',
  'oracle pwd',
  'registry password',
  'encryption passphrase',
  'app pwd',
]
const KEY_NAMES = [
  'api key',
  'apikey',
  'api token',
  'api secret',
  'secret',
  'secret key',
  'client secret',
  'access token',
  'auth token',
  'token',
  'access key',
  'secret access key',
  'refresh token',
  'signing key',
  'signing secret',
  'encryption key',
  'jwt secret',
  'session secret',
  'webhook secret',
  'app secret',
  'private key',
  'private token',
  'bot token',
  'deploy token',
  'personal access token',
  'shared secret',
  'hmac key',
  'hmac secret',
  'consumer secret',
  'oauth client secret',
  'bearer token',
  'stripe secret key',
  'secret key base',
  'cookie secret',
  'master key',
  'registry token',
  'sonar token',
  'datadog api key',
  'sentry auth token',
  'storage account key',
  'subscription key',
  'license key',
  'vault token',
  'service token',
  'google api key',
  'sendgrid api key',
  'openai api key',
  'slack token',
  'github token',
  'csrf secret',
  'encryption secret',
  'internal api key',
  'partner api secret',
  'auth secret',
]
const HARMLESS_NAMES = [
  'cache key',
  'primary key',
  'partition key',
  'sort key',
  'foreign key',
  'routing key',
  'object key',
  'row key',
  'key id',
  'access key id name',
  'token type',
  'token url',
  'token endpoint',
  'token ttl',
  'token count',
  'max tokens',
  'key prefix',
  'password policy',
  'password min length',
  'password encoder',
  'password changed at',
  'secret name',
  'secret ref',
  'secret version',
  'secret path',
  'secrets dir',
  'key alias',
  'key size',
  'key algorithm',
  'public key',
  'ssh public key',
  'commit',
  'checksum',
  'etag',
  'trace id',
  'session id hash',
  'build hash',
  'image digest',
  'request id',
  'author',
  'tokenizer',
  'keyboard',
  'monkey',
  'passenger',
  'compass',
  'secretary',
  'bypass',
  'author name',
  'passport country',
]

/** What a secret's place holds instead of one. */
function benign(d: Dice): string {
  const w = () => d.pick(SERVICES)
  const env = () => `${w().toUpperCase()}_${d.pick(['PASSWORD', 'TOKEN', 'SECRET', 'API_KEY', 'DB_PASS'])}`
  const forms: (() => string)[] = [
    () => `\${${env()}}`,
    () => `$${env()}`,
    () => `\${${env()}:-}`,
    () => `$(${env()})`,
    () => `%${env()}%`,
    () => `{{ ${w()}_password }}`,
    () => `{{ .Values.${w()}.password }}`,
    () => `\${{ secrets.${env()} }}`,
    () => `<%= ENV['${env()}'] %>`,
    () => `#{${w()}.secret}`,
    () => `vault:secret/data/${w()}#password`,
    () => `secret/${w()}/${d.pick(['prod', 'staging'])}/db`,
    () =>
      `arn:aws:secretsmanager:${d.pick(['us-east-1', 'eu-west-1'])}:${d.text(DIGITS, 12)}:secret:${w()}-${d.text(BASE62, 6)}`,
    () => `projects/${w()}-prod/secrets/${w()}-token/versions/latest`,
    () => `ssm:/${w()}/prod/api_key`,
    () => `op://Production/${w()}/password`,
    () => `keyring:${w()}`,
    () => `sops:${w()}.enc.yaml`,
    () => `env:${env()}`,
    () =>
      d.pick([
        'AES-256-GCM',
        'HS256',
        'RS256',
        'HMAC-SHA256',
        'bcrypt',
        'argon2id',
        'PBKDF2',
        'SHA-512',
        'EdDSA',
        'ECDSA',
      ]),
    () => d.pick(['us-east-1', 'eu-central-1', 'ap-southeast-2', 'europe-west4', 'westeurope', 'eastus2']),
    () =>
      `com.acme.${w()}.${cap(w())}${d.pick(['TokenProvider', 'PasswordEncoder', 'SecretResolver', 'KeyFactory'])}`,
    () =>
      `${cap(w())}${d.pick(['TokenProvider', 'PasswordEncoder', 'SecretResolver', 'KeyFactory', 'Credentials'])}`,
    () =>
      d.pick([
        '********',
        '*****',
        '[REDACTED]',
        '<redacted>',
        'xxxxxxxx',
        '[FILTERED]',
        '***',
        '<hidden>',
        '(masked)',
        '••••••••',
        'XXXX-XXXX',
      ]),
    () =>
      d.pick([
        'changeme',
        'CHANGE_ME',
        'your-api-key-here',
        '<your-token>',
        'YOUR_SECRET_KEY',
        'example',
        'placeholder',
        'TODO',
        'replace_me',
        'insert-password-here',
      ]),
    () => `/etc/${w()}/${d.pick(['secret.key', 'token', 'password.txt', 'tls.key'])}`,
    () => `/run/secrets/${w()}_password`,
    () => `./config/${w()}.pem`,
    () => `file:/opt/${w()}/keystore.jks`,
    () => `${w()}-${d.pick(['db-credentials', 'api-token', 'tls-secret', 'secret'])}`,
    () => `sha256:${d.text(HEX, 64)}`,
    () => `$2b$12$${d.text(`${BASE62}./`, 53)}`,
    () => `SHA256:${d.text(BASE64, 43)}`,
    () => `${d.between(0, 9)}.${d.between(0, 20)}.${d.between(0, 30)}`,
    () => `${w()}.prod.svc.cluster.local`,
    () =>
      d.pick([
        'true',
        'false',
        'null',
        'none',
        'None',
        'nil',
        'undefined',
        'required',
        'optional',
        'enabled',
        'disabled',
        'string',
        'String',
      ]),
    () =>
      d.pick([
        'REQUIRED',
        'ROTATE_ON_EXPIRY',
        'CLIENT_CREDENTIALS',
        'PLAIN',
        'SCRAM-SHA-256',
        'Bearer',
        'Basic',
        'OAUTH2',
        'ENCRYPTED',
      ]),
    () => `${d.between(5, 3600)}${d.pick(['', 's', 'm', 'ms'])}`,
    () => `https://${w()}.example.com/oauth/token`,
    () => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${d.text(BASE64, 43)}`,
    () => `labels.${w()}.password`,
    () => `errors.password.${d.pick(['tooShort', 'required', 'mismatch'])}`,
  ]
  return d.pick(forms)()
}

const harmlessValue = (d: Dice): string =>
  d.pick([
    () => d.text(HEX, d.pick([8, 16, 32, 40, 64])),
    () => `${d.pick(SERVICES)}:${d.pick(SERVICES)}:${d.between(1, 99999)}`,
    () => `${d.text(HEX, 8)}-${d.text(HEX, 4)}-4${d.text(HEX, 3)}-a${d.text(HEX, 3)}-${d.text(HEX, 12)}`,
    () => `${d.pick(SERVICES)}_id`,
    () => `${d.pick(SERVICES)}/${d.text(HEX, 12)}.json`,
    () => String(d.between(1, 9999)),
    () => `${d.pick(SERVICES)}-${d.pick(['v1', 'v2', 'prod', 'main'])}`,
    () => `2026-0${d.between(1, 9)}-1${d.below(10)}`,
    () => d.pick(['bearer', 'RSA', 'us', 'sha256', 'en-US', 'Bearer', 'jwt', '4096']),
    () => `https://${d.pick(SERVICES)}.example.com/${d.pick(['token', 'jwks.json'])}`,
  ])()

export const VOCABULARY_10: Vocabulary = {
  word: (d) => d.pick(SERVICES),
  password,
  words,
  key,
  passwordName: (d) => d.pick(PASSWORD_NAMES),
  keyName: (d) => d.pick(KEY_NAMES),
  harmlessName: (d) => d.pick(HARMLESS_NAMES),
  harmlessValue,
  benign,
}
