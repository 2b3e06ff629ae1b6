import { FORM_ASSIGNED, judgeValue } from './judge-value.ts'
import { NAME_PASSWORD } from './name-grammar.ts'
import { percentDecoded } from './percent-decoded.ts'

/**
 * Passwords that stand by their place alone: the arguments of calls that log in (`new PDO(dsn, 'u', 'p')`,
 * `HTTPBasicAuth("u", "p")`), and the data source names of Oracle and of Go's MySQL driver. Sources: the libraries'
 * reference pages.
 */

/** What opens the arguments, and which of them is the password, from 0. */
const CALLS: ReadonlyMap<string, number> = new Map([
  ['PDO(', 2],
  ['DBI->connect(', 2],
  ['mysqli(', 2],
  ['mysqli_connect(', 2],
  ['mysqli_real_connect(', 3],
  ['mysql_connect(', 2],
  ['ldap_bind(', 2],
  ['ftp_login(', 2],
  ['oci_connect(', 1],
  ['getConnection(', 2],
  ['NetworkCredential(', 1],
  ['PSCredential(', 1],
  ['UsernamePasswordCredentials(', 1],
  ['UsernamePasswordCredential(', 1],
  ['PasswordAuthentication(', 1],
  ['BasicAuth(', 1],
  ['basic_auth(', 1],
  ['basicAuth(', 1],
  ['basicAuthentication(', 1],
  ['BasicCredentials(', 1],
  ['AWSCredentials(', 1],
  ['AwsBasicCredentials.create(', 1],
  ['setCredentials(', 1],
  ['withCredentials(', 1],
  ['createUser(', 1],
  ['changeUserPassword(', 1],
  ['.authenticate(', 1],
  ['.login(', 1],
  [' login(', 1],
  ['.auth(', 1],
  ['auth=(', 1],
  ['->login(', 1],
  ['PDO->__construct(', 2],
  ['MySQL(', 4],
  ['PostgreSQL(', 4],
  ['sp_addlogin', 1],
  ['sp_addlinkedsrvlogin', 4],
  ['setBasicAuth(', 1],
])
type Place = readonly [keyword: string, pattern: RegExp, backBytes: number]

/** `log in with bob / ...`, as people write it. */
const userAndPassword = (lead: string): Place => [
  lead,
  new RegExp(`${lead}["'\`]?[\\w.@-]{1,60}["'\`]? [/|] ["'\`]?([^\\s"'\`]{6,128})`, 'y'),
  0,
]

