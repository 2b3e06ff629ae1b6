import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { RuleFolder } from '../../../src/scanner/dynamic/rule-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'telltale-rules-'))
after(() => rmSync(root, { recursive: true, force: true }))

const ruleText = (id: string): string =>
  `id: ${id}\npattern: ${id}-[0-9]+\nseverity: mortal\ndescription: Rule ${id}\n`

function folderOf(name: string): {
  path: string
  problems: string[]
  rules: RuleFolder
  ids: () => string[]
} {
  const path = join(root, name)
  const problems: string[] = []
  const rules = new RuleFolder(path, (problem) => problems.push(problem))
  return { path, problems, rules, ids: () => rules.current().rules.map((rule) => rule.id) }
}

test('files added, changed and removed show at the next look, and only then', () => {
  const { path, rules, ids } = folderOf('changes')
  assert.equal(rules.refresh(), false)
  mkdirSync(path)
  writeFileSync(join(path, 'a.yaml'), ruleText('one'))
  assert.equal(rules.refresh(), true)
  assert.deepEqual(ids(), ['one'])
  assert.equal(rules.refresh(), false)
  writeFileSync(
    join(path, 'b.toml'),
    "id = 'three'\npattern = 'three-[0-9]+'\nseverity = 'venial'\ndescription = 'Three'\n",
  )
  writeFileSync(join(path, 'a.yaml'), ruleText('changed'))
  writeFileSync(join(path, '.hidden.yaml'), ruleText('hidden'))
  writeFileSync(join(path, 'notes.txt'), 'no rule')
  assert.equal(rules.refresh(), true)
  assert.deepEqual(ids(), ['changed', 'three'])
  rmSync(join(path, 'a.yaml'))
  assert.equal(rules.refresh(), true)
  assert.deepEqual(ids(), ['three'])
})

test('a file that does not read is told once, and its last good rules stay', () => {
  const { path, rules, ids, problems } = folderOf('broken')
  mkdirSync(path)
  writeFileSync(join(path, 'a.yaml'), ruleText('good'))
  rules.refresh()
  writeFileSync(join(path, 'a.yaml'), `${ruleText('good')}colour: red\n`)
  assert.equal(rules.refresh(), true)
  assert.equal(rules.refresh(), false)
  assert.deepEqual(ids(), ['good'])
  assert.equal(problems.length, 1)
  assert.match(problems[0]!, /a\.yaml:\d+:\d+: .*colour/)
})

test('a folder that is a link shows when the link is pointed elsewhere', () => {
  for (const version of ['v1', 'v2']) {
    mkdirSync(join(root, version))
    writeFileSync(join(root, version, 'a.yaml'), ruleText(version))
  }
  const { path, rules, ids } = folderOf('linked')
  symlinkSync(join(root, 'v1'), path)
  rules.refresh()
  assert.deepEqual(ids(), ['v1'])
  symlinkSync(join(root, 'v2'), `${path}.new`)
  renameSync(`${path}.new`, path)
  assert.equal(rules.refresh(), true)
  assert.deepEqual(ids(), ['v2'])
})

test('watching tells what is in force after a change, and ends with its signal', async () => {
  const { path, rules } = folderOf('watched')
  mkdirSync(path)
  rules.refresh()
  const stop = new AbortController()
  const seen = new Promise<string[]>((resolve) => {
    void rules.watch(5, stop.signal, (now) => resolve(now.rules.map((rule) => rule.id)))
  })
  // The watch alone would not keep the process alive.
  const alive = setInterval(() => {}, 1000)
  writeFileSync(join(path, 'a.yaml'), ruleText('late'))
  assert.deepEqual(await seen, ['late'])
  stop.abort()
  clearInterval(alive)
})
