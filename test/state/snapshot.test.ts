import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { wholeValue } from '../../src/core/blob-store.ts'
import { TelltaleError } from '../../src/core/errors.ts'
import { BlobFiles } from '../../src/state/blob-files.ts'
import { decodeSnapshot, encodeSnapshot } from '../../src/state/snapshot-format.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'telltale-snapshot-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const snapshot = (offset: number, stream = 'kafka:otlp_logs/3') => ({
  stream,
  offset,
  writtenMs: 1_760_000_000_000.5,
  state: new Uint8Array([1, 2, 3, offset]),
  memory: new Uint8Array([4]),
})

test('a snapshot reads back as it was written', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 50, unit: 'grapheme' }),
      fc.maxSafeNat(),
      fc.uint8Array({ maxLength: 500 }),
      fc.uint8Array({ maxLength: 50 }),
      (stream, offset, state, memory) => {
        const written = { stream, offset, writtenMs: 12.5, state, memory }
        assert.deepEqual(decodeSnapshot(encodeSnapshot(written)), written)
      },
    ),
  )
})

test('a snapshot cut or altered at any byte is an error, never a wrong state', () => {
  const bytes = encodeSnapshot(snapshot(7))
  for (let i = 0; i < bytes.length; i++) {
    assert.throws(() => decodeSnapshot(bytes.subarray(0, i)), TelltaleError)
    const altered = Buffer.from(bytes)
    altered[i] = altered[i]! ^ 0x10
    assert.throws(() => decodeSnapshot(altered), TelltaleError, `byte ${i}`)
  }
})

const value = (text: string) => wholeValue(Buffer.from(text))

const all = async (store: BlobFiles, key: string): Promise<string[]> => {
  const out: string[] = []
  for await (const value of store.get(key)) out.push(Buffer.from(value).toString())
  return out
}

test('the newest two values of a key are kept, newest first; temporary files are gone', async () => {
  const store = new BlobFiles(join(dir, 'deep'))
  for (let i = 0; i < 12; i++) await store.put('kafka:a/1', value(`v${i}`))
  await store.put('kafka:a/11', value('other'))
  assert.deepEqual(await all(store, 'kafka:a/1'), ['v11', 'v10'])
  assert.equal(readdirSync(join(dir, 'deep')).length, 3)
  assert.deepEqual(await all(store, 'never seen'), [])
})

test('keys that look alike as file names stay apart', async () => {
  const store = new BlobFiles(dir)
  for (const key of ['a/b', 'a-b', 'a.b', 'a b']) await store.put(key, value(key))
  for (const key of ['a/b', 'a-b', 'a.b', 'a b']) assert.deepEqual(await all(store, key), [key])
})

test('a write that fails leaves the value before it and says which system error it was', async () => {
  writeFileSync(join(dir, 'file'), '')
  await assert.rejects(new BlobFiles(join(dir, 'file', 'x')).put('k', value('v')), {
    code: 'ENOTDIR',
  })
})

test('a value that may not be seen is never there, and leaves no file', async () => {
  const store = new BlobFiles(dir)
  await store.put('k', value('old'))
  const sealed = Promise.reject(new Error('not ours'))
  await assert.rejects(store.put('k', { ...value('new'), sealed }), /not ours/)
  assert.deepEqual(await all(store, 'k'), ['old'])
  assert.equal(readdirSync(dir).length, 1)
})
