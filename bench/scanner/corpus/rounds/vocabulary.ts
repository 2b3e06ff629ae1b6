import { BASE62, BASE64, BASE64URL, DIGITS, type Dice, HEX, LOWER, UPPER } from '../random.ts'
import {
  LATE_HARMLESS_NAMES,
  LATE_KEY_NAMES,
  LATE_PASSWORD_NAMES,
  LATE_WORDS,
  type LateRound,
  lateBenign,
  lateKey,
  latePassword,
  lateWords,
} from './vocabulary-late.ts'

/**
 * Names, words and values of the blind rounds, a set for each, so that what was learnt from one round's errors cannot
 * help the next round by mere vocabulary.
 */
type EarlyRound = 1 | 2 | 3 | 4 | 5
export type Round = EarlyRound | LateRound
const isLate = (r: Round): r is LateRound => r >= 7

const WORDS: Record<Round, readonly string[]> = {
  ...LATE_WORDS,
  1: `acorn badger cactus daisy easel ferret goblin hazel igloo jackal kettle lantern maple nutmeg otter pigeon quartz
    rooster sailor teapot umbrella vulture walrus yacht zebra blanket crayon dolphin eagle feather giraffe hollow
    iceberg juniper koala lobster mango noodle orchid panther quiver ribbon sunrise tulip velvet warrior sommer
    kaninchen fenster blume katze hallo schatz`.split(/\s+/),
  2: `almond bramble cobalt dagger ember falcon granite hornet indigo jigsaw kayak lilac mammoth nectar opal pelican
    quilt radish sapphire thistle urchin viola willow yogurt zinnia biscuit cherry dune elbow flannel gargoyle hickory
    inkwell jester kernel lavender mosaic nomad onyx parsley quokka rhubarb saffron tundra cariño estrella amor
    soleil bonjour bateau saudade flamengo`
    .split(/\s+/)
    .map((w) => w.normalize('NFKD').replace(/[^a-z]/g, '')),
  3: `apricot beacon clover drifter eclipse fjord gondola harvest ivory jaguar kiwi lagoon meteor nugget oatmeal paddle
    quasar raccoon sequoia tornado unicorn vortex wombat xylem yonder zeppelin bronze cinder dawn echo fable glacier
    helmet isotope jubilee keystone llama monsoon nickel osprey pumpkin relic sonnet trumpet ulysses vintage
    gatto amore farfalla fiets zonneschijn`.split(/\s+/),
  4: `avocado bonfire caravan dynamo espresso firefly galleon hatchet igneous jasper kestrel lemur marigold nimbus
    obelisk peacock quicksand rosebud scarecrow tangerine utopia valkyrie wisteria yodel zodiac barnacle cypress dagger
    emblem fossil gazelle honeydew ink jukebox kumquat lighthouse mulberry nebula octopus pretzel rainbow sundial
    zucchero stella kot słońce`
    .split(/\s+/)
    .map((w) => w.normalize('NFKD').replace(/[^a-z]/g, '')),
  5: `anvil bagpipe chestnut dewdrop elderberry fiddle grapefruit hedgehog inferno jackpot kingfisher labyrinth
    mandolin narwhal origami papaya quicksilver rucksack starfish tambourine upland vineyard waterfall yearling zircon
    beehive cauldron driftwood evergreen foxglove gumdrop hummingbird icicle jigger knapsack lullaby moonbeam nightfall
    obsidian pinecone regenbogen schmetterling papillon mariposa`.split(/\s+/),
}

const cap = (w: string): string => w[0]!.toUpperCase() + w.slice(1)
const leet = (w: string): string =>
  w.replace(/[aeost]/g, (c) => ({ a: '@', e: '3', o: '0', s: '$', t: '7' })[c as 'a'] ?? c)

export const word = (d: Dice, r: Round): string => d.pick(WORDS[r])

