import { CALL_KEYWORDS, parseCredentialCall } from './credential-call.ts'
import { FORM_ASSIGNED, judgeValue } from './judge-value.ts'
import { leftBoundary } from './left-boundary.ts'
import { NAME_PASSWORD } from './name-grammar.ts'
import { percentDecoded } from './percent-decoded.ts'

/**
 * Passwords given to commands: in shell traces, process tables, audit logs and scripts. Named flags
 * (`--password X`) are assignments and not handled here; these are the short forms each tool has of its own.
 * Sources: the tools' manual pages.
 */

const V = `("(?:[^"\\\\]|\\\\.){1,200}"|'[^']{1,200}'|\\\\"[^"\\\\]{1,200}\\\\"|[^\\s"'\`;|&<>()]{1,200})`

interface Tool {
  readonly names: readonly string[]
  readonly options: readonly RegExp[]
}

const tool = (names: string, ...options: readonly string[]): Tool => ({
  names: names.split(' '),
  options: options.map((o) => new RegExp(o.replace('VALUE', V), 'g')),
})

const TOOLS: readonly Tool[] = [
  tool(
    'mysql mysqldump mysqladmin mysqlimport mysqlsh mysqlcheck mariadb mariadb-dump mycli',
    '\\s-p(?![\\s-])(?!ort\\b|rotocol\\b|assword)VALUE',
  ),
  tool('sshpass', '\\s-p\\s?VALUE'),
  tool('redis-cli', '\\s(?:-a|--pass)[ =]VALUE', '\\bAUTH (?:\\w+ )?VALUE'),
  tool('mongo mongosh mongodump mongorestore mongoexport mongoimport cqlsh influx', '\\s-p(?!ass)[ =]?VALUE'),
  tool(
    'docker podman helm buildah skopeo nerdctl oras crane',
    '\\s-p[ =]VALUE',
    '--(?:src-|dest-)?creds[ =][^\\s:"\']{1,80}:VALUE',
  ),
  tool('az', '\\s-p[ =]VALUE'),
  tool(
    'curl wget http https httpie xh',
    '\\s(?:-u|--user|--proxy-user|-U|-a|--auth)[ =]?\\\\?["\']?[^\\s:"\'\\\\]{1,80}:([^\\s"\'\\\\]{1,200})',
  ),
  tool(
    'ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldappasswd ldapcompare',
    '\\s-w\\s?VALUE',
    '\\s-s\\s?VALUE',
  ),
  tool('sqlcmd osql bcp ipmitool mosquitto_pub mosquitto_sub isql', '\\s-P\\s?VALUE'),
  tool('smbclient rpcclient smbget net', '\\s-U\\s?["\']?[^\\s%"\']{1,80}%([^\\s"\']{1,200})'),
  tool('sqlplus rman expdp impdp sqlldr', '\\s[\\w$#]{1,40}/([^\\s@"\'/]{3,80})@'),
  tool(
    'openssl',
    '\\b(?:pass|passin|passout)[: ]pass:([^\\s"\']{1,200})',
    '\\bpass:([^\\s"\']{1,200})',
    '\\s-(?:k|K)\\s+VALUE',
  ),
  tool('htpasswd', '\\s-[a-zA-Z]*b[a-zA-Z]*\\s\\S{1,120}\\s\\S{1,80}\\sVALUE'),
  tool('xfreerdp wfreerdp rdesktop', '\\s/p:(\\S{1,200})', '\\s-p\\s?VALUE'),
  tool('etcdctl', '\\s--user[ =][^\\s:]{1,60}:VALUE'),
  tool('nuget', '\\s-(?:ApiKey|apikey|k)\\s+VALUE'),
  tool('zip unzip', '\\s-P\\s?VALUE'),
  tool('7z 7za 7zr rar unrar', '\\s-h?p(?!\\s)VALUE'),
  tool('keytool jarsigner', '\\s-(?:storepass|keypass|srcstorepass|deststorepass|destkeypass|new)\\s+VALUE'),
  tool('psexec winrs wmic schtasks', '\\s[/-](?:p|P|password|PASSWORD|rp|RP)(?:[: ])VALUE'),
  tool('kinit', '<<<\\s?VALUE'),
  tool('lftp ftp sftp ncftp', '\\s-u\\s[^\\s,]{1,80},VALUE'),
  tool('snmpwalk snmpget snmpset snmpbulkwalk', '\\s-(?:A|X)\\s?VALUE'),
  tool('vault', '^ login (?!-)VALUE'),
  tool('mc', '\\s(?:set|add)\\s\\S{1,80}\\shttps?://\\S{1,120}\\s\\S{1,80}\\sVALUE'),
  tool('useradd usermod elasticsearch-users', '\\s(?:-p|--password)[ =]VALUE'),
  tool('nodetool plink pscp psftp pgadmin', '\\s-pw\\s?VALUE'),
  tool('oc cf argocd rancher', '\\s-p[ =]VALUE'),
  tool('doctl', '\\s(?:-t|--access-token)[ =]VALUE'),
  tool('gh', '--with-token <<< ?VALUE'),
  tool('mosquitto_passwd', '\\s-b\\s\\S{1,80}\\s\\S{1,60}\\sVALUE'),
  tool('snyk', '^ auth VALUE'),
  tool('cmdkey', '\\s/pass:VALUE'),
  tool('svn git-svn', '\\s--password[ =]VALUE'),
  tool('rabbitmqctl', '\\b(?:add_user|change_password)\\s\\S{1,80}\\sVALUE'),
  tool(
    'chpasswd',
    '\\b[a-z_][\\w-]{0,31}:([^\\s"\'|]{4,200})["\']?\\s*\\|\\s*(?:sudo )?chpasswd',
    '<<<\\s?["\']?\\w+:([^\\s"\']{4,200})',
  ),
]

