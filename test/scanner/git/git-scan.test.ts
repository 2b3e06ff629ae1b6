import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { AllowList } from '../../../src/scanner/allow-list.ts'
import { GitRepository } from '../../../src/scanner/git/git-process.ts'
import {
  type GitScanOptions,
  scanHistory,
  scanStaged,
  scanUncommitted,
} from '../../../src/scanner/git/git-scan.ts'
import { scannerWith, settingsWith, tokenOf } from '../files/scanner-fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'telltale-git-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const ENV = {
  PATH: process.env['PATH'],
  HOME: folder,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
}

class Repo {
  readonly path: string
  constructor(name: string) {
    this.path = join(folder, name)
    mkdirSync(this.path)
    this.git('init', '-q', '-b', 'main')
  }
  git(...args: string[]): string {
    return execFileSync('git', ['-C', this.path, ...args], { env: ENV, encoding: 'utf8', stdio: 'pipe' })
  }
  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true })
    writeFileSync(join(this.path, name), text)
  }
  commit(message: string): string {
    this.git('add', '-A')
    this.git('commit', '-q', '--allow-empty', '-m', message)
    return this.git('rev-parse', 'HEAD').trim()
  }
  options(): GitScanOptions {
    const settings = settingsWith()
    return {
      repository: new GitRepository(this.path, process.env),
      scanner: scannerWith(),
      allow: new AllowList(settings.allow),
      paths: settings.paths,
      onProgress: () => {},
    }
  }
}

test('history finds root commits, deleted files, other branches, stashes and what only a merge brought in', async () => {
  const repo = new Repo('history')
  repo.write('root.env', `A=${tokenOf(1)}\n`)
  const root = repo.commit('root')
  repo.git('rm', '-q', 'root.env')
  repo.commit('delete')
  repo.git('checkout', '-q', '-b', 'side')
  repo.write('side.txt', `b ${tokenOf(2)}\n`)
  const side = repo.commit('side')
  repo.git('checkout', '-q', 'main')
  repo.write('main.txt', 'plain\n')
  repo.commit('main')
  repo.git('merge', '-q', '--no-ff', '--no-commit', 'side')
  repo.write('merge.txt', `only here ${tokenOf(3)}\n`)
  const merge = repo.commit('merge')
  repo.write('main.txt', `stashed ${tokenOf(4)}\n`)
  repo.git('stash', '-q')
  const options = repo.options()
  const findings = await scanHistory(null, options)
  const found = Object.fromEntries(findings.map((f) => [f.path, f.commit!.id]))
  assert.equal(found['root.env'], root)
  assert.equal(found['side.txt'], side)
  assert.equal(found['merge.txt'], merge)
  assert.ok('main.txt' in found)
  assert.equal(findings.length, 4)
  assert.equal(findings[0]!.commit!.author, 'Ada')
  assert.match(findings[0]!.commit!.date, /^\d{4}-\d\d-\d\dT/)
  assert.ok(options.scanner.totals.commits >= 6)
})

test('a secret that stays while its file changes is told once, for the commit that brought it in', async () => {
  const repo = new Repo('stays')
  repo.write('a.txt', `x\ntoken ${tokenOf(5)}\n`)
  const first = repo.commit('one')
  for (let i = 0; i < 5; i++) {
    repo.write('a.txt', `x ${i}\nmore\ntoken ${tokenOf(5)}\n`)
    repo.commit(`more ${i}`)
  }
  const findings = await scanHistory(null, repo.options())
  assert.deepEqual(
    findings.map((f) => [f.commit!.id, f.line]),
    [[first, 2]],
  )
  repo.write('b.txt', `token ${tokenOf(6)}\n`)
  repo.commit('new')
  const since = await scanHistory(first, repo.options())
  assert.deepEqual(since.map((f) => f.path).sort(), ['a.txt', 'b.txt'])
})

