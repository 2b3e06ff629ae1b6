import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type FileFinding, newTotals } from '../../../src/scanner/files/file-finding.ts'
import { scanTree, type TreeOptions } from '../../../src/scanner/files/scan-tree.ts'
import { settingsWith, tokenOf } from './scanner-fixture.ts'

const root = mkdtempSync(join(tmpdir(), 'telltale-tree-'))
after(() => rmSync(root, { recursive: true, force: true }))

/** A file whose times are long past, so that the cache trusts them. */
function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
  utimesSync(join(root, path), 1e9, 1e9)
}

async function scan(
  folder: string,
  more: Partial<TreeOptions> = {},
): Promise<{ findings: FileFinding[]; paths: string[]; totals: ReturnType<typeof newTotals> }> {
  const totals = newTotals()
  const findings = await scanTree(
    [join(root, folder)],
    {
      settings: settingsWith(),
      gitignore: true,
      jobs: 1,
      cacheFolder: null,
      env: { TELLTALE_CACHE_DIR: join(root, 'user-cache') },
      version: 'test',
      onProgress: () => {},
      ...more,
    },
    totals,
  )
  return { findings, totals, paths: findings.map((f) => f.path.slice(join(root, folder).length + 1)) }
}

test('ignore files count with their negations, deeper ones over those above; git and links are left out', async () => {
  const secret = (seed: number) => `token ${tokenOf(seed)}\n`
  write('ignore/.gitignore', 'build/\n*.log\n!keep.log\n')
  write('ignore/.telltaleignore', '# ours\nfixtures\n')
  write('ignore/sub/.gitignore', '!*.log\n/only-here.txt\n')
  for (const [i, path] of [
    'a.txt',
    'b.log',
    'keep.log',
    'build/x.txt',
    'fixtures/y.txt',
    'sub/c.log',
    'sub/only-here.txt',
    'sub/deep/only-here.txt',
    '.git/config',
  ].entries()) {
    write(`ignore/${path}`, secret(i))
  }
  write('outside.txt', secret(90))
  symlinkSync(join(root, 'outside.txt'), join(root, 'ignore/link.txt'))
  symlinkSync(join(root, 'ignore'), join(root, 'ignore/loop'))
  assert.deepEqual((await scan('ignore')).paths, ['a.txt', 'keep.log', 'sub/c.log', 'sub/deep/only-here.txt'])
  const all = await scan('ignore', { gitignore: false })
  assert.deepEqual(all.paths, [
    'a.txt',
    'b.log',
    'build/x.txt',
    'keep.log',
    'sub/c.log',
    'sub/deep/only-here.txt',
    'sub/only-here.txt',
  ])
  const allowed = await scan('ignore', { settings: settingsWith({ allowed: { paths: ['a.txt', 'sub/'] } }) })
  assert.deepEqual(allowed.paths, ['keep.log'])
})

test('threads find what one thread finds, in the same order', async () => {
  for (let i = 0; i < 60; i++) {
    const filler = `ordinary line ${i} of a file\n`.repeat(9000)
    write(`many/d${i % 7}/f${i}.txt`, `${filler}${i % 5 === 0 ? `token ${tokenOf(i)}\n` : ''}`)
  }
  write('many/z.log.gz', gzipSync(`token ${tokenOf(99)}\n`))
  const one = await scan('many')
  const several = await scan('many', { jobs: 3 })
  assert.equal(one.findings.length, 13)
  assert.deepEqual(several.findings, one.findings)
  assert.deepEqual(several.totals, one.totals)
})

