import { gzipSync } from 'node:zlib'
import { type Random, seededRandom } from '../../src/core/clock.ts'
import { parseAssignment } from '../../src/scanner/assignment/assignment.ts'
import { Assignment } from '../../src/scanner/assignment/parsed.ts'
import { benignReason } from '../../src/scanner/benign-value.ts'
import { parseCommand } from '../../src/scanner/command-line.ts'
import { parseRuleFile } from '../../src/scanner/dynamic/rule-file.ts'
import { archiveKind, DEFAULT_ARCHIVE_LIMITS, unpack } from '../../src/scanner/files/archive.ts'
import { kindOfText, textOf } from '../../src/scanner/files/text-bytes.ts'
import { readRawDiff } from '../../src/scanner/git/raw-diff.ts'
import { judgeValue } from '../../src/scanner/judge-value.ts'
import { nameIn } from '../../src/scanner/name-cache.ts'
import { classifyName, NAME_PASSWORD, NAME_TOKEN } from '../../src/scanner/name-grammar.ts'
import { findPrivateKey, privateKeyEnd } from '../../src/scanner/private-key.ts'
import { TextPosition } from '../../src/scanner/text-position.ts'
import { parseUserinfo, userinfoEnd, userinfoStart } from '../../src/scanner/url-userinfo.ts'
import { findValue, valueEnd, valueStart } from '../../src/scanner/value-span.ts'
import { generateCorpus } from './corpus/generate.ts'

/**
 * Gives every parser of the scanner mutated input for a time: none may throw what it does not say, none may tell a place
 * outside of its text, none may take longer than its input allows.
 *
 *   node bench/scanner/fuzz-parsers.ts [SECONDS] [SEED]
 */
const seconds = Number(process.argv[2] ?? 60)
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000)
/** A microsecond a byte is 1 MB/s; the constant covers collection pauses and a busy machine. */
const MAX_US_PER_BYTE = 50
const PAUSE_US = 1_000_000

const random: Random = seededRandom(seed)
const below = (n: number): number => Math.floor(random() * n)
const lines = generateCorpus(seed, 20).map((l) => l.line)
const lineOf = (): string => lines[below(lines.length)]!
const SIGNS = '"\'`\\:=,;&?@#%<>[]{}()|/ \n\t\0-_.$*~^'

/** Text with a few pieces cut, doubled, repeated or replaced. */
function mutated(text: string): string {
  let out = text
  for (let i = 0; i < 1 + below(5); i++) {
    const at = below(out.length + 1)
    const piece = [
      '',
      SIGNS[below(SIGNS.length)]!,
      lineOf().slice(0, below(60)),
      out.slice(at, at + 1 + below(10)).repeat(below(100)),
      String.fromCharCode(below(256)),
    ][below(5)]!
    out = out.slice(0, at) + piece + out.slice(at + below(6))
  }
  return out.slice(0, 20_000)
}
const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')

function inside(what: string, start: number, end: number, length: number): void {
  if (!(start >= 0 && start <= end && end <= length))
    throw new Error(`${what}: ${start}..${end} of ${length}`)
}

const RULES = `rules:
  - { id: acme-key, pattern: "acme_(?P<secret>[a-z0-9]{32})", severity: mortal, description: Acme key }
allow: { paths: ['*.snap'], regexes: ['EXAMPLE$'] }
`
const GITLEAKS = `title = "x"
[[rules]]
id = "acme"
regex = '''acme_[a-z0-9]{32}'''
keywords = ["acme"]
[[rules.allowlists]]
regexes = ['''x''']
`
const ID = 'a'.repeat(40)
const DIFF = `${ID}\0:100644 100644 ${ID} ${ID} M\0src/a.ts\0:000000 100644 ${'0'.repeat(40)} ${ID} A\0b\0`
const GZIP = gzipSync(Buffer.from(lines.slice(0, 50).join('\n'))).toString('latin1')
const TAR =
  `${'file.txt'.padEnd(100, '\0')}${'0000644\0'.padEnd(24, '0')}00000000144\0`.padEnd(257, '0') +
  'ustar\x0000'.padEnd(255, '\0')

