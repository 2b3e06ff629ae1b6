import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { TelltaleError } from '../../src/core/errors.ts'
import { DataDirLock } from '../../src/state/data-dir-lock.ts'

const folder = (): string => mkdtempSync(join(tmpdir(), 'telltale-lock-'))
const locked = (error: unknown): boolean => error instanceof TelltaleError && error.code === 'DATA_DIR_LOCKED'

/** The lock as some other process would have left it. */
async function leftBehind(dir: string, over: Record<string, unknown>): Promise<void> {
  const lock = await DataDirLock.take(dir)
  const holder = JSON.parse(readFileSync(join(dir, 'lock'), 'utf8'))
  lock.release()
  writeFileSync(join(dir, 'lock'), JSON.stringify({ ...holder, nonce: 'other', ...over }))
}

test('a folder is taken once, and again when it was given back', async () => {
  const dir = folder()
  const first = await DataDirLock.take(dir)
  await assert.rejects(
    DataDirLock.take(dir),
    (e) => locked(e) && (e as Error).message.includes(`${process.pid}`),
  )
  first.release()
  first.release()
  const second = await DataDirLock.take(dir)
  first.release() // not its own any more
  await assert.rejects(DataDirLock.take(dir), locked)
  second.release()
  assert.deepEqual(readdirSync(dir), [])
})

test('the lock of a process that is gone is taken over, also when its number is used again', async () => {
  for (const gone of [{ pid: 4_000_000, began: '1' }, { began: '1' }]) {
    const dir = folder()
    await leftBehind(dir, gone)
    const lock = await DataDirLock.take(dir)
    assert.equal(JSON.parse(readFileSync(join(dir, 'lock'), 'utf8')).pid, process.pid)
    lock.release()
  }
})

test('a holder in another container is believed while it touches its file, and gone when it does not', async () => {
  const dir = folder()
  await leftBehind(dir, { place: 'elsewhere' })
  const touching = setInterval(() => utimesSync(join(dir, 'lock'), new Date(), new Date()), 200)
  await assert.rejects(DataDirLock.take(dir), locked)
  clearInterval(touching)
  const lock = await DataDirLock.take(dir)
  lock.release()
})

test('a lock of noise stops no start', async () => {
  const dir = folder()
  writeFileSync(join(dir, 'lock'), '{"pid":')
  const lock = await DataDirLock.take(dir)
  lock.release()
})

test('a folder that cannot be written is an error that says so', async () => {
  const dir = folder()
  writeFileSync(join(dir, 'file'), '')
  await assert.rejects(DataDirLock.take(join(dir, 'file')), /dataDir: cannot lock .* \((EEXIST|ENOTDIR)\)/)
})

test('of many that find a stale lock at once one gets it', async () => {
  const dir = folder()
  await leftBehind(dir, { pid: 4_000_000, began: '1' })
  const source = join(import.meta.dirname, '../../src/state/data-dir-lock.ts')
  const code = `
    const { DataDirLock } = await import(${JSON.stringify(source)})
    process.stdin.once('data', () => DataDirLock.take(${JSON.stringify(dir)}).then(() => console.log('got'), () => console.log('no')))
    console.log('ready')
    setInterval(() => {}, 1000)`
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--conditions=telltale-source', '--input-type=module', '-e', code], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  )
  await Promise.all(children.map((c) => once(c.stdout, 'data')))
  for (const child of children) child.stdin.write('go')
  const said = await Promise.all(
    children.map(async (c) => String(((await once(c.stdout, 'data')) as [Buffer])[0]).trim()),
  )
  for (const child of children) child.kill('SIGKILL')
  assert.deepEqual(said.sort(), ['got', 'no', 'no', 'no'])
})
