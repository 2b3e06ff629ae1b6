import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { seededRandom } from '../../../src/core/clock.ts'
import { CachedLines, KEY_LENGTH } from '../../../src/scanner/files/cached-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'telltale-lines-'))
after(() => rmSync(folder, { recursive: true }))
let files = 0
const linesOf = (text: string): CachedLines => {
  const file = join(folder, `${files++}.jsonl`)
  writeFileSync(file, text, 'latin1')
  return new CachedLines(file)
}
const key = (n: number): string => `key${n}`.padEnd(KEY_LENGTH, '-')
const line = (n: number, rest = ''): string => `["${key(n)}",${n},"${rest}"]`

test('every line is found by its key, in any order, once', () => {
  const random = seededRandom(5)
  const all = Array.from({ length: 5000 }, (_, n) => line(n, 'x'.repeat(Math.floor(random() * 90))))
  const lines = linesOf(`${all.join('\n')}\n`)
  const order = all.map((_, n) => n).sort(() => random() - 0.5)
  for (const n of order) assert.equal(lines.take(key(n)), all[n])
  for (const n of order.slice(0, 100)) assert.equal(lines.take(key(n)), null)
  assert.deepEqual([...lines.rest()], [])
  lines.close()
})

test('a line longer than the window is read whole', () => {
  const long = line(1, 'é'.repeat(300_000))
  const lines = linesOf([line(0), long, line(2)].join('\n'))
  assert.equal(lines.take(key(1)), long)
  assert.deepEqual([...lines.rest()], [line(0), line(2)])
  lines.close()
})

test('of two lines of one key the last counts and neither is left', () => {
  const lines = linesOf([line(0, 'old'), line(1), line(0, 'new')].join('\n'))
  assert.equal(lines.take(key(0)), line(0, 'new'))
  assert.deepEqual([...lines.rest()], [line(1)])
  lines.close()
})

test('a file that is missing, empty or torn has the lines it has', () => {
  assert.equal(new CachedLines(join(folder, 'none')).take(key(0)), null)
  assert.equal(linesOf('').take(key(0)), null)
  const torn = linesOf(`${line(0)}\n["ke`)
  assert.equal(torn.take(key(1)), null)
  assert.equal(torn.take(key(0)), line(0))
  torn.close()
  assert.equal(torn.take(key(0)), null)
})
