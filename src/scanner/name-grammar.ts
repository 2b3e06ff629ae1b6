/**
 * What the name of a field says about its value. The last word that is not a mere qualifier decides (the head), and
 * the word before it may overrule: `db_password_old` is a password, `password_reset_url` a URL, `page_token` a cursor.
 */

/** The name does not promise a secret. */
export const NAME_NONE = 0
/** Chosen by a person: may be short, may be words. */
export const NAME_PASSWORD = 1
/** A key or secret by its full name: `api_key`, `client_secret`, `access_token`. */
export const NAME_SECRET = 2
/** `token`, `auth_token` of unknown use: cursors and ids carry such names too. */
export const NAME_TOKEN = 3
/** Holds a whole credential, perhaps with a scheme or a user before it: `Authorization`, `credentials`. */
export const NAME_AUTH = 4
/** The value of a cookie, whose name says session or token. */

export type NameKind = 0 | 1 | 2 | 3 | 4 | 5

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Qualifiers that may follow the head without changing what it is. */
const TAIL = words(`
  value val raw plain plaintext cleartext clear text string str b64 base64 base hex prod production dev develop staging
  stage test testing qa uat live sandbox new old current previous prev next default main primary secondary first second
  backup temp tmp local remote env v1 v2 v3 a b x 0 1 2 3 encoded decoded unencrypted input param arg opt bytes
  data content literal override equals eq assign eu us uk emea apac latam internal external shared global legacy
  original replica readonly standby preprod nonprod stg rotated latest final`)

/** What may stand before `key` to make it a secret one. */
const KEY_KIND = words(`
  api access secret private auth account encryption encrypt signing sign signature master shared storage service app
  application license licence consumer subscription hmac webhook admin deploy server crypt crypto session jwt cipher ssh
  tls ssl rsa wg wireguard preshared psk decryption decrypt data customer integration ingest ingestion write live security
  api2 authentication digest functions user client aes symmetric root token auth0 cookie pgp gpg ec ed25519 ecdsa wallet seed recovery backup
  stripe sendgrid mailgun mailchimp openai anthropic cohere mistral groq gemini google gcp aws azure firebase maps gmaps
  github gitlab slack discord telegram twilio datadog dd newrelic sentry grafana honeycomb rollbar bugsnag segment
  mixpanel amplitude algolia cloudflare fastly akamai heroku digitalocean linode vultr pagerduty opsgenie vault
  confluent kafka redis mongo mongodb elastic elasticsearch snowflake databricks pinecone supabase okta shopify square
  paypal braintree plaid coinbase binance kraken infura alchemy etherscan mapbox here weather npm pypi nuget docker
  jfrog artifactory sonar snyk circleci travis jenkins terraform pulumi doppler linear notion airtable figma zendesk
  hubspot intercom salesforce zoom webex line kakao wechat alipay licensekey instance device host management
  sdk hub cosmos cosmosdb servicebus eventhub iothub search cognitive translator speech vision face luis bing captcha recaptcha
  hcaptcha turnstile enc dec priv mac kek dek otp totp des tripledes blowfish fernet nonce smtp sms fcm apns push rest graph ws postmark sparkpost mandrill messagebird nexmo vonage plivo bandwidth pusher ably pubnub stream
  appsecret partner merchant vendor tenant publisher broker relay sync agent collector telemetry exporter otlp`)

/** Before or as the head, these make any key or token harmless. */
const PUBLIC =
  /^(?:public|pub|publish|publishable|publickey|pubkey|anon|foreign|publica|publico|publique|pubblica)$/

/** Tokens that are positions, markers or counts. */
const TOKEN_HARMLESS = words(`
  page continuation continue cursor sync scroll cancel cancellation cancelation resume next prev previous parse parser
  lex lexer unexpected start end paging pagination range partition idempotency dedup request trace thread fencing lock
  csrf xsrf bos eos pad unk max min num total input output prompt completion sep cls mask special last current open close first
  invalid missing expected syntax bad unknown end string number identifier keyword operator count per sub ephemeral
  client_request change snapshot list batch watch group design color theme css style spacing font concurrency
  stop separator begin delimiter whitespace comment left right word char await break yield`)

