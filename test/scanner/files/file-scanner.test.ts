import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FileFinding } from '../../../src/scanner/files/file-finding.ts'
import { withHoneytoken } from '../../../src/scanner/honeytokens.ts'
import { scannerWith, tokenOf } from './scanner-fixture.ts'

const places = (findings: readonly FileFinding[]): string[] =>
  findings.map((f) => `${f.ruleId} ${f.line}:${f.column}-${f.endLine}:${f.endColumn}`)

test('a finding carries 1-based lines and columns, past the last at its end', () => {
  const findings = scannerWith().scanFile('a.txt', Buffer.from(`first\n  é ${tokenOf(1)} x\n`))
  assert.deepEqual(places(findings), ['github-pat 2:5-2:45'])
  const { masked, snippet, secret } = findings[0]!
  assert.match(masked, /^ghp_\*+$/)
  assert.ok(!snippet.includes(tokenOf(1)) && snippet.includes('ghp_***'))
  assert.equal(secret, undefined)
})

test('a snippet masks the neighbours too, also those an allow list lets pass', () => {
  const scanner = scannerWith({ allowed: { rules: ['github-pat'] } })
  const password = `Xy9${'!kd82Lq'}`
  const [finding, ...more] = scanner.scanFile('a.txt', Buffer.from(`${tokenOf(2)} password="${password}"`))
  assert.deepEqual(more, [])
  assert.equal(finding?.ruleId, 'generic-password')
  assert.ok(!finding.snippet.includes(tokenOf(2)) && !finding.snippet.includes(password))
  assert.equal(scanner.totals.suppressed, 1)
})

test('an inline comment lets a line pass, in files only and for the rules it names', () => {
  const line = (comment: string) => Buffer.from(`t = "${tokenOf(3)}" ${comment}\n`)
  const scanner = scannerWith()
  assert.equal(scanner.scanFile('a.py', line('# telltale:ignore')).length, 0)
  assert.equal(scanner.scanFile('a.py', line('# telltale:ignore=github-pat,jwt')).length, 0)
  assert.equal(scanner.scanFile('a.py', line('# telltale:ignore=jwt')).length, 1)
  assert.equal(
    scanner.scanFile('a.py', Buffer.concat([Buffer.from('# telltale:ignore\n'), line('')])).length,
    1,
  )
  const inLog: FileFinding[] = []
  scanner.openLog('-', (finding) => inLog.push(finding))(line('# telltale:ignore'), true)
  assert.equal(inLog.length, 1)
})

test('allow lists pass secrets, lines, rules, fingerprints and paths', () => {
  const text = Buffer.from(`reviewed ${tokenOf(4)}\n`)
  const [plain] = scannerWith().scanFile('a.txt', text)
  for (const allowed of [
    { regexes: ['^ghp_[A-Za-z0-9]{36}$'] },
    { lines: ['^reviewed '] },
    { rules: ['github-pat'] },
    { fingerprints: [plain!.fingerprint] },
  ]) {
    assert.equal(scannerWith({ allowed }).scanFile('a.txt', text).length, 0, JSON.stringify(allowed))
  }
  assert.equal(scannerWith({ allowed: { regexes: ['^glpat-'] } }).scanFile('a.txt', text).length, 1)
})

test('UTF-16 is read, binary is left out unless asked for', () => {
  const text = `key ${tokenOf(5)}\n`
  const scanner = scannerWith()
  const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
  assert.deepEqual(places(scanner.scanFile('a.txt', little)), ['github-pat 1:5-1:45'])
  assert.deepEqual(places(scanner.scanFile('a.txt', Buffer.from(little).swap16())), ['github-pat 1:5-1:45'])
  const binary = Buffer.concat([Buffer.from([0, 1, 2, 10]), Buffer.from(text)])
  assert.equal(scanner.scanFile('a.bin', binary).length, 0)
  assert.equal(scanner.totals.skippedBinary, 1)
  assert.equal(scannerWith({ binary: true }).scanFile('a.bin', binary).length, 1)
})

test('a path that holds a secret is shown masked', () => {
  const [finding] = scannerWith().scanFile(`dir/${tokenOf(6)}.txt`, Buffer.from(`a ${tokenOf(7)}`))
  assert.ok(!finding!.path.includes(tokenOf(6)))
})

test('a key over several lines is one finding that ends on its last line', () => {
  const label = `RSA PRIV${'ATE KEY'}`
  const body = Array.from({ length: 12 }, (_, i) =>
    Buffer.from(tokenOf(i) + tokenOf(i + 50))
      .toString('base64')
      .slice(0, 64),
  )
  const text = `x\n-----BEGIN ${label}-----\n${body.join('\n')}\n-----END ${label}-----\n`
  const [finding, ...more] = scannerWith().scanFile('id.pem', Buffer.from(text))
  assert.deepEqual(more, [])
  assert.deepEqual([finding!.line, finding!.endLine], [2, 15])
})

/** Enough text for several windows, secrets at known places. */
const long = Array.from({ length: 9000 }, (_, i) =>
  i % 700 === 3 ? `line ${i} token=${tokenOf(i)} end` : `line ${i} of an ordinary log, nothing to see hére`,
).join('\n')
const longBytes = Buffer.from(long)

test('however text is cut into pieces, the findings are the same', () => {
  const whole: FileFinding[] = []
  scannerWith().openLog('-', (finding) => whole.push(finding))(longBytes, true)
  assert.equal(whole.length, 13)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: longBytes.length }), { maxLength: 12 }), (cuts) => {
      const findings: FileFinding[] = []
      const feed = scannerWith().openLog('-', (finding) => findings.push(finding))
      let from = 0
      for (const cut of [...cuts].sort((a, b) => a - b)) {
        feed(longBytes.subarray(from, cut), false)
        from = cut
      }
      feed(longBytes.subarray(from), true)
      assert.deepEqual(places(findings), places(whole))
    }),
    { numRuns: 20 },
  )
})

test('one line without an end, longer than any window, is scanned to its end', () => {
  const findings: FileFinding[] = []
  const feed = scannerWith().openLog('-', (finding) => findings.push(finding))
  const filler = Buffer.from('lorem ipsum dolor '.repeat(10_000))
  for (let i = 0; i < 10; i++) {
    feed(filler, false)
    feed(Buffer.from(`token=${tokenOf(i)} `), false)
  }
  feed(new Uint8Array(0), true)
  assert.equal(findings.length, 10)
  assert.equal(findings[9]!.line, 1)
  assert.equal(findings[9]!.column, 10 * filler.length + 9 * 47 + 7)
})

test('a planted token is a sighting of the highest severity that nothing lets pass', () => {
  const empty = { version: 1 as const, key: '00'.repeat(32), tokens: [] }
  const { store } = withHoneytoken(empty, 'github-pat', 'wiki page', [tokenOf(8)], 0)
  const scanner = scannerWith({ honeytokens: store, allowed: { rules: ['github-pat'] } })
  const [finding, ...more] = scanner.scanFile('a.py', Buffer.from(`t = "${tokenOf(8)}" # telltale:ignore\n`))
  assert.deepEqual(more, [])
  assert.deepEqual([finding!.kind, finding!.severity, finding!.confidence], ['honeytoken', 'mortal', 1])
})
