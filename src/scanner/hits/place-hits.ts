import { parseCommand } from '../command-line.ts'
import { encodedEnd, encodedStart, holdsSecret } from '../encoded-text.ts'
import { GENERIC } from '../match.ts'
import { NAME_NONE } from '../name-grammar.ts'
import { findPrivateKey, privateKeyEnd } from '../private-key.ts'
import type { ScanSite } from '../scan-site.ts'
import {
  parseUserinfo,
  USERINFO_NONE,
  USERINFO_PASSWORD,
  userinfoEnd,
  userinfoStart,
} from '../url-userinfo.ts'
import { KEY_BLOCK_BASE, PARSED_BASE } from './confidence.ts'

/** Secrets that a place gives away by itself: user parts of URLs, options of commands, base64, key blocks. */

const ASSIGNED = { assigned: true } as const
/** Bytes of a URL's user part that are looked at. */
const USER_REACH = 400

/** `://` */
export function urlHit(site: ScanSite, at: number): void {
  if (at < site.urlEnd) return
  // Most URLs have no user part: look for `@` before the first byte that ends one.
  const bytes = site.bytes
  const high = Math.min(site.to, at + USER_REACH)
  let p = at + 3
  for (; p < high; p++) {
    const c = bytes[p]!
    if (c === 64) break
    if (c <= 32 || c === 34 || c === 39 || c === 60 || c === 62 || c === 96) return
  }
  if (p >= high) return
  const colon = site.open(at)
  const kind = parseUserinfo(site.text, colon)
  if (kind === USERINFO_NONE) return
  site.urlEnd = userinfoEnd + site.windowFrom
  const rule = kind === USERINFO_PASSWORD ? GENERIC.url : GENERIC.urlToken
  site.add(rule, userinfoStart, userinfoEnd, PARSED_BASE, 'user part of a URL', ASSIGNED)
}

/** The name of a command, or of a call that logs in. */
export function commandHit(site: ScanSite, at: number): void {
  const p = site.open(at)
  parseCommand(site.text, p, site.text.length, (start, end) =>
    site.add(GENERIC.command, start, end, PARSED_BASE, 'option of a command', ASSIGNED),
  )
}

/** A name of a secret as base64 spells it. */
export function encodedHit(site: ScanSite, at: number): void {
  if (at < site.encodedEnd) return
  const p = site.open(at)
  const holds = holdsSecret(site.text, p)
  site.encodedEnd = encodedEnd + site.windowFrom
  if (holds)
    site.add(GENERIC.encoded, encodedStart, encodedEnd, PARSED_BASE, 'credential inside base64', ASSIGNED)
}

/** `PRIVATE KEY` */
export function privateKeyHit(site: ScanSite, at: number): void {
  if (at < site.keyEnd) return
  const begin = findPrivateKey(site.bytes, at, site.from, site.to)
  if (begin < 0) return
  site.keyEnd = privateKeyEnd
  const p = site.open(begin)
  site.keep({
    rule: GENERIC.privateKey,
    compiled: null,
    start: 0,
    end: 0,
    text: site.latin1(begin, privateKeyEnd),
    base: KEY_BLOCK_BASE,
    baseNote: 'private key block',
    assigned: false,
    nameKind: NAME_NONE,
    words: false,
    from: begin,
    to: privateKeyEnd,
    line: site.text.slice(0, Math.max(0, p)),
    match: undefined,
  })
}
