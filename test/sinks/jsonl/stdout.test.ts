import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { anomaly } from '../../support/findings.ts'

const CHILD = join(import.meta.dirname, '../../support/stdout-child.ts')
const run = (...args: string[]) =>
  spawn(process.execPath, ['--conditions=telltale-source', '--no-warnings', CHILD, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })

test('with no configuration findings come out on standard output, whole, however slow the reader', async () => {
  const child = run('2000')
  await new Promise((resolve) => setTimeout(resolve, 300))
  let text = ''
  for await (const chunk of child.stdout) text += chunk
  const lines = text.trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).id),
    Array.from({ length: 2000 }, (_, i) => anomaly(i + 1).id),
  )
})

test('a reader that goes away ends nothing: findings are given up and counted', async () => {
  const child = run('12000')
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  child.stdout.once('data', () => child.stdout.destroy())
  const code = await new Promise((resolve) => child.on('close', resolve))
  assert.equal(code, 0, errors)
  assert.match(errors, /refused [1-9]\d*/)
})