test('what did not change is not read twice; what did, and other rules, are', async () => {
  write('cached/a.txt', `token ${tokenOf(1)}\n`)
  write('cached/b.txt', 'nothing\n')
  const cacheFolder = join(root, 'project-cache')
  const first = await scan('cached', { cacheFolder })
  assert.deepEqual([first.totals.cached, first.totals.files], [0, 2])
  // ctime is now: the cache trusts it only when it was written later by more than the clock's tick.
  utimesSync(
    join(cacheFolder, readdirSync(cacheFolder).find((name) => name.endsWith('.jsonl'))!),
    Date.now() / 1000 + 60,
    Date.now() / 1000 + 60,
  )
  const second = await scan('cached', { cacheFolder })
  assert.deepEqual([second.totals.cached, second.totals.bytes], [2, 0])
  assert.deepEqual(second.findings, first.findings)

  const otherRules = await scan('cached', {
    cacheFolder,
    settings: settingsWith({ config: { ...settingsWith().config, disabledRules: ['github-pat'] } }),
  })
  assert.equal(otherRules.totals.cached, 0)
  assert.notEqual(otherRules.findings[0]?.ruleId, 'github-pat')

  write('cached/b.txt', `token ${tokenOf(2)}\n`)
  const changed = await scan('cached', { cacheFolder })
  assert.deepEqual(changed.paths, ['a.txt', 'b.txt'])
})

test('content seen under another path is served from the user cache, with the new path', async () => {
  const cacheFolder = join(root, 'other-project')
  write('copy-one/a.txt', `the same token ${tokenOf(3)}\n`)
  write('copy-two/moved/b.txt', `the same token ${tokenOf(3)}\n`)
  await scan('copy-one', { cacheFolder })
  const again = await scan('copy-two', { cacheFolder })
  assert.deepEqual(again.paths, ['moved/b.txt'])
  assert.deepEqual([again.totals.bytes, again.totals.files], [0, 1])
})

test('no cache file holds a secret or a path, and damaged ones are read as far as they are whole', async () => {
  const cacheFolder = join(root, 'damaged')
  write('inspect/private-name.txt', `token ${tokenOf(4)}\n`)
  const before = await scan('inspect', { cacheFolder })
  const files = [cacheFolder, join(root, 'user-cache')].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  assert.ok(files.length >= 3)
  for (const file of files) {
    assert.ok(!readFileSync(file, 'utf8').includes(tokenOf(4)), file)
    if (file.endsWith('.jsonl')) appendFileSync(file, '{"torn\n[1,2]\nnull\n')
  }
  const after = await scan('inspect', { cacheFolder })
  assert.deepEqual(after.findings, before.findings)
})

test('two scans at once leave a whole cache', async () => {
  for (let i = 0; i < 30; i++) write(`twice/${i}.txt`, `token ${tokenOf(i)}\n`)
  const cacheFolder = join(root, 'twice-cache')
  const both = await Promise.all([scan('twice', { cacheFolder }), scan('twice', { cacheFolder })])
  assert.deepEqual(both[0].findings, both[1].findings)
  const [file, ...more] = readdirSync(cacheFolder).filter((name) => name.endsWith('.jsonl'))
  assert.deepEqual(more, [])
  const lines = readFileSync(join(cacheFolder, file!), 'utf8').trimEnd().split('\n')
  assert.equal(lines.length, 30)
  for (const line of lines) assert.equal((JSON.parse(line) as unknown[]).length, 7)
})

test('what cannot be read is told, and the rest is scanned', {
  skip: process.getuid?.() === 0 ? 'root reads everything' : false,
}, async () => {
  write('denied/a.txt', `token ${tokenOf(5)}\n`)
  write('denied/b.txt', `token ${tokenOf(6)}\n`)
  chmodSync(join(root, 'denied/a.txt'), 0)
  const { paths, totals } = await scan('denied')
  assert.deepEqual(paths, ['b.txt'])
  assert.match(totals.problems[0]!, /a\.txt: EACCES/)
})

test('a file larger than the limit is left out and counted, one larger than a window is read in pieces', async () => {
  const filler = 'an ordinary line of a log that goes on and on\n'.repeat(400_000)
  write('large/a.log', `${filler}token ${tokenOf(7)}\n`)
  const { findings, totals } = await scan('large')
  assert.equal(findings[0]!.line, 400_001)
  assert.equal(totals.files, 1)
  const limited = await scan('large', {
    settings: settingsWith({ paths: { maxFileBytes: 1000, archives: null } }),
  })
  assert.deepEqual([limited.findings.length, limited.totals.skippedLarge], [0, 1])
})
