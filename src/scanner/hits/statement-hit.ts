import { FORM_ASSIGNED, FORM_LOOSE, judgeValue } from '../judge-value.ts'
import { GENERIC } from '../match.ts'
import { NAME_PASSWORD } from '../name-grammar.ts'
import type { ScanSite } from '../scan-site.ts'
import { findValue, valueEnd, valueQuoted, valueStart } from '../value-span.ts'
import { NAMED_BASE } from './confidence.ts'

const IDENTIFIED = /identified\s+(?:with\s+\S{1,40}\s+)?(?:by|using)\s+(?:password\s+)?(?=[\\"'\w])/iy

/** `IDENTIFIED BY 'x'` of SQL, with or without a plugin's name. */
export function statementHit(site: ScanSite, at: number): void {
  IDENTIFIED.lastIndex = site.open(at)
  const text = site.text
  if (!IDENTIFIED.test(text)) return
  findValue(text, IDENTIFIED.lastIndex, text.length)
  const value = text.slice(valueStart, valueEnd)
  const verdict = judgeValue(NAME_PASSWORD, value, valueQuoted, valueQuoted ? FORM_ASSIGNED : FORM_LOOSE)
  if (verdict.kind === 'no') return
  site.add(GENERIC.sql, valueStart, valueEnd, NAMED_BASE, 'password of a statement', {
    assigned: true,
    nameKind: NAME_PASSWORD,
    words: verdict.kind === 'words',
  })
}
