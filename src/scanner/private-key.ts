/**
 * Private keys in PEM (RFC 7468) and OpenSSH form, over raw bytes because they span lines. Logs write the line breaks as
 * `\n`, `\\n`, `\r\n`, blanks, or put a prefix before every line.
 */

/** Past the last byte of the key found by {@link findPrivateKey}. */
export let privateKeyEnd = 0

const MAX_KEY_BYTES = 32_768
/** Prose has no run of base64 this long, a key of any kind has. */
const MIN_RUN = 24
/** In a line-prefixed log the first line of the body follows within this. */
const PREFIX_BYTES = 160

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const BEGIN = ascii('-----BEGIN ')
const END = ascii('-----END ')

const BODY = new Uint8Array(256)
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=') BODY[c.charCodeAt(0)] = 1

const startsWith = (bytes: Uint8Array, at: number, what: Uint8Array): boolean => {
  for (let i = 0; i < what.length; i++) if (bytes[at + i] !== what[i]) return false
  return true
}

/**
 * @param keyword where `PRIVATE KEY` begins
 * @returns where the key begins (its `-----BEGIN`), or -1
 */
export function findPrivateKey(bytes: Uint8Array, keyword: number, from: number, end: number): number {
  let begin = -1
  for (let p = keyword - BEGIN.length; p >= from && keyword - p <= 32; p--) {
    if (startsWith(bytes, p, BEGIN)) {
      begin = p
      break
    }
  }
  if (begin < 0) return -1
  let p = keyword + 'PRIVATE KEY'.length
  if (startsWith(bytes, p, ascii(' BLOCK'))) p += 6
  for (let i = 0; i < 5; i++) if (bytes[p++] !== 45) return -1
  const stop = Math.min(end, begin + MAX_KEY_BYTES)
  let run = 0
  let longest = 0
  let distinct = 0
  const seen = new Uint8Array(256)
  let last = p
  let lastRun = p
  let complete = false
  let gap = 0
  while (p < stop) {
    const c = bytes[p]!
    if (c === 45 && startsWith(bytes, p, END)) {
      last = endOfMarker(bytes, p, stop)
      complete = true
      break
    }
    // another key begins: this one is cut short
    if (c === 45 && startsWith(bytes, p, BEGIN)) break
    if (BODY[c] === 1) {
      run++
      if (seen[c] === 0) {
        seen[c] = 1
        distinct++
      }
      gap = 0
      p++
      if (run > longest) longest = run
      if (run >= MIN_RUN) lastRun = p
      continue
    }
    run = 0
    const skipped = breakLength(bytes, p, stop)
    if (skipped === 0) {
      // Headers such as `Proc-Type: 4,ENCRYPTED`, or the prefix of a log line; anything else ends the key.
      if (++gap > PREFIX_BYTES || !isPrefixByte(c)) break
      p++
      continue
    }
    p += skipped
  }
  if (longest < MIN_RUN || distinct < 12) return -1
  privateKeyEnd = complete ? last : lastRun
  return begin
}

/** Bytes of a line break, real or escaped, or of blanks; 0 when there is none. */
function breakLength(bytes: Uint8Array, at: number, stop: number): number {
  let p = at
  while (p < stop && bytes[p] === 92) p++
  if (p > at) {
    const c = bytes[p]
    return c === 110 || c === 114 ? p - at + 1 : p - at
  }
  while (p < stop && (bytes[p] === 10 || bytes[p] === 13 || bytes[p] === 32 || bytes[p] === 9)) p++
  return p - at
}

/** What stands in the headers of a key and in prefixes of log lines. Quotes and brackets end a key. */
const isPrefixByte = (c: number): boolean => c === 45 || c === 58 || c === 44 || c === 46 || c === 124

function endOfMarker(bytes: Uint8Array, at: number, stop: number): number {
  let p = at + END.length
  while (p < stop && p - at < 64 && bytes[p] !== 45) p++
  let dashes = 0
  while (p < stop && dashes < 5 && bytes[p] === 45) {
    p++
    dashes++
  }
  return p
}