const assignment = new Assignment()
const parsers: Readonly<Record<string, (text: string) => void | Promise<void>>> = {
  assignment(text) {
    const found = /pass|secret|token|key|auth/i.exec(text)
    if (found === null) return
    const end = found.index + found[0].length
    const from = /[\w.-]*$/.exec(text.slice(0, found.index))!.index
    const to = end + /^[\w.-]*/.exec(text.slice(end))![0].length
    assignment.takeName(nameIn(text, from, to), from, to)
    if (parseAssignment(assignment, text, found.index, end, text.length))
      inside('assignment', assignment.start, assignment.end, text.length)
  },
  'value span'(text) {
    findValue(text, below(text.length + 1), text.length)
    inside('value span', Math.min(valueStart, valueEnd), valueEnd, text.length)
  },
  'url user part'(text) {
    const at = text.indexOf('://')
    if (at >= 0 && parseUserinfo(text, at) !== 0) inside('url', userinfoStart, userinfoEnd, text.length)
  },
  command(text) {
    const at = /mysql|curl|sshpass|redis-cli|docker login|ldapsearch|openssl/.exec(text)?.index ?? 0
    parseCommand(text, at, text.length, (start, end) => inside('command', start, end, text.length))
  },
  'private key'(text) {
    const bytes = bytesOf(text)
    const at = bytes.indexOf('PRIVATE KEY')
    if (at < 0) return
    const begin = findPrivateKey(bytes, at, 0, bytes.length)
    if (begin >= 0) inside('private key', begin, privateKeyEnd, bytes.length)
  },
  'name and value'(text) {
    classifyName(text.slice(0, 128))
    benignReason(text.slice(0, 512), below(2) === 0)
    judgeValue(below(2) === 0 ? NAME_PASSWORD : NAME_TOKEN, text, below(2) === 0, 0)
  },
  'text and lines'(text) {
    const bytes = bytesOf(text)
    const kind = kindOfText(bytes)
    if (kind !== 'binary') new TextPosition().advance(textOf(bytes, kind), bytes.length >> 1)
  },
  'rule file'(text) {
    parseRuleFile(text, below(2) === 0 ? 'x.yaml' : 'x.toml')
  },
  async 'git raw diff'(text) {
    const bytes = bytesOf(text)
    const cut = below(bytes.length + 1)
    try {
      for await (const change of readRawDiff([bytes.subarray(0, cut), bytes.subarray(cut)])) void change.path
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
  },
  async archive(text) {
    const bytes = bytesOf(text)
    const kind = archiveKind(bytes)
    if (kind === null) return
    const limits = { ...DEFAULT_ARCHIVE_LIMITS, memberBytes: 1e6, totalBytes: 1e6, members: 100 }
    const budget = { bytes: limits.totalBytes, members: limits.members }
    await unpack(kind, bytes, { limits, budget, onMember: async () => {}, onProblem: () => {} })
  },
}
const KEY = `-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA${'b3Blbn'.repeat(30)}\n-----END RSA PRIVATE KEY-----`
const seeds: Readonly<Record<string, () => string>> = {
  'private key': () => KEY,
  'rule file': () => (below(2) === 0 ? RULES : GITLEAKS),
  'git raw diff': () => DIFF,
  archive: () => [GZIP, TAR, `PK\x03\x04${GZIP}`][below(3)]!,
}

const runs = new Map<string, number>()
const names = Object.keys(parsers)
const until = performance.now() + seconds * 1000
while (performance.now() < until) {
  const name = names[below(names.length)]!
  const text = mutated((seeds[name] ?? lineOf)())
  const before = process.cpuUsage()
  try {
    await parsers[name]!(text)
  } catch (cause) {
    throw new Error(`seed ${seed}, ${name}, run ${runs.get(name) ?? 0}`, { cause })
  }
  const used = process.cpuUsage(before)
  if (used.user + used.system > PAUSE_US + text.length * MAX_US_PER_BYTE)
    throw new Error(`seed ${seed}, ${name}, run ${runs.get(name) ?? 0}: too slow`)
  runs.set(name, (runs.get(name) ?? 0) + 1)
}
console.log(
  `seed ${seed}: ${[...runs].map(([name, n]) => `${name} ${n}`).join(', ')}: nothing thrown, nothing slow`,
)
