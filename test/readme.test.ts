import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { COMMANDS } from '../src/cli/commands.ts'
import { parseConfigText } from '../src/config/source.ts'
import { rootConfig } from '../src/registry.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/**/*.md', { cwd: ROOT })]

test('the configuration in the README is valid and is the one in examples/', () => {
  const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(read('README.md'))!
  assert.equal(yaml, read('examples/telltale.yaml'))
  const parsed = rootConfig.safeParse(parseConfigText('telltale.yaml', yaml!).values)
  assert.deepEqual(parsed.error?.issues ?? [], [])
})

test('every command has its line in the README', () => {
  const text = read('README.md')
  for (const { name } of COMMANDS) assert.match(text, new RegExp(`\`(telltale )?${name}[ \`]`), name)
})

test('links between pages lead somewhere', () => {
  const broken: string[] = []
  for (const page of pages) {
    for (const [, target] of read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)) {
      if (!existsSync(join(ROOT, dirname(page), target!))) broken.push(`${page}: ${target}`)
    }
  }
  assert.deepEqual(broken, [])
})

test('every npm script that a page names exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const missing: string[] = []
  for (const page of pages) {
    for (const [, name] of read(page).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)) {
      if (!(name! in scripts)) missing.push(`${page}: npm run ${name}`)
    }
  }
  assert.deepEqual(missing, [])
})

test('the eight files from wire to alert exist', () => {
  const files = [...read('docs/architecture.md').matchAll(/^\| *\d *\| *`(src\/[^`]+)`/gm)].map((m) => m[1]!)
  assert.equal(files.length, 8)
  for (const file of files) assert.ok(existsSync(join(ROOT, file)), file)
})