/** A password that is not only words; `signs` are those its place may hold. */
export function roundPassword(d: Dice, r: Round, signs: string): string {
  if (isLate(r)) return latePassword(d, r, signs)
  const sign = () => d.pick([...signs])
  const w = () => word(d, r)
  const random = (n: number) =>
    d.pick([...BASE62]) + d.text(BASE62 + signs, n) + d.text(DIGITS, 1) + d.pick([...BASE62])
  const forms: Record<EarlyRound, readonly (() => string)[]> = {
    1: [
      () => `${cap(w())}${d.between(1, 9999)}${sign()}`,
      () => `${cap(w())}${cap(w())}${d.between(10, 99)}`,
      () => `${w()}_${d.between(1970, 2026)}`,
      () => random(d.between(6, 12)),
      () => random(d.between(14, 29)),
      () => `${d.text(BASE62, 4)}-${d.text(BASE62, 4)}-${d.text(BASE62, 4)}`,
      () => `${d.text(LOWER, 6)}-${d.text(LOWER, 5)}${d.text(DIGITS, 1)}-${cap(d.text(LOWER, 5))}`,
      () => `${w()}${sign()}${w()}${d.between(1, 999)}`,
    ],
    2: [
      () => `${d.text(UPPER, 2)}${d.text(DIGITS, 3)}${d.text(LOWER, 4)}${sign()}`,
      () => `${w()}${d.between(10, 9999)}`,
      () => `${d.between(10, 99)}${cap(w())}${sign()}${cap(w())}`,
      () => random(d.between(5, 9)),
      () => random(d.between(17, 40)),
      () => d.text(LOWER + DIGITS, 12),
      () => `${cap(w())}.${w()}.${d.between(1, 99)}`,
      () => `${leet(cap(w())).replace(/[@$]/g, '4')}${d.between(1, 99)}`,
    ],
    3: [
      () => `${w()}${d.pick(['123', '1234', '007', '99', '2025', '1'])}${d.chance(0.5) ? sign() : ''}`,
      () => `${cap(w())}${sign()}${d.between(100, 99999)}`,
      () => `${w()}-${w()}-${w()}-${d.between(1, 99)}`,
      () => random(d.between(6, 22)),
      () =>
        `${d.text(UPPER, 1)}${d.text(LOWER, 2)}${d.text(DIGITS, 2)}${sign()}${d.text(LOWER, 3)}${d.text(DIGITS, 2)}`,
      () => d.text(HEX, 16),
      () => d.text(BASE64URL, 24),
      () => `${cap(w())}${d.pick(['Is', 'And', 'Of', 'The'])}${cap(w())}${d.between(1, 99)}`,
    ],
    4: [
      () => `${w()}${w()}${d.between(1, 99)}`,
      () => `${cap(w())}${sign()}${d.between(10, 99)}${cap(w())}`,
      () => `${d.text(LOWER, 4)}-${d.text(DIGITS, 4)}-${d.text(LOWER, 4)}`,
      () => `${d.between(10, 9999)}${w()}`,
      () => `${w()}${sign()}${w()}.${d.between(1, 9)}`,
      () => d.text(LOWER + DIGITS, d.between(8, 11)),
      () => random(d.between(7, 15)),
      () => random(d.between(16, 26)),
    ],
    5: [
      () => `${cap(w())}${d.between(2000, 2026)}${sign()}`,
      () => `${w()}${d.pick(['1', '12', '77', '2024', '666'])}`,
      () => `${w()}.${w()}${d.between(1, 999)}`,
      () => `${cap(w())}-${cap(w())}-${d.between(10, 99)}`,
      () => `${d.text(UPPER, 3)}${d.text(DIGITS, 2)}${sign()}${d.text(LOWER, 3)}`,
      () => d.text(BASE62, d.between(8, 14)),
      () => random(d.between(6, 12)),
      () => random(d.between(13, 30)),
    ],
  }
  return d.pick(forms[r])()
}

/** Only words. */
export function roundWords(d: Dice, r: Round): string {
  if (isLate(r)) return lateWords(d, r)
  const w = () => word(d, r)
  const forms: Record<EarlyRound, readonly (() => string)[]> = {
    1: [w, () => w() + w(), () => `${w()}-${w()}`, () => cap(w()) + cap(w())],
    2: [w, () => `${w()}_${w()}`, () => `${w()}.${w()}.${w()}`, () => cap(w()), () => w().toUpperCase()],
    3: [w, () => w() + w() + w(), () => `${cap(w())}-${cap(w())}-${cap(w())}`, () => `my${cap(w())}`],
    4: [w, () => `${cap(w())}${cap(w())}`, () => `${w()}-${w()}-${w()}-${w()}`, () => `${w()}${w()}`],
    5: [
      w,
      () => cap(w()),
      () => `${w()}${w()}`,
      () => `${w()}-${w()}`,
      () => `${w()} ${w()} ${w()}`.replaceAll(' ', '.'),
    ],
  }
  return d.pick(forms[r])()
}

