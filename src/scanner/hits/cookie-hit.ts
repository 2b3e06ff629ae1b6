import { FORM_ASSIGNED, judgeValue } from '../judge-value.ts'
import { GENERIC } from '../match.ts'
import { classifyName, NAME_NONE, NAME_TOKEN } from '../name-grammar.ts'
import { percentDecoded } from '../percent-decoded.ts'
import type { ScanSite } from '../scan-site.ts'
import { NAMED_BASE } from './confidence.ts'

const HEADER = /ookie2?["'\\]{0,8}\s?[:=]\s?["'\\]{0,8}/y
const PAIR = /\s?([\w.%-]{1,64})=([^;\s"'\\,]{1,4096})(?:;|$|(?=[\s"'\\,]))/y
const SESSION = /sess|auth|token|jwt|^sid$|[._-]sid$|sso|remember|login|ticket/i
const FORGERY = /csrf|xsrf/i
const MIN_COOKIE = 20

/** `ookie`: the session cookies of a header. */
export function cookieHit(site: ScanSite, at: number): void {
  HEADER.lastIndex = site.open(at)
  const text = site.text
  if (!HEADER.test(text)) return
  PAIR.lastIndex = HEADER.lastIndex
  for (let m = PAIR.exec(text); m !== null; m = PAIR.exec(text)) {
    const name = m[1]!
    if (classifyName(name) !== NAME_NONE) continue // the name says it all, and is a hit of its own
    if (!SESSION.test(name) || FORGERY.test(name)) continue
    const value = percentDecoded(m[2]!)
    if (judgeValue(NAME_TOKEN, value, true, FORM_ASSIGNED).kind !== 'strong' || value.length < MIN_COOKIE)
      continue
    const start = PAIR.lastIndex - m[0].length + m[0].indexOf('=') + 1
    site.add(GENERIC.cookie, start, start + m[2]!.length, NAMED_BASE, 'session cookie', {
      assigned: true,
      nameKind: NAME_TOKEN,
    })
  }
}
