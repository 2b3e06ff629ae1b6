import { BASE62, BASE64, BASE64URL, DIGITS, type Dice, HEX, LOWER, UPPER } from '../random.ts'

/** Names, words and values of the seventh round and those after it; see vocabulary.ts. */
export type LateRound = 7 | 8

export const LATE_WORDS: Record<LateRound, readonly string[]> = {
  7: `abacus birch canary dolomite eggplant fennel gecko hibiscus indigo jersey kangaroo licorice mocha newt olive
    platypus quarry reindeer satchel toffee ukulele vanilla weasel xenon yam zeppelin cottage gravel lobby piston
    trellis caramel goblet hamlet lantern monocle paprika rotunda sparrow turbine walnut bruno daniela matteo`.split(
    /\s+/,
  ),
  8: `alpaca bungalow cashmere dandelion estuary fresco gumbo heron ivy jetty kimono lyric mango nectarine oasis plum
    quince raft sorbet truffle umber verandah wharf yurt zest anchovy bobsled cello dormouse easel ferry guava
    hazelnut isthmus jamboree kale lemonade manatee nougat otter porridge hannah olivia tobias`.split(/\s+/),
}

const cap = (w: string): string => w[0]!.toUpperCase() + w.slice(1)
const shuffled = (d: Dice, text: string): string => {
  const letters = [...text]
  for (let i = letters.length - 1; i > 0; i--) {
    const j = d.below(i + 1)
    ;[letters[i], letters[j]] = [letters[j]!, letters[i]!]
  }
  return letters.join('')
}

/** As password managers make them: every class at least once, a letter or digit at either end. */
const managed = (d: Dice, n: number, signs: string): string =>
  d.text(BASE62, 1) +
  shuffled(d, d.text(UPPER, 1) + d.text(LOWER, 2) + d.text(DIGITS, 2) + d.text(BASE62 + signs, n)) +
  d.text(BASE62, 1)

export function latePassword(d: Dice, r: LateRound, signs: string): string {
  const sign = () => d.pick([...signs])
  const w = () => d.pick(LATE_WORDS[r])
  const forms: Record<LateRound, readonly (() => string)[]> = {
    7: [
      () => `${cap(w())}${sign()}${d.between(1950, 2026)}`,
      () => `${w()}${d.between(1, 9)}${w()}${d.between(1, 9)}`,
      () => `${cap(w())}${d.between(1, 99)}${cap(w())}${sign()}`,
      () => `${w()}${cap(w())}${d.between(10, 999)}`,
      () => `${d.text(LOWER, 3)}${d.text(DIGITS, 3)}${d.text(UPPER, 3)}`,
      () => `${d.text(BASE62, 6)}-${d.text(BASE62, 6)}${d.between(1, 9)}-${d.text(BASE62, 6)}`,
      () => managed(d, d.between(3, 8), signs),
      () => managed(d, d.between(9, 22), signs),
      () => d.text(HEX, d.pick([12, 20])),
    ],
    8: [
      () => `${w()}${sign()}${d.between(10, 99)}`,
      () => `${cap(w())}${d.pick(['2023', '2024', '2025'])}${sign()}${sign()}`.replace(/(.)\1$/, '$1'),
      () => `${d.pick(['I', 'We', 'My'])}${cap(w())}${d.between(1, 9)}${cap(w())}`,
      () => `${cap(w())}-${w()}-${cap(w())}${d.between(1, 9)}`,
      () => `${d.text(UPPER, 4)}${d.text(DIGITS, 4)}${d.text(LOWER, 2)}`,
      () => d.text(LOWER + DIGITS, d.pick([10, 14, 18])),
      () => managed(d, d.between(2, 7), signs),
      () => managed(d, d.between(8, 18), signs),
    ],
  }
  return d.pick(forms[r])()
}

export function lateWords(d: Dice, r: LateRound): string {
  const w = () => d.pick(LATE_WORDS[r])
  return d.pick([
    w,
    () => cap(w()),
    () => w() + w(),
    () => cap(w()) + cap(w()),
    () => `${w()}${d.pick(['-', '_', '.'])}${w()}`,
    () => `${w()}-${w()}-${w()}`,
  ])()
}

