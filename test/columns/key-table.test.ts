import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KeyTable, MAX_KEYS, ROLE_HASH } from '../../src/columns/key-table.ts'

const intern = (table: KeyTable, key: string): number => {
  const bytes = Buffer.from(`..${key}`)
  return table.intern(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes, 2, bytes.length)
}

test('a key keeps its id, its name and its roles', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }), { maxLength: 200 }),
      (keys) => {
        const table = new KeyTable(7)
        const texts = keys.filter((k) => k.isWellFormed() && Buffer.byteLength(k) < 255)
        const ids = texts.map((k) => intern(table, k))
        assert.equal(new Set(ids).size, texts.length)
        texts.forEach((k, i) => {
          assert.equal(table.reserve(k, ROLE_HASH), ids[i])
          assert.equal(table.name(ids[i]!), k)
          assert.equal(table.roles[ids[i]!], ROLE_HASH)
        })
      },
    ),
  )
})

test('keys that differ only in padding stay apart', () => {
  const table = new KeyTable(0)
  const keys = ['a', 'a\0', 'a\0\0', 'a\0\0\0', '\0', '\0\0']
  assert.equal(new Set(keys.map((k) => intern(table, k))).size, keys.length)
})

test('a full table answers 0 for new keys and keeps the old ones', () => {
  const table = new KeyTable(0)
  const first = intern(table, 'service.name')
  for (let i = 0; i < MAX_KEYS + 10; i++) intern(table, `attacker.key.${i}`)
  assert.equal(intern(table, 'one.more'), 0)
  assert.equal(intern(table, 'service.name'), first)
  assert.equal(intern(table, ''), 0)
  assert.equal(intern(table, 'x'.repeat(300)), 0)
})

test('matches compares whole keys of four bytes and more', () => {
  const table = new KeyTable(0)
  const id = intern(table, 'http.route')
  const bytes = Buffer.from('http.routehttp.routf')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  assert.equal(table.matches(id, view, 0, 10), true)
  assert.equal(table.matches(id, view, 10, 20), false)
  assert.equal(table.matches(id, view, 0, 9), false)
})