const TOKEN_STRONG = words(`
  access auth api bearer refresh session id security registration deploy bot app webhook personal private vault github
  gitlab slack npm oauth oauth2 user service jwt login reset admin root client device sas registry ci job trigger
  agent runner join bootstrap verification integration ingest write read push telegram discord sonar snyk circleci
  codecov heroku cloudflare digitalocean do hcloud linode pypi docker dockerhub nuget rubygems cargo sentry datadog
  newrelic honeycomb logtail grafana influx influxdb influxdb2 consul nomad k8s kube kubernetes rancher portainer
  argocd jenkins bitbucket gitea azure aws gcp twilio sendgrid stripe square shopify hf huggingface replicate
  openai anthropic wandb comet mapbox maps netlify vercel fly render railway pulumi terraform tfc tfe atlas okta auth0
  zendesk hubspot intercom notion linear airtable asana jira confluence atlassian figma pagerduty opsgenie rollbar
  bugsnag segment mixpanel amplitude pusher ably management machine internal worker node cluster zone tenant org`)

const PASSWORD_HEAD =
  /^(?:[a-z0-9]*(?:password|passwd|passphrase|passwort|passwrd|passcode|passord|pword|authtok)|[a-z0-9]*pwd|[a-z0-9]{0,10}pass|pw|[a-z]{2,6}pw|psw|pswd|paswd|pwrd|requirepass|masterauth|authpass|[a-z0-9]{0,10}(?:contrasena|contrasenia|kennwort|senha|wachtwoord|adgangskode|salasana)|contrase|d?mdp|motdepasse|motpasse|palavrapasse|heslo|haslo|parola|sifre|jelszo|lozinka)$/
const NOT_PASSWORD = words(`
  bypass compass trespass encompass surpass onepass keepass overpass underpass lastpass multipass renderpass subpass
  lowpass highpass bandpass allpass singlepass twopass topass willpass canpass mustpass stillpass testpass didpass
  buypass nopass shouldpass`)
const SECRET_HEAD =
  /(?:secret|secrets|geheimnis|claveapi|chaveapi|cleapi|clesecrete|secretkey|apikey|apikeys|accesskey|privatekey|authkey|apitoken|accesstoken|authtoken|clientsecret|accountkey|signingkey|signkey|encryptionkey|encryptkey|masterkey|sharedkey|presharedkey|servicekey|appkey|sessiontoken|refreshtoken|bearertoken|securitytoken|secretaccesskey|secretkeybase|deploykey|licensekey|webhooksecret|hmackey|aeskey|cryptkey|storagekey|subscriptionkey|consumersecret|privkey|sshkey|refreshtoken|apisecret|appsecret)$/
const NOT_SECRET = words('nosecret nonsecret topsecret keysecrets issecret hassecret')
const AUTH_HEAD =
  /^(?:authorization|authorisation|auth|bearer|credential|credentials|creds|cred|authz|authstring|authinfo|userpass|userpwd|logindata)$/
/** Words that deny: `no_password`, `skip_token`, `has_secret`, `is_password`. */
const DENIED = words(
  'no not without skip has is are use uses using require requires required need needs allow allows enable enabled disable disabled show hide min max num missing invalid forgot forgotten reset change changed expired wrong bad failed incorrect empty blank count len length valid check verify validate encode hash hashed encrypted hashing',
)

const cache = new Map<string, NameKind>()
const CACHE_MAX = 16_384

/** Splits an identifier into lower-case words: camelCase, snake_case, kebab-case, dots, and digits stay with letters. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((w) => w !== '')
}

/** @param name an identifier as written, at most some 128 characters of it count */
export function classifyName(name: string): NameKind {
  const known = cache.get(name)
  if (known !== undefined) return known
  const kind = classify(name)
  if (cache.size >= CACHE_MAX) cache.clear()
  cache.set(name, kind)
  return kind
}