export function lateKey(d: Dice, r: LateRound): string {
  const forms: Record<LateRound, readonly (() => string)[]> = {
    7: [
      () => d.text(HEX, d.pick([32, 40, 48, 64])),
      () => d.text(BASE62, d.pick([21, 26, 32, 38, 50])),
      () => `${d.text(BASE64, d.pick([22, 43, 86]))}=`,
      () => d.text(BASE64URL, d.pick([20, 28, 43])),
      () => `${d.pick(['ak', 'tk', 'sec', 'usr', 'svc'])}_${d.text(LOWER + DIGITS, 26)}`,
      () => `${d.text(HEX, 12)}.${d.text(HEX, 24)}`,
      () => `${d.pick(['nova', 'kite', 'mint'])}-${d.text(BASE62, 30)}`,
      () => d.text(UPPER + DIGITS, d.pick([16, 24, 40])),
    ],
    8: [
      () => d.text(HEX, d.pick([32, 64])),
      () => d.text(BASE62, d.pick([18, 24, 36, 45])),
      () => `${d.text(BASE64, 32)}`,
      () => `${d.text(BASE62, 6)}_${d.text(BASE62, 34)}`,
      () => `${d.pick(['pk1', 'k2', 'app'])}.${d.text(BASE64URL, 32)}`,
      () => `${d.text(DIGITS, 6)}-${d.text(BASE62, 24)}`,
      () => d.text(LOWER + DIGITS, d.pick([22, 33])),
    ],
  }
  return d.pick(forms[r])()
}

export const LATE_PASSWORD_NAMES: Record<LateRound, readonly string[]> = {
  7: [
    'password',
    'password',
    'db password',
    'admin password',
    'smtp password',
    'passwd',
    'user passwd',
    'pwd',
    'sql pwd',
    'passphrase',
    'root pass',
    'repl pass',
    'vault password',
    'basic auth password',
    'p12 password',
  ],
  8: [
    'password',
    'login password',
    'mail password',
    'nas password',
    'passwd',
    'cluster passwd',
    'pwd',
    'erp pwd',
    'key passphrase',
    'pass',
    'sftp pass',
    'initial password',
    'wallet password',
  ],
}
export const LATE_KEY_NAMES: Record<LateRound, readonly string[]> = {
  7: [
    'api key',
    'api secret',
    'client secret',
    'access token',
    'auth token',
    'bearer token',
    'secret key',
    'signing key',
    'encryption key',
    'webhook secret',
    'refresh token',
    'hmac secret',
    'app token',
    'service api key',
  ],
  8: [
    'api key',
    'api token',
    'client secret',
    'consumer secret',
    'secret',
    'session secret',
    'access key secret',
    'master key',
    'bot token',
    'jwt signing key',
    'upload token',
    'private key',
    'cookie secret',
  ],
}
export const LATE_HARMLESS_NAMES: Record<LateRound, readonly string[]> = {
  7: [
    'password policy',
    'password expiry',
    'token issuer',
    'token kind',
    'secret provider',
    'secret path',
    'key id',
    'key store type',
    'sort key',
    'page token',
    'token limit',
    'auth method',
    'credentials file',
    'public key',
    'password hash',
    'access key id',
    'keystroke delay',
    'passive mode',
    'tokenizer model',
  ],
  8: [
    'password length',
    'password history',
    'token lifetime',
    'token uri',
    'secret name',
    'secret version',
    'key fingerprint',
    'cache key',
    'continuation token',
    'max tokens',
    'auth type',
    'api key id',
    'public key path',
    'password digest',
    'key rotation',
    'passenger count',
    'secretary email',
    'etag',
    'cursor token',
  ],
}