const BY_NAME = new Map<string, Tool>()
for (const t of TOOLS) for (const name of t.names) BY_NAME.set(name, t)

/** Commands that read a password from their input. */
const PIPED_KEYWORDS = [
  'sudo -S',
  '| kinit',
  '| vncpasswd',
  'password-stdin',
  '| cryptsetup',
  'passwd --stdin',
] as const
const ECHOED = new RegExp(
  `\\b(?:echo|printf|<<<)(?: -[neE]{1,3})?(?: ["']?%s\\\\?n?["']?)? ${V}(?: \\||[^|]{0,80}$)`,
)

/** Anchors for the prefilter: those names long enough and rare enough in logs; the rest go by their longer spellings. */
export const COMMAND_KEYWORDS: readonly string[] = [
  'mysql',
  'mariadb',
  'mycli',
  'sshpass',
  'redis-cli',
  'mongo',
  'cqlsh',
  'influx ',
  'docker login',
  'podman login',
  'registry login',
  'buildah login',
  'skopeo ',
  'az login',
  'curl',
  'wget',
  'ldapsearch',
  'ldapadd',
  'ldapmodify',
  'ldapdelete',
  'ldapwhoami',
  'ldappasswd',
  'sqlcmd',
  'osql ',
  'bcp ',
  'ipmitool',
  'mosquitto_',
  'smbclient',
  'rpcclient',
  'sqlplus',
  'expdp',
  'impdp',
  'openssl',
  'htpasswd',
  'xfreerdp',
  'rdesktop',
  'etcdctl',
  'nuget push',
  'unzip -',
  'zip -',
  '7z ',
  '7za ',
  'keytool',
  'jarsigner',
  'psexec',
  'schtasks',
  'winrs ',
  'lftp',
  'snmpwalk',
  'snmpget',
  'rabbitmqctl',
  'chpasswd',
  'httpie',
  'net use',
  'net user',
  'http -',
  'https -',
  'vault login',
  'oc login',
  'cf login',
  'argocd login',
  'rancher login',
  'doctl auth',
  'gh auth',
  'mc alias',
  'mc config',
  'useradd',
  'usermod',
  'elasticsearch-users',
  'nodetool',
  'plink',
  'pscp',
  'snyk auth',
  'cmdkey',
  ...PIPED_KEYWORDS,
  ...CALL_KEYWORDS,
]

