import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { FileFinding } from '../../src/scanner/files/file-finding.ts'
import { tokenOf } from '../scanner/files/scanner-fixture.ts'

const LAUNCHER = join(import.meta.dirname, '../../bin/telltale')
const root = mkdtempSync(join(tmpdir(), 'telltale-scan-'))
after(() => rmSync(root, { recursive: true, force: true }))

const ENV = {
  PATH: process.env['PATH'],
  HOME: root,
  XDG_STATE_HOME: join(root, 'state'),
  TELLTALE_CACHE_DIR: join(root, 'cache'),
  TELLTALE_HOME: join(root, '.telltale'),
}

function telltale(args: readonly string[], options: { cwd?: string; input?: string } = {}) {
  const { status, stdout, stderr } = spawnSync(LAUNCHER, args, {
    cwd: options.cwd ?? root,
    input: options.input ?? '',
    env: ENV,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}
const findingsOf = (stdout: string): FileFinding[] =>
  (JSON.parse(stdout) as { findings: FileFinding[] }).findings

test('standard input: lines of a log, exit 1, nothing shown in full', () => {
  const input = `one\ntwo token=${tokenOf(1)} telltale:ignore\nthree\n`
  const { status, stdout, stderr } = telltale(['scan', '-', '--format', 'json'], { input })
  assert.equal(status, 1)
  assert.deepEqual(
    findingsOf(stdout).map((f) => [f.path, f.line, f.column, f.endLine, f.endColumn, f.ruleId]),
    [['-', 2, 11, 2, 51, 'github-pat']],
  )
  assert.ok(!(stdout + stderr).includes(tokenOf(1)))
})

test('exit status: 0 clean, 1 at or above --fail-on, 2 for an error', () => {
  mkdirSync(join(root, 'exit'))
  writeFileSync(join(root, 'exit/a.txt'), 'nothing here\n')
  assert.equal(telltale(['scan', 'exit']).status, 0)
  writeFileSync(join(root, 'exit/a.txt'), `sk_te${'st_'}${tokenOf(2).slice(4, 36)}\n`)
  assert.equal(telltale(['scan', 'exit']).status, 1)
  assert.equal(telltale(['scan', 'exit', '--fail-on', 'mortal']).status, 0)
  assert.equal(telltale(['scan', 'nowhere']).status, 2)
  assert.equal(telltale(['scan', 'exit', '--staged', '--diff']).status, 2)
  assert.equal(telltale(['scan', 'exit', '--reveal']).status, 2)
  assert.equal(telltale(['scan', 'exit', '--format', 'bogus']).status, 2)
  assert.equal(telltale(['scan', 'exit', '--frobnicate']).status, 2)
})

test('a baseline lets pass what it knows, on another machine too, and holds no secret', () => {
  mkdirSync(join(root, 'base'))
  const file = join(root, 'base/a.txt')
  writeFileSync(file, `token ${tokenOf(3)}\n`)
  telltale(['scan', '.', '--save-baseline', '../baseline.json'], { cwd: join(root, 'base') })
  const baseline = readFileSync(join(root, 'baseline.json'), 'utf8')
  assert.ok(!baseline.includes(tokenOf(3)))
  rmSync(join(root, 'state'), { recursive: true, force: true })
  const known = telltale(['scan', '.', '--baseline', '../baseline.json'], { cwd: join(root, 'base') })
  assert.equal(known.status, 0)
  writeFileSync(file, `new ${tokenOf(4)}\nmoved down\n`)
  const fresh = telltale(['scan', '.', '--baseline', '../baseline.json', '-f', 'json'], {
    cwd: join(root, 'base'),
  })
  assert.equal(fresh.status, 1)
  assert.match(fresh.stderr, /1 of the baseline are no longer found/)
  assert.equal(findingsOf(fresh.stdout).length, 1)
})

test('your rules count: a folder, a file of the project, one that is named; a bad file is told with its place', () => {
  const folder = join(root, 'own')
  mkdirSync(join(folder, 'rules'), { recursive: true })
  writeFileSync(
    join(folder, 'rules/a.yaml'),
    'id: acme-key\npattern: acme_[a-z0-9]{12}\nseverity: venial\ndescription: Acme key\n',
  )
  writeFileSync(join(folder, 'rules/bad.toml'), 'id = "x"\npattern = 7\n')
  writeFileSync(join(folder, '.telltale-scan.yaml'), 'allow:\n  paths: [skipped/]\n')
  mkdirSync(join(folder, 'skipped'))
  const text = `deploy acme_${'q8w2n5z7k1x3'} done\n`
  writeFileSync(join(folder, 'a.txt'), text)
  writeFileSync(join(folder, 'skipped/b.txt'), text)
  const { stdout, stderr } = telltale(['scan', '.', '--rules-dir', 'rules', '-f', 'jsonl'], { cwd: folder })
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as FileFinding).ruleId),
    ['acme-key'],
  )
  assert.match(stderr, /bad\.toml:2:1: .*pattern/)
  const listed = telltale(['rules', 'list', '--rules-dir', 'rules', '--json'], { cwd: folder })
  const rules = JSON.parse(listed.stdout) as { id: string; origin: string }[]
  assert.ok(rules.length > 500 && rules.some((rule) => rule.id === 'acme-key' && rule.origin === 'user'))
})