/** Other places, each by its own pattern; group 1 is the password. Sources: the tools' manuals. */
const PLACES: readonly Place[] = [
  ['oracle:thin:', /oracle:thin:[\w.$#]{1,40}\/([^\s"'/]{3,80})@(?=\/\/|[\w.-]{1,80}[:/])/y, 0],
  ['@tcp(', /(?<=^|[\s"'`=(])[\w.-]{1,40}:([^\s"'`]{3,120})@tcp\(/g, 180],
  ['@unix(', /(?<=^|[\s"'`=(])[\w.-]{1,40}:([^\s"'`]{3,120})@unix\(/g, 180],
  // .pgpass, and Postfix's table of relays
  [':5432:', /(?<=^|\s)[\w.*-]{1,80}:5432:[\w.*-]{1,60}:[\w.@*-]{1,60}:(\S{4,128})(?=\s|$)/g, 90],
  ['*:*:*:', /\*:\*:\*:[\w.@-]{1,60}:(\S{4,128})(?=\s|$)/y, 0],
  [']:587 ', /\]:587 [^\s:]{1,80}:(\S{4,128})(?=\s|$)/y, 0],
  [']:465 ', /\]:465 [^\s:]{1,80}:(\S{4,128})(?=\s|$)/y, 0],
  [']:25 ', /\]:25 [^\s:]{1,80}:(\S{4,128})(?=\s|$)/y, 0],
  [
    'snmp-server host ',
    /snmp-server host \S{1,60} (?:traps |informs )?(?:version \S{1,3} (?:(?:no)?auth |priv )?)?([^\s]{4,80})(?=\s|$)/y,
    0,
  ],
  [' auth sha ', / auth sha (\S{4,80})(?=\s|$)/y, 0],
  [' auth md5 ', / auth md5 (\S{4,80})(?=\s|$)/y, 0],
  [' priv aes ', / priv aes (?:\d{3} )?(\S{4,80})(?=\s|$)/y, 0],
  ['set-key ascii ', /set-key ascii \d (\S{4,80})(?=\s|$)/y, 0],
  ['snmp-server community ', /snmp-server community (\S{4,80})(?=\s|$)/y, 0],
  [' LOGIN ', /(?<=(?:^|[>:"] ?)[A-Za-z]?\d{1,6}) LOGIN "?[\w.@-]{1,60}"? "?([^\s"]{6,128})"?\s*$/y, 0],
  ['rocommunity ', /rocommunity (\S{4,80})(?=\s|$)/y, 0],
  ['rwcommunity ', /rwcommunity (\S{4,80})(?=\s|$)/y, 0],
  ['set snmp community ', /set snmp community "?([^\s"]{4,80})"? /y, 0],
  [
    'createUser ',
    /createUser (?:-e \S{1,60} )?[\w.-]{1,40} (?:MD5|SHA)(?:-?\d{1,3})? "?([^\s"]{8,80})"?/y,
    0,
  ],
  ['radtest ', /radtest (?:-\w{1,4} \S{1,20} ){0,2}[\w.@-]{1,60} (\S{4,128}) /y, 0],
  [': EAP "', /: EAP "([^"\n]{4,128})"/y, 0],
  [': XAUTH "', /: XAUTH "([^"\n]{4,128})"/y, 0],
  ['psksecret ', /psksecret (?!ENC )["']?([^\s"']{6,128})/y, 0],
  [
    'htpasswd -',
    /htpasswd -\w{0,4}b\w{0,4} (?:\/?[\w./-]{1,80} )?[\w.@-]{1,60} ["']?([^\s"'<>|]{4,128})["']?\s*$/y,
    0,
  ],
  ['openssl passwd -', /openssl passwd -\w{1,6} ["']([^"'\n]{4,128})["']/y, 0],
  ['sentinel auth-pass ', /sentinel auth-pass \S{1,60} "?([^\s"]{4,128})/y, 0],
  ['requirepass ', /requirepass "?([^\s"]{4,128})/y, 0],
  ['stats auth ', /stats auth [\w.-]{1,40}:(\S{4,128})/y, 0],
  ['assword is generated for ', /assword is generated for \S{1,80}: (\S{4,128})/y, 0],
  ['password_maps = static:', /password_maps = static:[^\s:]{1,60}:(\S{4,128})/y, 0],
  ['psk set-key ascii ', /psk set-key ascii (\S{8,63})/y, 0],
  ['--password-file=<(echo ', /--password-file=<\(echo (?:-n )?["']([^"'\n]{4,128})["']/y, 0],
  ['a1="-p" a2="', /a1="-p" a2="([^"\n]{4,128})"/y, 0],
  [' /user:', / \/user:[^\s"]{1,80} "?([^\s"/*]{4,128})"?\s*$/y, 0],
  ['"PASS","command_data":"', /"PASS","command_data":"([^"\n]{4,128})"/y, 0],
  ['insecure-password ', /insecure-password (\S{4,128})/y, 0],
  ['-encrypt=', /-encrypt=([A-Za-z0-9+/]{22,43}={0,2})(?=\s|$)/y, 0],
  ['Unseal Key ', /Unseal Key \d{1,2}: (\S{20,88})(?=\s|$)/y, 0],
  ['Key Content ', /Key Content {2,24}: (\S{8,63})\s*$/y, 0],
  ['WIFI:', /WIFI:(?:[A-OQ-Z]:[^;\n]{0,64};){0,3}P:([^;\n]{8,63});/y, 0],
  ['addauth digest ', /addauth digest [\w.-]{1,60}:(\S{4,128})(?=\s|$)/y, 0],
  [
    'AUTH ',
    /(?<=^|[\s>:"])AUTH (?!LOGIN|PLAIN|CRAM|XOAUTH|NTLM|TLS|SSL|GSSAPI|DIGEST|SCRAM|EXTERNAL|ERROR|FAIL)(?:[\w.-]{1,40} )?((?=\S*\d)\S{6,128})\s*$/g,
    1,
  ],
  [
    'PASS ',
    /(?<=^|[>:] |, "|USER \S{1,60} |USER \S{1,60} \/ |sent )PASS ((?=[^\s/]*[\d!@#$%^&*+=])[^\s/:\\"]{6,128})"?(?:\s*|(?:\\r)?\\n.*)$/g,
    5,
  ],
  ['{PLAIN}', /\{PLAIN\}([^\s:"']{4,128})/y, 0],
  [' USING ', /(?<=USER \S{1,60}) USING ["']([^"'\n]{4,128})["']/y, 0],
  [
    'redentials ',
    /redentials (?:for \S{1,60} )?(?:are |is |: ?)?["'`]?[\w.@-]{1,60}["'`]? [/|] ["'`]?([^\s"'`]{6,128})/y,
    0,
  ],
  userAndPassword('redentials: '),
  userAndPassword('og in with '),
  userAndPassword('ugangsdaten: '),
  // any tool's user and password; MySQL's client takes `-p database`
  [
    ' -p ',
    /(?<!(?:mysql|maria|mycli)[^\n|;&]{0,100})(?<=\s(?:-u|-U|--user|--username|--login)[ =]["']?[\w.@\\-]{1,60}["']?) -p (?:"([^"\n]{4,128})"|'([^'\n]{4,128})'|([^\s"']{4,128}))/y,
    0,
  ],
  ['"AUTH" "', /"AUTH" (?:"[\w.-]{1,40}" )?"([^"\n]{4,128})"\s*$/y, 0],
  ['ogin incorrect', /ogin incorrect[^[\n]{0,40}: \[[^\s/[\]]{1,64}\/([^\s\]]{4,128})\]/y, 0],
  ['ogin attempt [', /ogin attempt \[(?:b')?[^\s/[\]']{1,64}'?\/(?:b')?([^\s\]']{4,128})'?\]/y, 0],
  [' * "', /(?<=(?:^|: )\s{0,8}"?[\w.@-]{1,64}"?) \* "([^"\n]{4,128})" (?:\*|\d)/y, 0],
  ['login=', /login=(?!SHA\d)[\w.@-]{1,60}:([^\s:*][^\s]{3,128})(?=\s|$)/y, 0],
  [' on >', / on >([^\s<>]{4,128})(?=\s|$)/y, 0],
  ['SecureString ', /SecureString (?:-String )?["']([^"'\n]{4,128})["']/y, 0],
]

const KEYWORDS: readonly string[] = [...CALLS.keys(), ...PLACES.map((p) => p[0])]
/** By the first four characters. */
const BEGINNINGS: ReadonlySet<string> = new Set(KEYWORDS.map((k) => k.slice(0, 4)))
export const CALL_KEYWORDS = KEYWORDS

/** An argument: a quoted text (groups 1 to 3), or an expression without brackets. */
const ARGUMENT =
  /\s{0,4}(?:[\w]{1,20}\s?[:=]\s?)?(?:[@NLbru]?(\\?["'])((?:(?!\1)[^\\\n]|\\(?!["'])[^\n]){0,200})\1|[^\s,()"'][^,()"'\n]{0,80}(?:\([^()\n]{0,60}\))?)\s{0,4}(?=([,)]|$|\n|\s))/y
/**
 * @param at where one of {@link CALL_KEYWORDS} stands
 * @param emit gets offsets in `text`
 * @returns whether a keyword of this file stands there
 */
export function parseCredentialCall(
  text: string,
  at: number,
  limit: number,
  emit: (start: number, end: number) => void,
): boolean {
  if (!BEGINNINGS.has(text.slice(at, at + 4))) return false
  for (const [keyword, pattern, back] of PLACES) {
    if (!text.startsWith(keyword, at)) continue
    pattern.lastIndex = Math.max(0, at - back)
    const m = pattern.exec(back === 0 ? text : text.slice(0, at + 300))
    const value = m === null ? undefined : (m[1] ?? m[2] ?? m[3])
    if (m !== null && value !== undefined && isSecret(value)) {
      const start = m.index + m[0].lastIndexOf(value)
      emit(start, start + value.length)
    }
    return true
  }
  for (const [name, place] of CALLS) {
    if (!text.startsWith(name, at)) continue
    argument(text, at + name.length, Math.min(limit, at + 600), place, emit)
    return true
  }
  return false
}

function argument(
  text: string,
  from: number,
  limit: number,
  place: number,
  emit: (start: number, end: number) => void,
): void {
  let p = from
  for (let i = 0; i <= place && p < limit; i++) {
    ARGUMENT.lastIndex = p
    const m = ARGUMENT.exec(text)
    if (m === null) return
    if (i === place) {
      const value = m[2]
      if (value === undefined || !isSecret(value)) return
      const start = p + m[0].indexOf(m[1]!) + m[1]!.length
      emit(start, start + value.length)
      return
    }
    if (text[ARGUMENT.lastIndex] !== ',') return
    p = ARGUMENT.lastIndex + 1
  }
}

function isSecret(value: string): boolean {
  const verdict = judgeValue(NAME_PASSWORD, percentDecoded(value), true, FORM_ASSIGNED)
  return verdict.kind === 'strong' || (verdict.kind === 'words' && value.length >= 6)
}