/** Words outside ASCII, as their UTF-8 bytes, in which `i` knows no capitals; those of {@link isForeignKey} are keys as well as passwords. */
const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
const FOREIGN_PASSWORD = new RegExp(
  ['пароль', '密码', '密碼', 'パスワード', '비밀번호', 'hasło', 'lösenord', 'şifre', 'пароля', '암호']
    .flatMap((w) => [w, w[0]!.toUpperCase() + w.slice(1), w.toUpperCase()])
    .map(latin1)
    .join('|'),
  'i',
)
const FOREIGN_KEY = new RegExp(
  `(?:clave|chave|chiave|schluessel|${latin1('schlüssel')}|sleutel|jeton|${latin1('cl')}\\xc3\\xa9)$`,
  'i',
)

/** `clave`, `Schlüssel`: a key, a password, or the clue to something; only what looks random counts. */
export const isForeignKey = (name: string): boolean => FOREIGN_KEY.test(name)

/** Keys of Romance languages, as one of them only with what follows: `clave_api`, `CLE_SECRETE`. */
const ROMANCE_KEY = /^d?(?:clave|chave|chiave|llave|cle)$/
const KEY_BEFORE_PLACE = /^d?(?:token|jeton|ficha|secret|apikey)$/
const ROMANCE_PURPOSE = words(`
  api acceso acesso acces accesso secreta secreto secrete segreta segreto privada privado privee privata maestra mestra
  maitre cifrado cifrada criptografia chiffrement sesion sessao session`)
const ROMANCE_LINK = words('de do da del du la le el')

/**
 * The head comes first and what it is for after it: `KAFKA_MDP_SMTP`, `token_acceso_eu`, `claveApi2`, `password_db`.
 * What follows may be a place too, and what may follow any head.
 */
function headFirstKind(all: readonly string[]): NameKind {
  let purposes = 0
  for (let i = all.length - 1; i >= 0; i--) {
    const word = all[i]!.replace(/\d+$/, '')
    if (i + 1 < all.length) {
      if (PASSWORD_HEAD.test(word)) return passwordKind(word, all[i - 1] ?? '')
      if (purposes > 0 && ROMANCE_KEY.test(word))
        return /^acc?es/.test(all[i + 1]!) ? NAME_PASSWORD : NAME_SECRET
      if ((purposes > 0 || i === 0) && KEY_BEFORE_PLACE.test(word)) return NAME_SECRET
    }
    if (ROMANCE_PURPOSE.has(word)) purposes++
    else if (!ROMANCE_LINK.has(word) && !PLACES.has(word) && !TAIL.has(word) && !TAIL.has(all[i]!)) break
  }
  return NAME_NONE
}

function classify(name: string): NameKind {
  const all = wordsOf(name).slice(-8)
  const headFirst = all.length > 1 ? headFirstKind(all) : NAME_NONE
  if (headFirst !== NAME_NONE && !all.some((w) => PUBLIC.test(w) || DENIED.has(w))) return headFirst
  if (FOREIGN_PASSWORD.test(name) || FOREIGN_KEY.test(name)) return NAME_PASSWORD
  let at = all.length - 1
  while (at > 0 && (TAIL.has(all[at]!) || /^\d+$/.test(all[at]!))) at--
  const head = all[at]?.replace(/\d+$/, '') ?? ''
  if (head === '') return NAME_NONE
  const before = at > 0 ? all[at - 1]! : ''
  if (all.some((w) => PUBLIC.test(w)) || /public|pubkey/.test(head)) return NAME_NONE
  // two letters at the end of random text are chance
  if (head === 'pw' && /\d/.test(before)) return NAME_NONE
  if (PASSWORD_HEAD.test(head)) return passwordKind(head, before)
  if (DENIED.has(before) && !(before === 'hash' && head === 'secret')) return NAME_NONE
  if (head === 'passe' && /^(?:de|palavra|mot)$/.test(before)) return NAME_PASSWORD
  if (head === 'psk' || (head === 'key' && all[at + 1] === 'string' && at === 0)) return NAME_PASSWORD
  if (head === 'phrase' && before === 'pass') return NAME_PASSWORD
  if (head === 'word' && before === 'pass') return NAME_PASSWORD
  // what routers take is a pass phrase
  if (head === 'key' && /^(?:message-digest|authentication|pre-?shared)-key$/.test(name.toLowerCase()))
    return NAME_PASSWORD
  if (head === 'key') return keyKind(all, at)
  if (head === 'psk' || (head === 'phrase' && /^(?:seed|mnemonic|recovery)$/.test(before))) return NAME_SECRET
  if (head === 'secrets' && before === 'pull') return NAME_NONE
  if (SECRET_HEAD.test(head)) return NOT_SECRET.has(head) ? NAME_NONE : NAME_SECRET
  if (/[a-z]{2,}key$/.test(head) && KEY_KIND.has(head.slice(0, -3))) return NAME_SECRET
  if (head === 'token' || head === 'tok' || /^[a-z]{2,}token$/.test(head))
    return tokenKind(head, before, all.length)
  // `basic.auth.user.info` of Kafka's schema registry
  if (head === 'info' && before === 'user' && all[at - 2] === 'auth') return NAME_AUTH
  if (head === 'jwt' || (head === 'salt' && SALTED.has(before))) return NAME_SECRET
  if (AUTH_HEAD.test(head)) return NAME_AUTH
  if (head === 'sig' && all.length === 1) return NAME_TOKEN
  return NAME_NONE
}

