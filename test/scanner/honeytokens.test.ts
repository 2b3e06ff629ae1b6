import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { seededRandom } from '../../src/core/clock.ts'
import { builtinRules } from '../../src/scanner/builtin-rules.ts'
import { DEFAULT_SCANNER_CONFIG } from '../../src/scanner/config.ts'
import { ScanEngine } from '../../src/scanner/engine.ts'
import {
  HONEYTOKEN_KINDS,
  honeytokenLookup,
  makeHoneytoken,
  openHoneytokenStore,
  readHoneytokenStore,
  withHoneytoken,
  writeHoneytokenStore,
} from '../../src/scanner/honeytokens.ts'
import { matchesIn, secretsIn } from './scan-text.ts'

const dir = mkdtempSync(join(tmpdir(), 'telltale-honey-'))
after(() => rmSync(dir, { recursive: true }))

test('a token of every kind is seen in its line, named, and at full confidence', () => {
  const random = seededRandom(11)
  for (const [kind, { line }] of Object.entries(HONEYTOKEN_KINDS)) {
    const token = makeHoneytoken(kind, random)
    const text = line.replace('%s', () => token)
    const made = withHoneytoken(
      openHoneytokenStore(join(dir, 'none.json')),
      kind,
      '',
      [token, ...secretsIn(text)],
      0,
    )
    const engine = new ScanEngine({
      config: DEFAULT_SCANNER_CONFIG,
      rules: builtinRules(),
      fingerprintKey: new Uint8Array(32),
      honeytoken: honeytokenLookup(made.store),
    })
    const found = matchesIn(`log: ${text} end`, {}, engine)
    assert.ok(
      found.some((m) => m.honeytoken === made.id && m.confidence === 1),
      kind,
    )
  }
})

test('at least eight kinds can be made', () => {
  assert.ok(Object.keys(HONEYTOKEN_KINDS).length >= 8)
})

test('the file holds no token, is readable by its owner only, and reads back', () => {
  const path = join(dir, 'store.json')
  const token = makeHoneytoken('github-pat', seededRandom(3))
  writeHoneytokenStore(
    path,
    withHoneytoken(openHoneytokenStore(path), 'github-pat', 'in the wiki', [token], 0).store,
  )
  const text = readFileSync(path, 'utf8')
  assert.ok(!text.includes(token) && !text.includes(token.slice(4, 16)))
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const store = readHoneytokenStore(path)
  assert.equal(honeytokenLookup(store)(token), store.tokens[0]!.id)
  assert.equal(honeytokenLookup(store)(`${token}x`), null)
})

test('a damaged file is refused with its path and the place', () => {
  const path = join(dir, 'bad.json')
  writeFileSync(path, '{"version":1,"key":"00","tokens":[]}')
  assert.throws(() => readHoneytokenStore(path), { code: 'CONFIG_INVALID' })
  assert.throws(() => readHoneytokenStore(join(dir, 'absent.json')), { code: 'CONFIG_UNREADABLE' })
})