/** A generated key, token or secret. */
export function roundKey(d: Dice, r: Round): string {
  if (isLate(r)) return lateKey(d, r)
  const uuid = () =>
    `${d.text(HEX, 8)}-${d.text(HEX, 4)}-4${d.text(HEX, 3)}-9${d.text(HEX, 3)}-${d.text(HEX, 12)}`
  const forms: Record<EarlyRound, readonly (() => string)[]> = {
    1: [
      () => d.text(HEX, d.pick([32, 48, 64])),
      () => d.text(BASE62, d.pick([18, 27, 36])),
      () => `${d.text(BASE64, 27)}=`,
      () => `${d.text(BASE64, 86)}==`,
      () =>
        `${d.pick(['zed', 'orb', 'qx', 'lumen'])}_${d.pick(['live', 'test', 'prod'])}_${d.text(BASE62, 24)}`,
      () => d.text(BASE64URL, 43),
      () => `${d.text(BASE62, 8)}.${d.text(BASE62, 32)}`,
    ],
    2: [
      () => d.text(HEX, d.pick([40, 56, 128])),
      () => d.text(BASE62, d.pick([16, 22, 30, 48])),
      () => `${d.text(BASE64, 43)}=`,
      () => d.text(BASE64URL, d.pick([32, 64])),
      () => `${d.pick(['tok', 'key', 'sec', 'pat'])}-${d.text(BASE62, 28)}`,
      () => d.text(`${UPPER}234567`, 32),
      () => uuid(),
    ],
    3: [
      () => d.text(HEX, d.pick([24, 32, 64])).toUpperCase(),
      () => d.text(LOWER + DIGITS, d.pick([20, 25, 40])),
      () => `${d.text(BASE64, 22)}==`,
      () => `${d.text(DIGITS, 10)}:${d.text(BASE64URL, 35)}`,
      () => `${word(d, r)}-pat-${d.text(BASE62, 26)}`,
      () => `v1.${d.text(HEX, 40)}`,
      () =>
        `${d.text(UPPER + DIGITS, 5)}-${d.text(UPPER + DIGITS, 5)}-${d.text(UPPER + DIGITS, 5)}-${d.text(UPPER + DIGITS, 5)}`,
    ],
    4: [
      () => d.text(BASE64URL, d.pick([24, 40, 48])),
      () => d.text(HEX, 32).toUpperCase(),
      () => `sk-${d.text(BASE62, 40)}`,
      () => `${word(d, r)}_${d.text(HEX, 32)}`,
      () => `0x${d.text(HEX, 64)}`,
      () => `${d.text(BASE62, 10)}.${d.text(BASE62, 20)}.${d.text(BASE62, 16)}`,
      () => d.text(BASE62, d.pick([20, 28, 44])),
    ],
    5: [
      () => d.text(HEX, d.pick([32, 40, 64])),
      () => d.text(BASE62, d.pick([24, 32, 40])),
      () => `${d.text(BASE64, 43)}=`,
      () => d.text(LOWER + DIGITS, d.pick([28, 32])),
      () => `${d.text(BASE62, 12)}-${d.text(BASE62, 12)}-${d.text(BASE62, 8)}`,
      () => `${d.pick(['live', 'prod', 'srv'])}-${d.text(BASE62, 24)}`,
      () => uuid(),
    ],
  }
  return d.pick(forms[r])()
}

