import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

const BIN = join(import.meta.dirname, '../../bin/telltale')
const GITHUB = `ghp_${'0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uVwXy'}`

const tail = (input: string, ...args: string[]) =>
  spawnSync(BIN, ['tail', ...args], { input, encoding: 'utf8' })

test('tail reads standard input, prints masked findings and never the secret', () => {
  const run = tail(`fine\nlogin token=${GITHUB} ok\n`, '--format', 'jsonl', '--fail', '-')
  assert.equal(run.status, 1)
  const finding = JSON.parse(run.stdout)
  assert.deepEqual([finding.line, finding.column, finding.endColumn], [2, 13, 53])
  assert.ok(!run.stdout.includes(GITHUB.slice(4)) && !run.stderr.includes(GITHUB.slice(4)))
})

test('tail tells a file that is not there by name and exit status', () => {
  const run = tail('', '/nowhere/at-all.log')
  assert.equal(run.status, 66)
  assert.match(run.stderr, /at-all\.log/)
})