/** Benign values, of kinds the issue names: references, algorithms, regions, class names, templates, masks, states. */
export function lateBenign(d: Dice, r: LateRound): string {
  const w = () => d.pick(LATE_WORDS[r])
  const forms: Record<LateRound, readonly (() => string)[]> = {
    7: [
      () => `{{resolve:ssm:/${w()}/${w()}:1}}`,
      () => `\${{ secrets.${w().toUpperCase()}_TOKEN }}`,
      () => `%env(${w().toUpperCase()}_PASSWORD)%`,
      () => `$__file{/etc/${w()}/${w()}}`,
      () => `@Microsoft.KeyVault(SecretUri=https://${w()}.vault.azure.net/secrets/${w()}/)`,
      () => `#{systemProperties['${w()}.password']}`,
      () => `gcp:secretmanager:${w()}/${w()}`,
      () => `op://${w()}/${w()}/credential`,
      () => `awssm://${w()}/${w()}?region=us-east-1`,
      () => `/var/lib/${w()}/${w()}.secret`,
      () => `C:/ProgramData/${w()}/${w()}.pfx`,
      () =>
        d.pick([
          'PS256',
          'aes-256-ctr',
          'HmacSHA1',
          'ECDH-ES',
          'RSA-SHA256',
          'bcrypt',
          'argon2id',
          'TLS_RSA',
        ]),
      () =>
        d.pick(['me-central-1', 'us-west-2', 'westus3', 'europe-west9', 'ap-southeast-3', 'swedencentral']),
      () =>
        d.pick([
          'client_credentials',
          'authorization_code',
          'token-exchange',
          'application/json',
          'X-Auth-Token',
        ]),
      () =>
        `${cap(w())}${d.pick(['PasswordEncoder', 'TokenResolver', 'SecretStore', 'CredentialsProvider'])}`,
      () => `com.${w()}.security.${cap(w())}Manager`,
      () => `acme.${w()}.auth:${cap(w())}Backend`,
      () => `pbkdf2:sha256:600000$${d.text(BASE62, 16)}$${d.text(HEX, 64)}`,
      () => `$y$j9T$${d.text(BASE62, 22)}$${d.text(BASE62, 43)}`,
      () => `SCRAM-SHA-256$4096:${d.text(BASE64, 22)}==$${d.text(BASE64, 43)}=:${d.text(BASE64, 43)}=`,
      () => `SHA256:${d.text(BASE64, 43)}`,
      () =>
        d.pick([
          '(sensitive value)',
          '[FILTERED]',
          '<sensitive>',
          '******',
          'REDACTED',
          '<hidden>',
          'xxxxxxxx',
        ]),
      () =>
        d.pick([
          'CHANGEME',
          'your_token_here',
          '<your-api-key>',
          'placeholder',
          'example',
          'REPLACE-ME',
          'TODO',
        ]),
      () =>
        d.pick(['true', 'none', 'required', 'string', 'Opaque', 'prompt', 'rotated', 'expired', 'optional']),
      () => `${w()}-${w()}-${d.pick(['tls', 'secret', 'credentials', 'auth'])}`,
      () => `${w()}-token-${d.text('bcdfghjklmnpqrstvwxz2456789', 5)}`,
      () => `arn:aws:iam::${d.text(DIGITS, 12)}:role/${w()}`,
      () => `${d.between(1, 600)}${d.pick(['s', 'm', 'h', 'd'])}`,
    ],
    8: [
      () => `{{ vault_${w()}_password }}`,
      () => `\${${w().toUpperCase()}_SECRET:-}`,
      () => `$(${w().toUpperCase()}_TOKEN)`,
      () => `<%= Rails.application.credentials.${w()} %>`,
      () => `keyvault://${w()}/${w()}`,
      () => `ssm:///${w()}/${w()}/password`,
      () => `vault:kv/data/${w()}#token`,
      () => `file:/run/secrets/${w()}`,
      () => `/etc/${w()}.d/${w()}.key`,
      () => `~/.${w()}/credentials`,
      () =>
        d.pick([
          'EdDSA',
          'aes128-ctr',
          'SHA-512/256',
          'HS384',
          'PBES2-HS256+A128KW',
          'scrypt',
          'ecdsa-sha2-nistp256',
        ]),
      () => d.pick(['eu-north-1', 'us-east-1', 'francecentral', 'asia-south2', 'af-south-1', 'koreacentral']),
      () =>
        d.pick([
          'urn:ietf:params:oauth:token-type:jwt',
          'password',
          'implicit',
          'text/plain',
          'Authorization',
        ]),
      () => `${cap(w())}${d.pick(['TokenFilter', 'KeyGenerator', 'PasswordValidator', 'SecretsManager'])}`,
      () => `org.${w()}.${w()}.${cap(w())}Authenticator`,
      () => `App\\${cap(w())}\\TokenHandler`,
      () => `$2b$10$${d.text(`${BASE62}./`, 53)}`,
      () => `{SSHA512}${d.text(BASE64, 64)}`,
      () => `md5${d.text(HEX, 32)}`,
      () => d.pick(['<redacted>', '********', '[MASKED]', '(not shown)', '***REMOVED***', '••••••••']),
      () =>
        d.pick([
          'changeit',
          'INSERT_TOKEN_HERE',
          '<token>',
          'dummy',
          'not-a-real-key',
          'yourpassword',
          'FIXME',
        ]),
      () =>
        d.pick([
          'false',
          'null',
          'mandatory',
          'str',
          'kubernetes.io/tls',
          'ask',
          'revoked',
          'inherit',
          'unset',
        ]),
      () => `${w()}-${d.pick(['db', 'api', 'mq'])}-${d.pick(['creds', 'secret', 'token'])}`,
      () => `${w()}-${d.text('bcdfghjklmnpqrstvwxz2456789', 9)}-${d.text('bcdfghjklmnpqrstvwxz2456789', 5)}`,
      () => `projects/${w()}-${d.between(1, 99)}/secrets/${w()}`,
      () => `${d.between(1, 90)} days`,
    ],
  }
  return d.pick(forms[r])()
}