const PASSWORD_NAMES: Record<number, readonly string[]> = {
  ...LATE_PASSWORD_NAMES,
  1: [
    'postgres password',
    'mysql root password',
    'password',
    'db pass',
    'keystore password',
    'smtp passwd',
    'admin pwd',
    'bind password',
    'rabbitmq default pass',
    'ssh passphrase',
    'master user password',
    'service account password',
  ],
  2: [
    'database password',
    'trust store password',
    'password',
    'passwd',
    'user pwd',
    'ldap bind passwd',
    'ftp pass',
    'wifi password',
    'backup passphrase',
    'grafana admin password',
    'sudo pass',
    'imap password',
    'new password',
  ],
  3: [
    'password',
    'login password',
    'ssl key password',
    'root pw',
    'couchdb pass',
    'elastic password',
    'proxy pass word',
    'vnc passwd',
    'key passphrase',
    'default pwd',
    'sa password',
    'replication password',
    'current password',
  ],
}
Object.assign(PASSWORD_NAMES, {
  4: [
    'password',
    'account password',
    'ftp passwd',
    'db pw',
    'cert password',
    'proxy pwd',
    'app pass',
    'unlock passphrase',
    'web password',
    'pop3 password',
    'portal passwd',
  ],
  5: [
    'password',
    'db password',
    'user pass',
    'secret password',
    'ldap password',
    'admin passwd',
    'jdbc password',
    'nexus password',
    'pgpassword',
    'encryption passphrase',
    'svc pwd',
  ],
})
const KEY_NAMES: Record<number, readonly string[]> = {
  ...LATE_KEY_NAMES,
  1: [
    'api key',
    'api secret',
    'client secret',
    'auth token',
    'jwt secret key',
    'hmac key',
    'access token',
    'consumer secret',
    'token',
    'secret',
    'cookie secret',
    'storage account key',
    'webhook signing secret',
    'deploy token',
  ],
  2: [
    'api token',
    'shared secret',
    'app secret',
    'oauth token',
    'master key',
    'encryption key',
    'bot token',
    'personal access token',
    'session secret',
    'account key',
    'secret token',
    'service key secret',
    'bearer token',
  ],
  3: [
    'secret key base',
    'apikey',
    'application key secret',
    'refresh token',
    'id token',
    'signing key',
    'registration token',
    'ingest token',
    'private api key',
    'csrf secret',
    'join token',
    'license key',
    'push token',
    'access secret',
  ],
}
Object.assign(KEY_NAMES, {
  4: [
    'x api key',
    'secret access key',
    'service token',
    'session key',
    'hash secret',
    'shared key',
    'webhook token',
    'security token',
    'aes key',
    'bot secret',
    'auth key',
    'token',
  ],
  5: [
    'api key',
    'client secret',
    'secret',
    'auth token',
    'access key',
    'signing secret',
    'jwt secret',
    'private token',
    'gateway token',
    'cipher key',
    'vendor api key',
  ],
})
const HARMLESS_NAMES: Record<number, readonly string[]> = {
  ...LATE_HARMLESS_NAMES,
  1: [
    'password min length',
    'token ttl',
    'secret arn',
    'key vault name',
    'kms key id',
    'ssh public key',
    'password field',
    'token url',
    'key prefix',
    'foreign key',
    'api key header',
    'password last changed',
    'secrets path',
  ],
  2: [
    'token issuer',
    'password expires at',
    'secret ref',
    'keyspace',
    'hotkey',
    'key size',
    'password hint label',
    'token bucket',
    'tokenizer',
    'authorization endpoint',
    'secret manager project',
    'key algorithm',
    'object key',
  ],
  3: [
    'password rotation days',
    'token audience',
    'secret namespace',
    'key usage',
    'keyboard layout',
    'routing key',
    'shard key',
    'passport number',
    'compass heading',
    'password strength',
    'tokens used',
    'secret store class',
    'key file',
  ],
}

Object.assign(HARMLESS_NAMES, {
  4: [
    'password updated at',
    'token name',
    'key alias',
    'key version',
    'secret id',
    'token scope',
    'password attempts',
    'monkey name',
    'key press',
    'secretary',
    'credential type',
    'keyword',
  ],
  5: [
    'password age days',
    'token endpoint',
    'secret engine',
    'key ring',
    'api key name',
    'donkey id',
    'token bytes',
    'pass count',
    'surpass ratio',
    'key exchange',
    'public key',
  ],
})

