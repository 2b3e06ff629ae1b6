import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { TelltaleError } from '../../src/core/errors.ts'
import { SnapshotFiles } from '../../src/state/snapshot-files.ts'
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
})

test('a snapshot reads back as it was written', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 50, unit: 'grapheme' }),
      fc.maxSafeNat(),
      fc.uint8Array({ maxLength: 500 }),
      (stream, offset, state) => {
        const written = { stream, offset, writtenMs: 12.5, state }
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

test('the newest of two is loaded; older ones and temporary files are gone', async () => {
  const store = new SnapshotFiles(join(dir, 'deep'))
  for (let i = 0; i < 5; i++) await store.save(snapshot(i))
  await store.save(snapshot(99, 'otlp'))
  const loaded = await store.load('kafka:otlp_logs/3', () => {}, assert.fail)
  assert.equal(loaded?.offset, 4)
  assert.equal(readdirSync(join(dir, 'deep')).length, 3)
})

test('a torn newest snapshot falls back to the one before it, and says so', async () => {
  const store = new SnapshotFiles(dir)
  await store.save(snapshot(1))
  await store.save(snapshot(2))
  const newest = readdirSync(dir).sort().at(-1)!
  truncateSync(join(dir, newest), readFileSync(join(dir, newest)).length - 1)
  const why: string[] = []
  const loaded = await store.load(
    'kafka:otlp_logs/3',
    () => {},
    (e) => why.push(e.code),
  )
  assert.equal(loaded?.offset, 1)
  assert.deepEqual(why, ['STATE_DAMAGED'])
})

test('content that does not fit is passed over; nothing left is a cold start', async () => {
  const store = new SnapshotFiles(dir)
  await store.save(snapshot(1))
  const why: string[] = []
  const use = () => {
    throw new TelltaleError('STATE_SCHEMA', 'older')
  }
  assert.equal(await store.load('kafka:otlp_logs/3', use, (e) => why.push(e.code)), null)
  assert.deepEqual(why, ['STATE_SCHEMA'])
  assert.equal(await store.load('never-seen', () => {}, assert.fail), null)
})

test('a folder that cannot be written is an error with the system code', async () => {
  writeFileSync(join(dir, 'file'), '')
  await assert.rejects(new SnapshotFiles(join(dir, 'file', 'x')).save(snapshot(1)))
})