test('staged is what the index adds to HEAD, also before the first commit', async () => {
  const repo = new Repo('staged')
  repo.write('a.txt', `old ${tokenOf(7)}\n`)
  repo.git('add', '-A')
  assert.equal((await scanStaged(repo.options())).length, 1)
  repo.commit('one')
  repo.write('a.txt', `old ${tokenOf(7)}\nnew ${tokenOf(8)}\n`)
  repo.write('ü b.txt', `new ${tokenOf(9)}\n`)
  repo.git('add', '-A')
  repo.write('c.txt', `not staged ${tokenOf(10)}\n`)
  const staged = await scanStaged(repo.options())
  assert.deepEqual(staged.map((f) => `${f.path}:${f.line}`).sort(), ['a.txt:2', 'ü b.txt:1'])
})

test('diff is what the working tree adds to HEAD, with new files and without ignored ones', async () => {
  const repo = new Repo('diff')
  repo.write('.gitignore', 'ignored.txt\n')
  repo.write('a.txt', `old ${tokenOf(11)}\n`)
  repo.commit('one')
  repo.write('a.txt', `line\nold ${tokenOf(11)}\nnew ${tokenOf(12)}\n`)
  repo.write('sub/new.txt', `new ${tokenOf(13)}\n`)
  repo.write('ignored.txt', `new ${tokenOf(14)}\n`)
  const found = await scanUncommitted(repo.path, repo.options())
  assert.deepEqual(found.map((f) => `${f.path}:${f.line}`).sort(), ['a.txt:3', 'sub/new.txt:1'])
})

test('nothing a hostile repository names is run', async () => {
  const repo = new Repo('hostile')
  const trap = join(folder, 'sprung')
  const spring = join(repo.path, 'spring.sh')
  repo.write('spring.sh', `#!/bin/sh\necho "$0" >> ${trap}\ncat\n`)
  execFileSync('chmod', ['+x', spring])
  repo.write('.gitattributes', '* filter=evil diff=evil\n')
  repo.write('a.txt', `token ${tokenOf(15)}\n`)
  repo.git('add', '-A')
  repo.git('commit', '-q', '-m', 'one')
  for (const setting of [
    'core.fsmonitor',
    'core.pager',
    'core.sshCommand',
    'core.askPass',
    'diff.external',
    'diff.evil.command',
    'diff.evil.textconv',
    'filter.evil.clean',
    'filter.evil.smudge',
    'filter.evil.process',
    'gpg.program',
    'credential.helper',
  ]) {
    repo.git('config', setting, spring)
  }
  repo.git('config', 'log.showSignature', 'true')
  repo.git('config', 'filter.evil.required', 'true')
  for (const hook of ['post-index-change', 'pre-commit', 'post-checkout', 'fsmonitor-watchman']) {
    repo.write(`.git/hooks/${hook}`, `#!/bin/sh\necho ${hook} >> ${trap}\n`)
    execFileSync('chmod', ['+x', join(repo.path, '.git/hooks', hook)])
  }
  repo.write('a.txt', `token ${tokenOf(15)}\nnew ${tokenOf(16)}\n`)
  assert.equal((await scanHistory(null, repo.options())).length, 1)
  assert.equal((await scanStaged(repo.options())).length, 0)
  assert.equal((await scanUncommitted(repo.path, repo.options())).length, 1)
  assert.ok(!existsSync(trap))
})

test('a folder without a repository, or a revision that does not exist, is an error that says so', async () => {
  const options = { ...new Repo('empty').options(), repository: new GitRepository(folder, process.env) }
  await assert.rejects(scanHistory(null, options), { code: 'INPUT_UNREADABLE' })
  const repo = new Repo('none')
  repo.commit('one')
  await assert.rejects(scanHistory('nowhere', repo.options()), { code: 'INPUT_UNREADABLE' })
  await assert.rejects(scanHistory('--output=sprung', repo.options()), {
    code: 'INPUT_UNREADABLE',
  })
})