test('rules test runs the examples of a file and fails with them', () => {
  const rule = (example: string) =>
    `id: acme\npattern: acme-[0-9]+\nseverity: mortal\ndescription: Acme\nexamples:\n  true: ["${example}"]\n  false: ["acme-x"]\n`
  writeFileSync(join(root, 'good.yaml'), rule('x acme-7'))
  writeFileSync(join(root, 'wrong.yaml'), rule('x acme7'))
  assert.equal(telltale(['rules', 'test', 'good.yaml']).status, 0)
  const wrong = telltale(['rules', 'test', 'wrong.yaml'])
  assert.equal(wrong.status, 1)
  assert.match(wrong.stdout, /acme: "x acme7" was not found/)
})

test('the pre-commit hook stops a commit with a secret, and only that', () => {
  const repo = join(root, 'hooked')
  mkdirSync(repo)
  const git = (...args: string[]) =>
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
      cwd: repo,
      env: ENV,
      encoding: 'utf8',
    })
  execFileSync('git', ['init', '-q', repo], { env: ENV })
  assert.equal(telltale(['hook', 'install'], { cwd: repo }).status, 0)
  writeFileSync(join(repo, 'a.txt'), 'fine\n')
  git('add', '-A')
  assert.equal(git('commit', '-q', '-m', 'fine').status, 0)
  writeFileSync(join(repo, 'a.txt'), `token ${tokenOf(5)}\n`)
  const stopped = git('commit', '-q', '-a', '-m', 'leak')
  assert.equal(stopped.status, 1)
  assert.ok(!(stopped.stdout + stopped.stderr).includes(tokenOf(5)))
  assert.equal(telltale(['hook', 'remove'], { cwd: repo }).status, 0)
  assert.ok(!existsSync(join(repo, '.git/hooks/pre-commit')))
  writeFileSync(join(repo, '.git/hooks/pre-commit'), '#!/bin/sh\n')
  assert.equal(telltale(['hook', 'install'], { cwd: repo }).status, 64)
})

test('--reveal writes the secret to the file asked for, readable by its owner only', () => {
  mkdirSync(join(root, 'reveal'))
  writeFileSync(join(root, 'reveal/a.txt'), `token ${tokenOf(6)}\n`)
  const { stdout, stderr } = telltale(['scan', 'reveal', '--reveal', '-f', 'json', '-o', 'out.json'])
  assert.ok(!(stdout + stderr).includes(tokenOf(6)))
  assert.equal(findingsOf(readFileSync(join(root, 'out.json'), 'utf8'))[0]!.secret, tokenOf(6))
  assert.equal(statSync(join(root, 'out.json')).mode & 0o077, 0)
})