function passwordKind(head: string, before: string): NameKind {
  if (NOT_PASSWORD.has(head) || DENIED.has(before)) return NAME_NONE
  if (
    head === 'pass' &&
    /^(?:by|test|tests|render|multi|first|second|check|to|sub|shadow|depth)$/.test(before)
  )
    return NAME_NONE
  return NAME_PASSWORD
}

/** Where a credential leads to; after it in `password_db`, `TOKEN_GITHUB`, `senha_banco`. */
const PLACES = words(`
  db database mysql mariadb postgres postgresql pg mongo mongodb redis rabbitmq rabbit kafka elastic oracle mssql sqlserver
  ldap ad smtp imap mail ftp sftp ssh vpn wifi admin root github gitlab bitbucket slack telegram discord stripe aws azure
  gcp jira grafana jenkins nexus banco bd bdd base datos dados servidor correo`)

/** What makes a key one of data rather than of access. */
const KEY_HARMLESS = words(`
  primary foreign sort partition cache routing row hash range object shard idempotency lookup group unique index map dict
  config json composite natural surrogate candidate super hot arrow up down left right enter shift ctrl alt tab space escape
  any press message event s3 bucket dedup translation i18n locale feature flag metric label tag annotation registry setting
  option property param field column header meta image file page next prev start end last first marker exclusive min max short
  long full distinct join order by group aggregate search filter node edge vertex entity record item list set get put delete
  new old current function path url name type lang lock semaphore queue topic stream consumer producer binding modifier
  accelerator leader home delete backspace insert meta super caps scroll num print media fn menu soft virtual physical
  content etag version rate limit throttle bucket window time date day week month year hour minute second user_id id session_id
  trace span correlation request response query view state store`)

function keyKind(all: readonly string[], at: number): NameKind {
  if (at === 0) return NAME_NONE
  const before = all[at - 1]!
  if (before === 'db' && all[at - 2] === 'cosmos') return NAME_SECRET
  if (KEY_KIND.has(before)) return before === 'access' && all[at + 1] === 'id' ? NAME_NONE : NAME_SECRET
  // `X-Functions-Key`: headers of that form hold keys of access
  if (all[0] === 'x' && at >= 2 && !KEY_HARMLESS.has(before)) return NAME_SECRET
  return NAME_NONE
}

/** What a salt keeps secret; that of a password's hash stands beside it. */
const SALTED = words('auth secret session cookie signing token key nonce in encryption jwt api')

/** Names that a word before them may complete. */
export const MAY_JOIN = /(?:key|token|phrase|secret|passe)[.-]?$/i

function tokenKind(head: string, before: string, count: number): NameKind {
  const joined = head.endsWith('token') ? head.slice(0, -5) : ''
  if (TOKEN_HARMLESS.has(before) || TOKEN_HARMLESS.has(joined)) return NAME_NONE
  if (TOKEN_STRONG.has(before) || TOKEN_STRONG.has(joined)) return NAME_SECRET
  return count > 1 ? NAME_SECRET : NAME_TOKEN
}
