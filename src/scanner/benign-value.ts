import { Trigrams } from './trigrams.ts'
import { wordiness } from './word-model.ts'

/**
 * Values that stand where a secret would but are none: masks, placeholders, references and templates, types and
 * states, names of algorithms, regions, classes and files, and ids with a form of their own. Each answer names why,
 * so that a finding, or its absence, can be explained.
 */

export type BenignReason =
  | 'empty'
  | 'mask'
  | 'placeholder'
  | 'reference'
  | 'template'
  | 'code'
  | 'word'
  | 'url'
  | 'path'
  | 'number'
  | 'time'
  | 'address'
  | 'hash'
  | 'uuid'
  | 'algorithm'
  | 'class'
  | 'file'
  | 'resource'
  | 'image'
  | 'pattern'
  | 'public'

export const MASK =
  /^[*xX#.\-=+~?_•0]+$|\*{3,}|x{5,}|X{5,}|\.{3}|\xe2\x80[\xa2\xa6]|\xe2\x97[\x8b\x8f]|\xe2\x96[\x88\x92]|(?:\xc2\xb7){2}|#{4,}|_{4,}|-{5,}/
/** Bytes that a mask begins with, and those that make one in a row. */
const MASK_FIRST = new Uint8Array(256)
for (const c of '*xX#.-=+~?_0') MASK_FIRST[c.charCodeAt(0)] = 1
const MASK_RUN = new Uint8Array(256)
for (const c of '*xX#.-_') MASK_RUN[c.charCodeAt(0)] = 1
/** Whether {@link MASK} need be asked: few values have two such signs in a row, or a sign outside of ASCII. */
function mayHoldMask(v: string): boolean {
  let before = v.charCodeAt(0)
  if (MASK_FIRST[before & 255] === 1 || before > 127) return true
  for (let i = 1; i < v.length; i++) {
    const c = v.charCodeAt(i)
    if ((c === before && MASK_RUN[c & 255] === 1) || c > 127) return true
    before = c
  }
  return false
}
export const holdsMask = (v: string): boolean => mayHoldMask(v) && MASK.test(v)
const BRACKETED =
  /^(?:&(?:amp;)?(?:lt|#x3C|#60|quot|#34);.*|<[^>]*>?|\[[^\]]*\]?|\[\[[^\]]*\]\]|\{\{.*|\(.*\)?|\{.*\}?|\*.*\*|\*[A-Za-z_][\w-]*|#\/.*|__\w+__|--.*|@[\w.-]+@|%[\w.]+%|%[sdvq@](?:[:/,-]%[sdvq@]){0,4}|%%\d+|\$\d)$/
const TEMPLATE =
  /\$\{|\$\(|#\{|\{\{|<%|%\([\w.-]*\)|^\$[A-Za-z_]\w*(?:$|->?|::|\.|\[|\{)|^\$env:|^%[A-Za-z_]\w*%$|^@\{|^&{1,2}[a-z_]+\.?$|^:[A-Za-z_]+$|^\\\([\w.]+\)$|^\{[A-Za-z_.]*\}$|\{\d?\}|^%\{|^%[a-z]{2,16}\(|^!(?:Ref|Sub|GetAtt|vault|secret|env_var|ImportValue|Env|env|include|reference)\b|^__[A-Z]|^@@|^@[A-Za-z_]+$/
export const DUMMY =
  /example|placeholder|redact|change.?(?:me|it|this)|dummy|sample|masked|filtered|sanitiz|your[-_ .]?|(?:^|[-_ <])(?:insert|todo|fixme|tbd|fake|mock|my)(?:[-_ >]|$)|replace|scrubbed|removed|hidden\W*$|not.?(?:set|used|needed|required|real|provided|available|configured)|foobar|foo.?bar|lorem|ipsum|test.?(?:only|value)|put.?(?:your|the)|goes.?here|(?:clave|contrase..?a|token|passe|senha|passwort|schluessel).?(?:aqu.{1,2}$|ici$|hier$)|enter.?(?:your|the)|(?:password|passwd|secret|token|key).?here|same.?as|xyzzy|deadbeef|n\/a|s3cr3t.?(?:here|example)|ommitted|omitted|\bno.?pass|<[^<>]*>/i
/** How each of its words begins, or what stands around those that are too short for it. */
const DUMMY_WORDS = new Trigrams(
  `example placeholder redact change dummy sample masked filtered sanitiz your insert todo fixme tbd fake mock replace
  scrubbed removed hidden not foo lorem ipsum test put goes enter here hier aqui ici same xyzzy deadbeef n/a s3c omm omi pass
  -my _my <my my- my_ my>`
    .split(/\s+/)
    .concat(' my', 'my '),
)
/** Whether a placeholder's word is in it. */
export const holdsDummy = (v: string): boolean =>
  (v.length < 3 || v.includes('<') || DUMMY_WORDS.mayBeIn(v)) && DUMMY.test(v)
/** `secret123`, `token-1`: what tests and documents write. */
const NUMBERED =
  /^(?:my|a|the|some)?[-_]?(?:secret|pass|pwd|test|token|api[-_]?key|key|foo|bar|value|abc|xyz|string)[-_]?\d{0,4}$/i
const REFERENCE =
  /^(?:arn:|\$ANSIBLE_VAULT|pgp:|vault[:/]|env[:.(/]|file:|ssm:|secretsmanager|projects\/|gsm:|sm:\/\/|op:\/\/|keyvault|akv|azurekeyvault|@Microsoft\.KeyVault|kv:|ENC[([]|AQICAH|\{(?:cipher|aes|crypt|noop|bcrypt)\}|kms[:/]|urn:|bws:|doppler:|ref[:+/]|secret[s]?[:/.]|secretref|secretkeyref|valuefrom[:_-]|from[:_-]|lookup|resolve:|keychain|keyring|param(?:eter)?s?[:./]|var[.:]|vars[.:]|local\.|data\.|module\.|each\.|inputs?\.|steps\.|needs\.|github\.|context\.|values\.|\.values|config[.:/]|cfg[.:]|settings?[.:]|options?[.:]|opts[.:]|props?[.:]|ansible_|hiera|sops:|age:|credstash|chamber|conjur|berglas|infisical|bitwarden|1password|lastpass|consul:|etcd:|zk:|k8s:|docker:|hash:|static:|btree:|lmdb:|texthash:|regexp:|pcre:|unix:|inet:|R\.string\.|@string\/)/i
const HASHED =
  /^(?:\$2[abxy]?\$|\$argon2|\$[1-9y]\$|\$apr1\$|\$pbkdf2|\$scrypt|\$P\$|\$H\$|\$S\$|pbkdf2|scrypt[:$]|bcrypt[:$]|argon2|\{(?:SSHA|SHA|SMD5|MD5|CRYPT)\d*\}|SCRAM-SHA|(?:hmac-)?(?:sha|SHA)-?(?:1|224|256|384|512)[:$=_-]|md5[:$]|MD5[:$]|\*[0-9A-F]{40}$|sha(?:256|384|512)-)/
/** What Sealed Secrets keeps in a repository: encrypted, longer than any key. */
const SEALED = /^Ag[A-D][A-Za-z0-9+/]{120}/
const CODE =
  /^(?:os\.|process\.|System\.|Environment\.|env\.|ENV\[|getenv|get[A-Z_]\w*[(.]|req\.|request\.|self\.|this\.|ctx\.|app\.|Config\.|config\.|settings\.|new |await |async |function|lambda|=>|\(\)|null|undefined|[A-Za-z_$][\w$]*(?:(?:\.|->|::)[A-Za-z_$][\w$]*)*\(|[A-Za-z_][\w.]*\[['"\w:]|(?:qr|m|s|tr)\/|\.\w+\(|&(?:mut )?[A-Z]\w*$|&?[A-Za-z_]\w*(?:->|::)\w)/
const URL = /^[a-zA-Z][a-zA-Z0-9+.-]{1,15}:\/\//
/** Paths for sure, by their beginning. */
const ROOTED =
  /^(?:[A-Za-z]:[\\/][\w .\\/-]*$|\\\\[\w.]+\\|~\/|\.{1,2}\/|\/(?:etc|var|usr|opt|home|root|run|tmp|mnt|srv|dev|proc|app|data|secrets?|Users|Library|workspace|config|lib|bin|keys?|certs?|vault|v\d|api)\/[\w.@/-]*$)/
const PATH = /^\/?[\w.@-]{2,}(?:\/[\w.@-]{2,}){2,}\/?$/
const FILE =
  /^[\w./\\ -]{1,120}\.(?:txt|json5?|ya?ml|toml|pem|key|crt|cer|der|csr|pub|cfg|conf|cnf|ini|env|properties|jks|p12|pfx|keystore|truststore|keytab|asc|gpg|age|kdbx|xml|html?|jsx?|tsx?|mjs|cjs|py|rb|go|rs|java|kt|cs|php|sh|bash|ps1|sql|lua|pl|pm|exs?|swift|scala|clj|cpp|hpp|tf|tfvars|hcl|nix|service|md|log|lock|gz|tar|zip|png|jpe?g|svg|vault|enc|db|sqlite|token|secret|passwd|netrc)$/i
const NUMBER =
  /^[-+]?(?:\d[\d,._]*)(?:\s?(?:ms|us|ns|s|sec|seconds|m|min|minutes|h|hours?|d|days?|w|weeks?|y|kb|mb|gb|tb|kib|mib|gib|b|bytes|bits?|chars?|characters|k|%|x|px|em|rem))$|^[-+]?\d*\.\d+$|^[-+]?\d{1,3}(?:[,_]\d{3})+$|^0x[0-9a-fA-F]{1,16}$|^\d{1,5}\/(?:tcp|udp|sctp)$|^P(?:\d+[YMWD]){0,3}T(?:\d+[HMS]){1,3}$/i
/** `v1.4.2-rc1` */
const VERSION =
  /^v?\d{1,4}(?:\.\d{1,5}){1,3}[-.+]?(?:rc|alpha|beta|snapshot|pre|dev|final|release|ga|sp|build|b|a|p)?[-.]?\d{0,4}$/i
/** `android.os.BinderProxy@cbfd79b`, `Session@1b2c3d4`: an object of Java. */
const IDENTITY = /^(?:(?:[a-z]\w*\.)+[A-Z]\w*(?:\$\w+)*|[A-Z][a-z]+[A-Z]\w*)@[0-9a-f]{5,8}$/
/** `input[name=password]` */
const SELECTOR = /^[\w.#-]{0,24}\[[a-z-]{1,16}[*^$|~]?=[\w-]{0,32}\]$/
/** `Port:8080`, `host:10.1.1.1`: the next field; this one is empty. */
const NEXT_FIELD = /^[A-Za-z]{2,16}:(?:\d{1,3}(?:\.\d{1,3}){3}|\d{2,5})$/
const TIME =
  /^\d{4}[-/.]\d\d[-/.]\d\d(?:[T ]|$)|^\d\d?:\d\d(?::\d\d)?(?:\.\d+)?$|^\d\d[-/]\w{3}[-/]\d{4}|^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? |^P(?:T?\d+[YMWDHS])+/
const ADDRESS =
  /^\d{1,3}(?:\.\d{1,3}){3}(?::\d+|\/\d+)?$|^\[?[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}\]?(?::\d+)?$|^(?:[0-9a-fA-F]{2}[:-]){5,}[0-9a-fA-F]{2}$|^[\w.+-]+@(?:[\w-]+\.){1,6}[a-zA-Z]{2,10}$|^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|org|net|io|dev|local|internal|cloud|app|example|test|localhost|svc|edu|gov|co|uk|de|fr)(?::\d+)?(?:\/.*)?$|^localhost(?::\d+)?$/i
const UUID = /^\{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\}?$/
const ALGORITHM =
  /^(?:(?:hmac|pbkdf2|rsa|ecdsa|ecdh|aes|des|3des|sha|md|hs|rs|es|ps|ed|scram|ssh|dsa|x(?=25519|448)|tls|ssl|tlsv|sslv|chacha|blowfish|bcrypt|scrypt|argon|crc|xxh|murmur|oaep|pkcs|gcm|cbc|ctr|ecb|eddsa|curve|secp|prime|kyber|dh|ffdhe|http|oauth|saml|oidc|krb|ntlm|kerberos|gssapi|plain|login|cram|digest|basic|bearer|jwt|jws|jwe|mtls|oauthbearer|external)[-_/.]?){1,4}(?:v?\d{1,5}(?:\.\d)?(?:id|i|d)?)?(?:With[A-Za-z0-9]{2,30})?(?:[-_/.](?:\d+|gcm|cbc|ctr|ecb|hmac|sha\d*|pkcs\d\w*|padding|poly1305|with\w*|oaep\w*|mgf1|nopadding|ecdsa|rsa|nistp\d+|cert|openssh\.com|etm|r1|k1|v1|p\d+)){0,4}(?:@[\w.]+)?$/i
const REGION =
  /^(?:(?:us|eu|ap|sa|ca|me|af|il|cn|mx)-(?:gov-)?(?:north|south|east|west|central|northeast|southeast|northwest|southwest|iso)\w*-?\d?[a-f]?|(?:us|europe|asia|australia|southamerica|northamerica|me|africa)-(?:north|south|east|west|central|northeast|southeast)\w*\d(?:-[a-f])?|(?:east|west|north|south|central|uk|france|germany|japan|korea|brazil|canada|australia|switzerland|norway)\w*(?:us|europe|asia|india|central|east|west|north|south)\d?|(?:nyc|sfo|ams|fra|lon|sgp|blr|tor|syd)\d|global|multi-region)$/i
const QUALIFIED_CLASS =
  /^(?:com|org|io|net|java|javax|jakarta|kotlin|scala|akka|dev|edu|gov|uk|de|fr|nl|ru|cn|app|me|co|System|Microsoft|Azure|Amazon|Google|android|androidx|django|flask|oauth2|oauthlib|airflow|celery|kombu|lib|pkg|src|app|core|internal)(?:[.:/\\][A-Za-z_$][\w$]*){1,12}$/
/** `App\\Security\\TokenHandler` of PHP, as it is or escaped. */
const NAMESPACED = /^\\{0,2}[A-Z]\w{1,40}(?:\\{1,2}[A-Z]\w{1,40}){2,8}$/
/** `package.module:Name`, an entry point. */
const ENTRY_POINT = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+:[A-Za-z_]\w*$/
const DOTTED = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,}$/
/** `module.NAME`, `data[0].secret`: code, when it reads as words. */
const MEMBER = /^[A-Za-z_$]+(?:\.[A-Za-z_$]+|\[\d{0,4}\])+$/
const CLASS_NAME =
  /^[A-Z][a-z]+\d?(?:[A-Z]{1,4}[a-z]+\d?){1,8}[A-Z]?$|^[A-Z]{2,5}[a-z]+(?:[A-Z][a-z]+){1,6}$|^[A-Z][a-z]+[A-Z][A-Z]+(?:[A-Z][a-z]+){0,5}$|^[a-z]+(?:[A-Z]{1,3}[a-z]+){2,}$/
const CLASS_TAIL =
  /(?:Exception|Error|Provider|Encoder|Decoder|Factory|Manager|Service|Handler|Impl|Helper|Config|Configuration|Client|Resolver|Validator|Strategy|Store|Repository|Adapter|Filter|Type|Policy|Generator|Builder|Authenticator|Credential|Credentials|Class|Module|Util|Utils|Ref|Name|Id|Serializer|Callback|Listener|Interceptor|Middleware|Backend|Mapper|Extractor|Holder|Source|Bean)$/
const RESOURCE =
  /^(?:S-1-\d|\/subscriptions\/|\/?projects\/|\/?secrets?\/|organizations\/|ocid1\.|gs:\/\/|s3:\/\/|crn:|did:|spiffe:|acct:|tag:|mailto:|data:|blob:|cid:|oid:|x509|CN=|cn=|uid=|ou=|dc=|O=)/i
const IMAGE =
  /^(?:data:|iVBORw0KGgo|\/9j\/|R0lGOD|UklGR|AAABAA|PHN2Zy|JVBERi0|d09G[MR]|H4sI|UEsDB|Qk0|SUkq|TU0A|T2dnUw|AAEAAAA)/
const PATTERN =
  /^\^.*(?:\$$|[[(\\])|\[[A-Za-z0-9]-[A-Za-z0-9]|\[:\w+\]|^:\w+:\w+$|\\[dws][+*{]|\.\*|\(\?[:=!i<]/
/** `true|false`, `read|readonly|set`: what may stand there, not what does. */
const ALTERNATIVES = /^\|?[A-Za-z_-]{2,24}(?::[\w,.]{1,24})?(?:\|[A-Za-z_-]{0,24}(?::[\w,.]{1,24})?){1,16}$/
const PUBLIC_KEY =
  /^(?:MII(?:B|C)[A-Za-z0-9]{0,2}(?:jAN|DANBg|jANBg)|ssh-(?:rsa|ed25519|dss)|ecdsa-sha2|AAAA[BCE][23]Nza|pk_(?:live|test)_|age1|LS0tLS1CRUdJTi(?:BQVUJ|BDRVJU)|-----BEGIN (?:PUBLIC|CERT|RSA PUBLIC))/

/** An age recipient, an OpenSSH public key. */
const PUBLIC_LETTERS = /^(?:age1[02-9ac-hj-np-z]{58}$|AAAA[BCE][23]Nza)/

const STATES = new Set(
  `chauthtok null none nil undefined true false yes no ok empty unset missing required invalid valid expired hidden secret secrets
  password passwords passwd passphrase token tokens key keys string str bytes int integer text value values auto default
  disabled enabled unknown failed failure success accepted rejected denied granted user username admin-user basic bearer
  digest the an a is was not for from in on at of to and or stdin prompt ask file env environment keyring plain hash
  hashed encrypted encrypt decrypted optional mandatory error errors set get update updated reset changed change rotate
  rotated rotating rotation revoked refresh refreshed renewed issued created deleted removed stored loaded found present
  absent exists active inactive pending locked unlocked correct incorrect wrong mismatch match matched matches ready
  object array list map dict tuple boolean bool number float double char varchar nvarchar blob binary uuid any void func
  function method class struct interface type field column param parameter argument arg input output request response
  header cookie session query body form json xml yaml jwt oauth oauth2 oidc saml ldap kerberos ntlm x509 mtls tls ssl cert certificate
  public private internal external local remote global static dynamic manual automatic custom generated random strong weak
  medium low high short long provided specified given configured protected sensitive confidential managed unmanaged
  api app application service server client host device machine vault aws gcp azure kubernetes k8s docker github gitlab
  system process thread task job worker queue topic stream data database db table schema index store storage cache memory
  must should can may will cannot could has have had been be being are were this that these those it its your my our
  with without when while if then else via by as but only also because since until after before during about using use used
  please try again contact support incorrectly successfully login logout signin signup sign-in logged authentication
  authorization authenticated unauthenticated authorized unauthorized unauthorised anonymous guest forbidden expires ttl
  length size count limit min max total all any some each every new old current previous next first last
  latin1 utf8 utf-8 ascii utf16 iso-8859-1
  sha1 sha256 sha512 md5 hs256 rs256 es256 aes aes256 rsa hmac bcrypt scrypt argon2 pbkdf2 scram sasl gssapi
  redacted masked filtered na tbd todo test tests testing dev development prod production staging stage qa sandbox demo
  placeholder example sample dummy changeme foo bar baz qux abc xyz abc123 foobar password1here pass pwd pw user:pass
  interactive noninteractive inherit inherited implicit explicit deprecated legacy native simple standard advanced
  verified unverified trusted untrusted nonce salt iv cipher plaintext ciphertext base64 hex utf8 utf-8 ascii raw
  promise observable async await const let var final readonly override virtual abstract
  keychain secretsmanager secret-manager secretmanager parameter-store ssm kms hsm tpm
  credential credentials account accounts identity role policy scope scopes group tenant org project owner subject issuer audience
  http https tcp udp grpc rest soap smtp imap ftp sftp ssh scp git svn
  operator keyword identifier eof newline whitespace literal comma semicolon colon identifier punctuation
  mysql_native_password caching_sha2_password scram-sha-256 md5 trust peer ident
  email phone sms otp totp mfa 2fa sso pin code qr biometric fingerprint face touch
  onetime one-time single-use multi-use shortlived longlived short-lived long-lived ephemeral permanent temporary
  replace replaced insert unchanged opaque never always once often daily weekly monthly session-based hashed salted peppered symmetric asymmetric obfuscated write-only read-only readonly nullable unique indexed computed derived supplied passed-in runtime compile-time build-time
  sometimes whirlpool ripemd160 blake2b blake3 siphash secure secured insecure off on start stop open close closed visible invisible high-entropy complex lowercase uppercase alphanumeric numeric digits letters special characters added adds ditto likewise removed remove removes note see also document documented implement implemented fix fixed fixes support supported rename renamed move moved option options argument arguments parameters respectively simultaneously
  unused unsafe-inline self too-short too-long mismatched
  falsch richtig vergessen erforderlich ungültig abgelaufen leer fehlt geändert gesetzt benötigt passwort kennwort benutzer anmelden bestätigen
  incorrecta incorrecto incorreta incorreto obligatoria obligatorio requerida requerido caducada caducado vencida inválida inválido olvidada vacía contraseña contrasena clave usuario cambiar confirmar
  obligatoire incorrect invalide oublié expiré requis vide modifié confirmer utilisateur obrigatória obrigatório expirou expirada esquecida vazia senha alterar usuário
  obbligatoria scaduta errata dimenticata vuota verplicht verlopen onjuist vergeten leeg wachtwoord wymagane puste`
    .split(/\s+/)
    .filter((w) => w !== '')
    // texts are latin1: one character a byte
    .map((w) => Buffer.from(w, 'utf8').toString('latin1').toLowerCase()),
)

/** Words that say what a value is about rather than being one; a text made only of them is a description. */
const META =
  /^(?:pass(?:word|wd|phrase)?|pwd|secrets?|tokens?|keys?|api|access|client|auth|oauth|jwt|db|database|user|admin|app|service|svc|server|creds?|credentials?|private|public|values?|names?|ref|id|string|text|field|input|file|path|env|var|config|default|prod|dev|test|staging|my|the|your|new|old|current|root|store|vault|aws|gcp|azure|k8s|kube|managers?|managed|provider|type|class|policy|rotation|reset|url|uri|header|basic|bearer|signing|encryption|master|session|refresh|login){1,4}$/i
const JOINS = new Uint8Array(256)
for (const c of '-_.:/ ') JOINS[c.charCodeAt(0)] = 1
const isDescription = (v: string): boolean => {
  if (v.length > 96) return false
  for (let from = 0, to = 0; to <= v.length; to++) {
    if (to < v.length && JOINS[v.charCodeAt(to) & 255] !== 1) continue
    const part = v.slice(from, to)
    if (!/^v?\d{0,2}$/.test(part) && !META.test(part)) return false
    from = to + 1
  }
  return true
}

const isUuid = (v: string): boolean => UUID.test(v)

/**
 * Why `v` cannot be the secret its name promises, or null. Cheap checks first; every pattern is linear and bounded by
 * the caller's cut (MAX_SHAPE).
 * @param quoted quotes stood around it, so that code and words are literal
 */
export function benignReason(v: string, quoted: boolean): BenignReason | null {
  if (v.length === 0) return 'empty'
  if (v.length <= LONGEST_STATE && isState(v)) return 'word'
  if (holdsMask(v)) return 'mask'
  if (holdsDummy(v) || NUMBERED.test(v)) return 'placeholder'
  if (IMAGE.test(v)) return 'image'
  if (v.length <= 64) {
    if (NUMBER.test(v)) return 'number'
    if (isName(v)) return 'algorithm'
  }
  if (CLASS_NAME.test(v) && CLASS_TAIL.test(v)) return 'class'
  // PostgreSQL's rolpassword
  if (v.length === 35 && v.startsWith('md5') && /^md5[0-9a-f]{32}$/.test(v)) return 'hash'
  // All of the others have a sign in them, and random keys mostly have none.
  if (!SIGN.test(v)) return isDescription(v) ? 'word' : PUBLIC_LETTERS.test(v) ? 'public' : null
  return signedReason(v, quoted)
}

const isState = (v: string): boolean => {
  const lower = v.toLowerCase()
  if (STATES.has(lower)) return true
  const last = lower.charCodeAt(lower.length - 1)
  if ((last >= 97 && last <= 122) || (last >= 48 && last <= 57)) return false
  return STATES.has(lower.replace(/[^a-z0-9]+$/, ''))
}
/** Of JSON Web Encryption. */
const KEY_WRAP = /^(?:PBES2-HS\d{3}|ECDH-ES)\+A\d{3}KW$|^A\d{3}(?:GCM|CBC-HS\d{3})?(?:KW)?$/
const isName = (v: string): boolean =>
  (v.length > 2 && ALGORITHM.test(v)) || REGION.test(v) || KEY_WRAP.test(v)
const LONGEST_STATE = 40
const SIGN = /[^A-Za-z0-9]/

/** A run of letters and digits that no word and no number makes. */
const RANDOM_RUN = /(?=[A-Za-z]{0,12}\d[A-Za-z]{0,12}\d[A-Za-z]{0,12}\d[A-Za-z]{0,12}\d)[A-Za-z0-9]{20}/
export const isRandom = (v: string): boolean => v.length >= 20 && RANDOM_RUN.test(v)

/** The rest of {@link benignReason}, for values with a sign in them. */
function signedReason(v: string, quoted: boolean): BenignReason | null {
  if (BRACKETED.test(v)) return 'placeholder'
  // what troff writes
  if (/^\\-|\\f[RBIP0-9]|^\\s[-+]?\d/.test(v)) return 'code'
  if (/^(?:Optional|List|Dict|Union|Maybe|Option|Set|Array|Promise|Vec|Box)[[<]/.test(v)) return 'pattern'
  if (TEMPLATE.test(v)) return 'template'
  if (HASHED.test(v) || SEALED.test(v)) return 'hash'
  if (REFERENCE.test(v)) return 'reference'
  if (URL.test(v)) return 'url'
  if (PUBLIC_KEY.test(v)) return 'public'
  if (RESOURCE.test(v)) return 'resource'
  if (
    !quoted &&
    ((CODE.test(v) && !isRandom(v)) || /^[A-Z][a-z]+[A-Z][A-Za-z]+(?:\{|@[0-9a-f]{6,8}\b)/.test(v))
  )
    return 'code'
  if (quoted && /^[A-Za-z_]\w*\(.*\)$|^(?:os|process)\.(?:env|getenv)/.test(v)) return 'code'
  if (TIME.test(v) || VERSION.test(v)) return 'time'
  if (ADDRESS.test(v) || NEXT_FIELD.test(v)) return 'address'
  if (SELECTOR.test(v) || IDENTITY.test(v)) return 'code'
  if (v.includes('.') || v.includes('[') || v.includes(':') || v.includes('/') || v.includes('\\')) {
    if (
      (QUALIFIED_CLASS.test(v) && !isRandom(v)) ||
      NAMESPACED.test(v) ||
      ((DOTTED.test(v) || ENTRY_POINT.test(v)) && wordiness(v) > 0)
    )
      return 'class'
    if ((!quoted || v.includes('[')) && MEMBER.test(v) && wordiness(v) > 0.3) return 'code'
    if (FILE.test(v) || (v[0] === '@' && FILE.test(v.slice(1)))) return 'file'
    if (ROOTED.test(v)) return 'path'
  }
  if (PATTERN.test(v) || ALTERNATIVES.test(v)) return 'pattern'
  if (isDescription(v)) return 'word'
  return null
}

/** Ids whose form says what they are: not secrets unless the name is a strong one. */
export function idForm(v: string): BenignReason | null {
  if (isUuid(v)) return 'uuid'
  if (PATH.test(v)) return 'path'
  return null
}

/** `7a3f-09bc-...`: a key in groups of four. */
const HEX_GROUPS = /^(?:[0-9a-f]{4}-){3,}[0-9a-f]{4}$/
const K8S_PART = /^[a-z0-9]{1,24}$/

/**
 * Names of Kubernetes objects and the like: lower-case words joined by hyphens, perhaps with a revision or the random
 * tail that controllers add (`payments-7d9f8b6c5d-x2x8k`, `default-token-x7k2p`).
 */
export function isResourceName(v: string, wordy: (part: string) => boolean): boolean {
  if (v.length > 96 || HEX_GROUPS.test(v) || !/^[a-z][a-z0-9]*(?:[-_/.:][a-z0-9]+)+$/.test(v)) return false
  let named = 0
  for (const part of v.split(/[-_/.:]/)) {
    if (!K8S_PART.test(part)) return false
    if (/^[a-z]{2,}$/.test(part) && (part.length <= 3 || wordy(part))) named++
    else if (/^v?\d{1,2}$/.test(part)) continue
    else if (!/^[a-z0-9]{4,10}$/.test(part)) return false
  }
  return named > 0
}
