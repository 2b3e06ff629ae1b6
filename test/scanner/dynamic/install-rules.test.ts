import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type InstallOptions, installRules } from '../../../src/scanner/dynamic/install-rules.ts'

const root = mkdtempSync(join(tmpdir(), 'telltale-install-'))
after(() => rmSync(root, { recursive: true, force: true }))

const RULE = 'id: acme\npattern: acme-[0-9]+\nseverity: mortal\ndescription: Acme\n'
let runs = 0
const optionsWith = (
  answer: (url: string) => Response,
  more: Partial<InstallOptions> = {},
): InstallOptions => {
  runs++
  return {
    folder: join(root, `rules-${runs}`),
    cache: join(root, `cache-${runs}`),
    sha256: null,
    update: false,
    fetch: (async (url: string) => answer(url)) as typeof fetch,
    ...more,
  }
}
const sha = (text: string): string => createHash('sha256').update(text).digest('hex')

test('a file is checked, installed, and its digest pinned', async () => {
  const source = join(root, 'acme rules.yaml')
  writeFileSync(source, RULE)
  const options = optionsWith(() => new Response())
  const installed = await installRules(source, options)
  assert.equal(installed.sha256, sha(RULE))
  assert.deepEqual(readdirSync(options.folder).sort(), ['.installed.json', 'acme-rules.yaml'])
  writeFileSync(source, RULE.replace('Acme', 'Changed'))
  await assert.rejects(installRules(source, options), /another content/)
  assert.equal(readFileSync(installed.path, 'utf8'), RULE)
  await installRules(source, { ...options, update: true })
  assert.match(readFileSync(installed.path, 'utf8'), /Changed/)
})

test('nothing is written for a file that does not read, or of another digest', async () => {
  const source = join(root, 'bad.yaml')
  writeFileSync(source, `${RULE}colour: red\n`)
  const options = optionsWith(() => new Response())
  await assert.rejects(installRules(source, options), { code: 'CONFIG_INVALID' })
  await assert.rejects(installRules(source, { ...options, sha256: '0'.repeat(64) }), /digest/)
  assert.ok(!existsSync(options.folder))
})

test('an https URL is fetched, redirects are followed within https, and the download is kept', async () => {
  const options = optionsWith((url) =>
    url.endsWith('/old.yaml')
      ? new Response(null, { status: 302, headers: { location: 'https://rules.example/new.yaml' } })
      : new Response(RULE),
  )
  const { path } = await installRules('https://rules.example/old.yaml', options)
  assert.ok(path.endsWith('old.yaml'))
  const offline = {
    ...options,
    sha256: sha(RULE),
    fetch: (() => Promise.reject(new Error('offline'))) as typeof fetch,
  }
  await installRules('https://rules.example/old.yaml', offline)
})

test('plain http, a way out of https, loops, errors and endless answers are refused', async () => {
  const refused = (url: string, answer: (url: string) => Response) =>
    assert.rejects(installRules(url, optionsWith(answer)), { code: 'INPUT_UNREADABLE' })
  const to = (location: string) => () => new Response(null, { status: 301, headers: { location } })
  await refused('http://rules.example/a.yaml', () => new Response(RULE))
  await refused('file:///etc/passwd', () => new Response(RULE))
  await refused('https://rules.example/a.yaml', to('http://rules.example/a.yaml'))
  await refused('https://rules.example/a.yaml', to('https://rules.example/a.yaml'))
  await refused('https://rules.example/a.yaml', () => new Response('no', { status: 404 }))
  let sent = 0
  const endless = new ReadableStream({
    pull(controller) {
      sent += 65536
      controller.enqueue(new Uint8Array(65536).fill(35))
    },
  })
  await refused('https://rules.example/a.yaml', () => new Response(endless))
  assert.ok(sent < 4 * 1024 * 1024)
})