export const passwordWords = (d: Dice, r: Round): string => d.pick(PASSWORD_NAMES[r]!)
export const keyWords = (d: Dice, r: Round): string => d.pick(KEY_NAMES[r]!)
export const harmlessWords = (d: Dice, r: Round): string => d.pick(HARMLESS_NAMES[r]!)

/** What stands after a harmless name. */
export const harmlessValue = (d: Dice, r: Round): string =>
  d.pick([
    () => d.text(HEX, 32),
    () => d.text(BASE62, 20),
    () => `${word(d, r)}-${word(d, r)}-${d.text(HEX, 6)}`,
    () => String(d.between(1, 99_999)),
    () => `${word(d, r)}/${word(d, r)}`,
  ])()

/** Values that are no secret in a place with a secret's name, common to many dialects. */
export function roundBenign(d: Dice, r: Round): string {
  if (isLate(r)) return lateBenign(d, r)
  const w = () => word(d, r)
  const forms: Record<EarlyRound, readonly (() => string)[]> = {
    1: [
      () =>
        d.pick([
          'changeit',
          'CHANGEME',
          'TBD',
          'xxx',
          '<REDACTED>',
          '*****',
          'your-secret-here',
          'FIXME',
          'sample',
        ]),
      () =>
        d.pick([
          'RS512',
          'aes256',
          'HmacSHA256',
          'ed25519',
          'PKCS12',
          'SCRAM-SHA-512',
          'md5',
          'ECDSA',
          'TLSv1.2',
        ]),
      () => d.pick(['us-west-2', 'eu-central-1', 'westeurope', 'asia-northeast1', 'sa-east-1']),
      () =>
        d.pick(['true', 'false', 'required', 'string', 'disabled', 'null', 'none', 'PASSWORD', 'implicit']),
      () =>
        `\${${d.pick(['DB_PASSWORD', 'SECRET', 'env.TOKEN', 'VAULT_PW:-}', 'API_KEY:?unset'])}}`.replace(
          '}}}',
          '}}',
        ),
      () => `${w()}-${d.pick(['secret', 'credentials', 'tls', 'token', 'api-key'])}`,
      () => `/var/run/secrets/${w()}/${d.pick(['token', 'password', 'key'])}`,
      () => `arn:aws:kms:us-west-2:${d.text(DIGITS, 12)}:key/${d.text(HEX, 8)}`,
      () => `${cap(w())}${d.pick(['TokenProvider', 'PasswordEncoder', 'SecretManager'])}`,
      () => `$2y$10$${d.text(`${BASE62}./`, 53)}`,
      () => `${d.between(1, 24)}h`,
      () => `secrets/${w()}/${w()}.enc`,
    ],
    2: [
      () =>
        d.pick([
          'replace-with-your-token',
          '<your_password>',
          'REPLACEME',
          'dummy-value',
          '********',
          '(hidden)',
          'notset',
          'sanitized',
        ]),
      () =>
        d.pick(['argon2i', 'ES256', 'AES-128-CBC', 'sha256', 'bcrypt', 'RSA-OAEP', 'scrypt', 'XChaCha20']),
      () => d.pick(['ap-northeast-2', 'centralus', 'europe-north1', 'ca-central-1']),
      () =>
        d.pick([
          'yes',
          'no',
          'on',
          'optional',
          'boolean',
          'undefined',
          'nil',
          'empty',
          'unset',
          'inherit',
          'ask',
        ]),
      () => `{{ ${w()}_${d.pick(['password', 'token'])} }}`,
      () => `$${d.pick(['SECRET', 'API_TOKEN', 'PGPASSWORD'])}`,
      () => `<%= ENV["${w().toUpperCase()}_SECRET"] %>`,
      () => `kv/data/${w()}/${w()}`,
      () => `file:///etc/${w()}/${w()}.key`,
      () => `$argon2id$v=19$m=65536,t=3,p=4$${d.text(BASE64, 22)}$${d.text(BASE64, 43)}`,
      () => `io.${w()}.auth.${cap(w())}Token`,
      () => `${w()}@${w()}.iam.gserviceaccount.com`,
    ],
    3: [
      () =>
        d.pick([
          '<insert password>',
          'PUT_TOKEN_HERE',
          'secret',
          'password',
          'foobar',
          '....',
          '####',
          'omitted',
          'masked',
          'see-vault',
        ]),
      () => d.pick(['PBKDF2', 'HS384', 'aes-192-cbc', 'Ed448', 'RSA', 'SHA-1', 'whirlpool', 'x25519']),
      () => d.pick(['southeastasia', 'me-south-1', 'us-gov-west-1', 'northamerica-northeast1']),
      () =>
        d.pick([
          'always',
          'never',
          'sometimes',
          'number',
          'Optional[str]',
          'NULL',
          'manual',
          'automatic',
          'active',
          'revoked',
        ]),
      () => `%(${w()}_password)s`,
      () => `@@${w().toUpperCase()}_TOKEN@@`,
      () => `ref+awsssm://${w()}/${w()}`,
      () => `projects/${d.between(1000, 99999)}/locations/global/keyRings/${w()}`,
      () => `C:\\\\ProgramData\\\\${cap(w())}\\\\${w()}.key`,
      () => `{bcrypt}$2a$10$${d.text(`${BASE62}./`, 53)}`,
      () => `System.Security.${cap(w())}.PasswordDeriveBytes`,
      () => `sha256:${d.text(HEX, 64)}`,
      () => `https://${w()}.vault.azure.net/secrets/${w()}`,
    ],
    4: [
      () =>
        d.pick([
          '<value>',
          'changeit',
          'xxxxxx',
          '(hidden)',
          'REPLACE_ME',
          'to-be-set',
          'your-api-key',
          '<secret>',
          '******',
        ]),
      () =>
        d.pick([
          'HS512',
          'aes-256-cbc',
          'PBKDF2WithHmacSHA512',
          'ssh-rsa',
          'sha3-256',
          'RSA/ECB/PKCS1Padding',
          'ES512',
        ]),
      () => d.pick(['eu-west-3', 'us-west1', 'australiaeast', 'ap-south-1', 'brazilsouth']),
      () =>
        d.pick([
          'true',
          'none',
          'default',
          'required',
          'string',
          'Password',
          'bearer',
          'rotating',
          'external',
        ]),
      () => `\${${w().toUpperCase()}_PASSWORD}`,
      () => `{{ ${w()}.secret }}`,
      () => `/etc/${w()}/${w()}.key`,
      () => `arn:aws:secretsmanager:eu-west-3:${d.text(DIGITS, 12)}:secret:${w()}`,
      () => `com.${w()}.${cap(w())}Encoder`,
      () => `${w()}-${w()}-v${d.between(1, 4)}`,
      () => `${w()}-credentials`,
      () => `$2a$12$${d.text(`${BASE62}./`, 53)}`,
    ],
    5: [
      () =>
        d.pick([
          'CHANGE_ME',
          '<your-password>',
          '[REDACTED]',
          'dummy',
          'secret',
          'TODO',
          'placeholder',
          '••••••',
          'n/a',
        ]),
      () =>
        d.pick([
          'HmacSHA512',
          'aes-128-gcm',
          'bcrypt',
          'ed25519',
          'RS384',
          'scram-sha-256',
          'X25519',
          'SHA512withRSA',
        ]),
      () => d.pick(['us-east-1', 'europe-west2', 'canadacentral', 'ap-east-1', 'uksouth']),
      () =>
        d.pick([
          'false',
          'null',
          'auto',
          'optional',
          'String',
          'password',
          'basic',
          'enabled',
          'managed',
          'opaque',
        ]),
      () => `$${w().toUpperCase()}_TOKEN`,
      () => `\${env:${w().toUpperCase()}_SECRET}`,
      () => `vault:${w()}/data/${w()}#key`,
      () => `/run/secrets/${w()}`,
      () => `${cap(w())}${d.pick(['CredentialProvider', 'TokenStore', 'PasswordPolicy', 'KeyManager'])}`,
      () =>
        `${w()}-${w()}-${d.text('bcdfghjklmnpqrstvwxz2456789', 10)}-${d.text('bcdfghjklmnpqrstvwxz2456789', 5)}`,
      () => `${w()}-${w()}-secret`,
      () => `{PBKDF2}${d.text(BASE64, 44)}`,
      () => `${d.between(1, 90)}d`,
    ],
  }
  return d.pick(forms[r])()
}