const WORD = /[a-z0-9_]{2,16}(?:-(?:dump|admin|cli|check|users))?/iy
/** A command does not go on past these. */
const COMMAND_END = /[\n\r]|\s&&\s|\s\|\|\s|;\s/
const MAX_COMMAND = 1500

/**
 * Finds the passwords of the command at `at`.
 * @param emit gets offsets in `text`
 */
export function parseCommand(
  text: string,
  at: number,
  limit: number,
  emit: (start: number, end: number) => void,
): void {
  if (parseCredentialCall(text, at, limit, emit)) return
  if (PIPED_KEYWORDS.some((k) => text.startsWith(k, at))) {
    const from = Math.max(0, at - 200)
    const m = ECHOED.exec(text.slice(from, at))
    if (m?.[0].includes('|')) report(m, from, emit)
    return
  }
  if (!leftBoundary(text, at)) return
  WORD.lastIndex = at
  const word = WORD.exec(text)
  if (word === null) return
  let name = word[0].toLowerCase()
  if (name === 'registry') name = 'helm'
  if (text.startsWith('net user', at)) {
    NET_USER.lastIndex = at
    const m = NET_USER.exec(text)
    if (m !== null && isPassword(m[1]!)) emit(NET_USER.lastIndex - m[1]!.length, NET_USER.lastIndex)
    return
  }
  if (text.startsWith('net use', at)) {
    netUse(text, at, limit, emit)
    return
  }
  const found = BY_NAME.get(name)
  if (found === undefined) return
  const piped = name === 'chpasswd'
  const from = piped ? Math.max(0, at - 200) : at + word[0].length
  let command = text.slice(from, Math.min(limit, at + MAX_COMMAND))
  if (!piped) {
    const end = COMMAND_END.exec(command)
    if (end !== null) command = command.slice(0, end.index)
    // The same command again is a hit of its own: without this, a line of nothing else would be read over and over.
    const again = command.indexOf(` ${word[0]}`)
    if (again >= 0) command = command.slice(0, again)
  }
  for (const option of found.options) {
    option.lastIndex = 0
    for (let m = option.exec(command); m !== null; m = option.exec(command)) {
      report(m, from, emit)
      if (option.lastIndex === m.index) option.lastIndex++
    }
  }
}

/** `net use Z: \\server\share PASSWORD /user:NAME` */
const NET_USER = /net user \S{1,80} (?![/*])(\S{4,120})(?=\s|$)/y
const NET_USE =
  /net use (?:\S{1,3} )?\\\\{1,4}\S{1,120} (?!\/|\*)(\S{4,120}) \/user:|net use .{1,160}\/user:\S{1,80} (?!\/|\*)(\S{4,120})/y
function netUse(text: string, at: number, limit: number, emit: (start: number, end: number) => void): void {
  NET_USE.lastIndex = at
  const m = NET_USE.exec(text.slice(0, limit))
  if (m === null) return
  const value = m[1] ?? m[2]!
  const s = at + m[0].indexOf(value)
  if (isPassword(value)) emit(s, s + value.length)
}

function report(m: RegExpExecArray, from: number, emit: (start: number, end: number) => void): void {
  let value = m[1]!
  let start = from + m.index + m[0].lastIndexOf(value)
  let quoted = false
  if (value.startsWith('\\"')) {
    value = value.slice(2, -2)
    start += 2
    quoted = true
  } else if (value.startsWith('"') || value.startsWith("'")) {
    value = value.slice(1, -1)
    start++
    quoted = true
  } else {
    value = value.replace(/[,)\]}"'\\]+$/, '')
  }
  if (isPassword(value) && (quoted || !value.startsWith('-'))) emit(start, start + value.length)
}

/** A port, a path, a flag or a placeholder is no password. */
function isPassword(value: string): boolean {
  if (value.length < 4 || /^\d{1,5}(?::\d{1,5})?(?:\/(?:tcp|udp))?$/.test(value)) return false
  if (/^[./~][\w./-]*$/.test(value)) return false
  const verdict = judgeValue(NAME_PASSWORD, percentDecoded(value), true, FORM_ASSIGNED)
  return verdict.kind === 'strong' || (verdict.kind === 'words' && value.length >= 6)
}
