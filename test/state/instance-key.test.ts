import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { TelltaleError } from '../../src/core/errors.ts'
import { deriveInstanceKey, loadInstanceKey } from '../../src/state/instance-key.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'telltale-key-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('the key is made once, kept private, and gives the same values ever after', () => {
  const nested = join(dir, 'a', 'b')
  const first = loadInstanceKey(nested)
  assert.deepEqual(loadInstanceKey(nested), first)
  assert.deepEqual(readdirSync(nested), ['instance.key'])
  assert.equal(statSync(join(nested, 'instance.key')).mode & 0o777, 0o600)
  assert.notDeepEqual(loadInstanceKey(join(dir, 'other')), first)
})

test('fingerprint key and hash seed are independent of each other', () => {
  const { fingerprintKey, hashSeed } = deriveInstanceKey(new Uint8Array(32))
  assert.equal(fingerprintKey.length, 32)
  assert.notEqual(new DataView(fingerprintKey.buffer).getInt32(0, true), hashSeed)
})

test('a damaged key file is an error that says what to do', () => {
  writeFileSync(join(dir, 'instance.key'), 'short')
  assert.throws(
    () => loadInstanceKey(dir),
    (e) => e instanceof TelltaleError && e.code === 'STATE_DAMAGED' && /delete it/.test(e.message),
  )
})
