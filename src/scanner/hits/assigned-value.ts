import type { Assignment } from '../assignment/parsed.ts'
import { isBasicCredential, schemeAt } from '../auth-scheme.ts'
import { benignReason } from '../benign-value.ts'
import { codeAt } from '../code-at.ts'
import { FORM_LOOSE, FORM_PAIR, judgeValue } from '../judge-value.ts'
import { GENERIC } from '../match.ts'
import { NAME_AUTH, NAME_PASSWORD, NAME_SECRET, NAME_TOKEN, type NameKind } from '../name-grammar.ts'
import { percentDecoded } from '../percent-decoded.ts'
import type { ScanSite } from '../scan-site.ts'
import { LOOSE_BASE, NAMED_BASE, PARSED_BASE } from './confidence.ts'
import { schemeValue } from './scheme-hit.ts'

const MAX_AUTH = 512

/** Judges the value of a parsed assignment in the window's text. @returns whether it may be a secret */
export function assignedValue(site: ScanSite, a: Assignment): boolean {
  const text = site.text
  const scheme = schemeAt(text, a.start)
  if (scheme !== null && a.start + scheme.length < text.length) {
    schemeValue(site, scheme, a.start + scheme.length, a.kind)
    return true
  }
  let start = a.start
  let value = text.slice(start, a.end)
  let kind = a.kind
  if (kind === NAME_AUTH) {
    // a provider's token alone: what is asked of it below would come to nothing
    if (!/[:/]/.test(value) && site.knows(start, a.end)) return true
    // `credentials 'secret_key=...'`: the name inside is a hit of its own
    if (
      (value.includes('=') && /^[A-Za-z_][\w.-]*=[^=]/.test(value)) ||
      benignReason(value.slice(0, MAX_AUTH), a.quoted) !== null
    )
      return true
    const pair = /^["']?[\w.@+-]{1,64}\s?[:/]\s?(?=\S{4})/.exec(value)
    if (isBasicCredential(value) && value.length > 8) {
      site.add(GENERIC.basic, start, a.end, PARSED_BASE, 'base64 of user and password', { assigned: true })
      return true
    }
    if (pair !== null && !/^\w+:\/\//.test(value)) {
      start += pair[0].length
      value = text.slice(start, a.end)
      kind = NAME_PASSWORD
      if (!/\d|[!$%^&*@#+?]/.test(value)) return true
    } else kind = NAME_TOKEN
  }
  // CURLOPT_USERPWD takes both
  const user =
    kind === NAME_PASSWORD && /userpwd$/i.test(a.name) ? /^[\w.@+-]{1,64}:(?=\S{4})/.exec(value) : null
  if (user !== null) {
    start += user[0].length
    value = text.slice(start, a.end)
  }
  if (site.knows(start, start + value.length)) return true
  const verdict = judgeValue(kind, percentDecoded(value), a.quoted, a.form)
  if (verdict.kind === 'no') return false
  if (verdict.kind === 'words' && !wordsStand(text, a)) return false
  const rule =
    kind === NAME_PASSWORD ? GENERIC.password : kind === NAME_SECRET ? GENERIC.secret : GENERIC.token
  const loose = a.form === FORM_LOOSE
  site.add(rule, start, start + value.length, loose ? LOOSE_BASE : NAMED_BASE, `value of ${kindName(kind)}`, {
    assigned: !loose,
    nameKind: kind,
    words: verdict.kind === 'words',
  })
  return true
}

/** Words count as a password only where the value ends as values do, not where a sentence goes on. */
function wordsStand(text: string, a: Assignment): boolean {
  const rest = text.slice(a.end, a.end + 40)
  const before = codeAt(text, a.nameStart - 1)
  // "passwd:shell" is a pair of words in one pair of quotes
  if ((before === 34 || before === 39) && codeAt(text, a.nameEnd) === 58 && codeAt(text, a.end) === before)
    return false
  const gap = text.slice(a.nameEnd, a.start)
  // ("password", "hurdle") and nothing else: longer lists are lists of words
  if (a.form === FORM_PAIR && gap.includes(','))
    return /[([]["']$/.test(text.slice(a.nameStart - 2, a.nameStart)) && /^["']\s?[)\]]/.test(rest)
  // the password for 'bob'
  if (a.form === FORM_PAIR && /\b(?:for|of|from|by|in|on|with)\b/.test(gap)) return false
  // set_password('bob', ...)
  if (a.form === FORM_PAIR && gap.startsWith('(') && /^["']\s?,/.test(rest)) return false
  if (a.quoted) return true
  // `user, password = split` destructures, `password: string,` declares
  if (/^\s=\s$/.test(gap) && /,\s$/.test(text.slice(Math.max(0, a.nameStart - 2), a.nameStart))) return false
  if (/^\s?:\s/.test(gap) && /^\s?[,)};=]/.test(rest)) return false
  if (/^[.]?\s*$/.test(rest)) return true
  return /^(?:[,;&|)\]}"']|\s+(?:--?[A-Za-z]|["']?[\w.-]+["']?\s?[=:]|[|#]|\/\/|&&|\\|\/\w))/.test(rest)
}

const kindName = (kind: NameKind): string =>
  kind === NAME_PASSWORD
    ? 'a password field'
    : kind === NAME_SECRET
      ? 'a key or secret field'
      : 'a token field'
