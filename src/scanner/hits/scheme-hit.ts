import { isBasic, isBasicCredential, isChallenge, schemeAt } from '../auth-scheme.ts'
import { FORM_ASSIGNED, judgeValue } from '../judge-value.ts'
import { leftBoundary } from '../left-boundary.ts'
import { GENERIC } from '../match.ts'
import { NAME_NONE, NAME_SECRET, NAME_TOKEN, type NameKind } from '../name-grammar.ts'
import type { ScanSite } from '../scan-site.ts'
import { findValue, valueEnd, valueQuoted, valueStart } from '../value-span.ts'
import { MAX_VALUE, PARSED_BASE, SCHEME_BASE } from './confidence.ts'

/** What the prefilter looks for. */
export const SCHEME_KEYWORDS: readonly string[] = [
  'Bearer ',
  'bearer ',
  'BEARER ',
  'Basic ',
  'basic ',
  'Bearer%20',
]

/** `Bearer ...` wherever it stands. */
export function schemeHit(site: ScanSite, at: number): void {
  const p = site.open(at)
  if (!leftBoundary(site.text, p)) return
  const scheme = schemeAt(site.text, p)
  if (scheme !== null) schemeValue(site, scheme, p + scheme.length, NAME_NONE)
}

/** Judges what follows an authentication scheme at `at` of the window's text. @param kind of the name before, if any */
export function schemeValue(site: ScanSite, scheme: string, at: number, kind: NameKind): void {
  if (isChallenge(scheme)) return
  const text = site.text
  findValue(text, at, Math.min(text.length, at + MAX_VALUE))
  const start = valueStart
  let end = valueEnd
  while (end > start && text.charCodeAt(end - 1) === 92) end--
  const value = text.slice(start, end)
  if (isBasic(scheme)) {
    if (isBasicCredential(value))
      site.add(GENERIC.basic, start, end, PARSED_BASE, 'base64 of user and password', { assigned: true })
    return
  }
  if (site.knows(start, end)) return
  const named = kind !== NAME_NONE
  if (judgeValue(named ? NAME_SECRET : NAME_TOKEN, value, valueQuoted, FORM_ASSIGNED).kind !== 'strong')
    return
  site.add(
    named ? GENERIC.header : GENERIC.bearer,
    start,
    end,
    SCHEME_BASE,
    'after an authentication scheme',
    {
      assigned: true,
      nameKind: NAME_TOKEN,
    },
  )
}
