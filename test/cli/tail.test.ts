import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
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

test('tail knows the rules and allow lists of the configuration and of the rules folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-tail-'))
  try {
    writeFileSync(
      join(folder, 'own.yaml'),
      'rules:\n  - { id: acme-key, pattern: "acme_[a-z0-9]{20}", severity: mortal, description: Acme key }\n',
    )
    const config = join(folder, 'telltale.yaml')
    writeFileSync(config, 'scanner:\n  personalData: true\n  allow: { rules: [github-pat] }\n')
    const acme = `acme_${'k3x9q1z7m2p8w4v6b5n0'}`
    const cpf = '529.982.247-25'
    const input = `a ${acme}\nb ${GITHUB}\ncpf=${cpf}\n`
    const idsOf = (...args: string[]): string[] =>
      tail(input, '--format', 'jsonl', ...args, '-')
        .stdout.split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line).ruleId)
    const own = join(folder, 'rules.d')
    assert.deepEqual(idsOf('--rules-dir', own), ['github-pat'])
    assert.deepEqual(idsOf('--rules-dir', folder, '--disable', 'github-pat'), ['acme-key'])
    const [first, ...rest] = idsOf('--rules-dir', folder, '--config', config)
    assert.equal(first, 'acme-key')
    assert.equal(rest.length, 1, 'the number, and not what the allow list lets pass')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
