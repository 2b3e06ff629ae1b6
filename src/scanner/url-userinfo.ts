import { FORM_ASSIGNED, judgeValue } from './judge-value.ts'
import { NAME_PASSWORD, NAME_SECRET } from './name-grammar.ts'
import { percentDecoded } from './percent-decoded.ts'

/** User part of a URL, RFC 3986 section 3.2.1, as people write it: passwords hold `@`, `/` and `:` unescaped as well. */
export let userinfoStart = 0
export let userinfoEnd = 0

const USER_PASSWORD = /:\/\/([^\s:@/?#"'<>[\]\\]{0,80}):([^\s"'<>`\\]{1,256}?)@(?=[A-Za-z0-9_[($*{-])/y
const MORE = /[^\s"'<>/?#\\]{0,120}@(?=[A-Za-z0-9_[($*{-])/y
const TOKEN_ONLY = /:\/\/([A-Za-z0-9_.-]{16,256})(?::x-oauth-basic|:)?@(?=[A-Za-z0-9])/y
const NOT_PASSWORD =
  /^(?:p(?:ass(?:word|wd|w)?|wd|w)?|secret|token|user(?:name)?|x-oauth-basic|x-oauth-token|test|root|admin|guest|api[-_]?key|key|credentials?|p4ss|hidden|none|null|port|host|\d{1,5})$/i
const LOCAL_HOST =
  /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|host|hostname|server|domain|example|test|db|postgres|mysql|redis|mongo|rabbitmq|database|my|your|foo|some|proxy|a\b|b\b|x\b)/i

/** Stand for the password where the user is a token. */
const FILLERS: ReadonlySet<string> = new Set(['', 'x', 'X', 'x-oauth-basic'])

export const USERINFO_NONE = 0
export const USERINFO_PASSWORD = 1
export const USERINFO_TOKEN = 2

/** @param colon where `://` begins. Sets userinfoStart and userinfoEnd to the secret. */
export function parseUserinfo(text: string, colon: number): 0 | 1 | 2 {
  USER_PASSWORD.lastIndex = colon
  const m = USER_PASSWORD.exec(text)
  if (m !== null) {
    const start = colon + 3 + m[1]!.length + 1
    let end = start + m[2]!.length
    // The last `@` before the host ends the password.
    MORE.lastIndex = end + 1
    const more = MORE.exec(text)
    if (more !== null && !/^[\w.-]+(?::\d+)?[,/?]/.test(more[0])) end += more[0].length
    userinfoStart = start
    userinfoEnd = end
    const password = text.slice(start, end)
    if (isPort(password)) return USERINFO_NONE
    if (FILLERS.has(password)) return tokenUser(m[1]!, colon)
    return isPassword(m[1]!, password, text.slice(end + 1, end + 40)) ? USERINFO_PASSWORD : USERINFO_NONE
  }
  TOKEN_ONLY.lastIndex = colon
  const t = TOKEN_ONLY.exec(text)
  return t === null ? USERINFO_NONE : tokenUser(t[1]!, colon)
}

/** `host:8080/path@x` is no password. */
const isPort = (text: string): boolean => /^\d{1,5}(?:[/?#,;]|$)/.test(text) && /[/?#,;]/.test(text)

function isPassword(user: string, password: string, host: string): boolean {
  if (password.length < 3 || NOT_PASSWORD.test(password)) return false
  const verdict = judgeValue(NAME_PASSWORD, percentDecoded(password), true, FORM_ASSIGNED)
  if (verdict.kind === 'no') return false
  if (verdict.kind === 'strong') return true
  // Words: `postgres:postgres@localhost` and `user:pass@host` are what documents write.
  if (password.toLowerCase() === user.toLowerCase() || LOCAL_HOST.test(host)) return false
  return !/^(?:[a-z]|foo|bar|user(?:name)?|login|name|anonymous)$/i.test(user)
}

function tokenUser(user: string, colon: number): 0 | 2 {
  if (user.length < 16 || judgeValue(NAME_SECRET, user, true, FORM_ASSIGNED).kind !== 'strong')
    return USERINFO_NONE
  userinfoStart = colon + 3
  userinfoEnd = userinfoStart + user.length
  return USERINFO_TOKEN
}
