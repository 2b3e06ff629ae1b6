import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FollowedFile } from '../../../src/scanner/tail/followed-file.ts'

const dir = mkdtempSync(join(tmpdir(), 'telltale-tail-'))
after(() => rmSync(dir, { recursive: true }))

function follow(name: string) {
  let text = ''
  const path = join(dir, name)
  const file = new FollowedFile(path, {
    onBytes: (chunk) => {
      text += Buffer.from(chunk).toString()
    },
    onReset: () => {
      text += '|'
    },
  })
  return {
    path,
    read: (): string => {
      while (file.poll(1 << 20));
      return text
    },
    close: () => file.close(),
  }
}

test('a file that appears later is read from its beginning, and what is added as it comes', () => {
  const f = follow('late.log')
  assert.equal(f.read(), '')
  writeFileSync(f.path, 'one\n')
  assert.equal(f.read(), 'one\n')
  appendFileSync(f.path, 'two\n')
  assert.equal(f.read(), 'one\ntwo\n')
  f.close()
})

test('what was written before a rotation is read before the new file', () => {
  const f = follow('rotated.log')
  writeFileSync(f.path, 'a\n')
  f.read()
  appendFileSync(f.path, 'b\n')
  renameSync(f.path, `${f.path}.1`)
  appendFileSync(`${f.path}.1`, 'c\n')
  writeFileSync(f.path, 'd\n')
  assert.equal(f.read(), 'a\nb\nc\n|d\n')
  f.close()
})

test('a rotation that leaves no file for a while loses nothing', () => {
  const f = follow('gap.log')
  writeFileSync(f.path, 'a\n')
  f.read()
  renameSync(f.path, `${f.path}.1`)
  appendFileSync(`${f.path}.1`, 'b\n')
  assert.equal(f.read(), 'a\nb\n')
  writeFileSync(f.path, 'c\n')
  assert.equal(f.read(), 'a\nb\n|c\n')
  f.close()
})

test('a truncated file is read anew', () => {
  const f = follow('truncated.log')
  writeFileSync(f.path, 'a long line\n')
  f.read()
  truncateSync(f.path, 0)
  appendFileSync(f.path, 'new\n')
  assert.equal(f.read(), 'a long line\n|new\n')
  f.close()
})
