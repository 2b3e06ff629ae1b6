import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { COMMANDS } from '../../src/cli/commands.ts'

const BIN = join(import.meta.dirname, '../../bin/telltale')
const dir = mkdtempSync(join(tmpdir(), 'telltale-cli-'))
after(() => rmSync(dir, { recursive: true }))
const telltale = (
  args: string[],
  options: { cwd?: string; bin?: string; env?: Record<string, string> } = {},
) =>
  spawnSync(options.bin ?? BIN, args, {
    encoding: 'utf8',
    cwd: options.cwd ?? dir,
    env: { ...process.env, ...options.env },
  })
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}

test('the launcher runs from any directory and through a symbolic link', () => {
  const link = join(dir, 'telltale')
  symlinkSync(BIN, link)
  const { stdout, status } = telltale(['--version'], { bin: link, cwd: '/' })
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  assert.equal(status, 0)
})

test('help lists every command, and an unknown one is a usage error', () => {
  const { stdout } = telltale([])
  for (const { name } of COMMANDS) assert.match(stdout, new RegExp(`^  ${name}\\b`, 'm'))
  const { status, stderr } = telltale(['frobnicate'])
  assert.equal(status, 64)
  assert.match(stderr, /unknown command/)
})

test('a wrong option of a command or a subcommand is a usage error too', () => {
  assert.equal(telltale(['validate', '--frobnicate']).status, 64)
  assert.equal(telltale(['config', 'print', '--frobnicate']).status, 64)
  assert.equal(telltale(['config', 'print', '--help']).status, 0)
})

for (const { name, load } of COMMANDS) {
  test(`${name} has the name and the help it is listed with`, async () => {
    const command = await load()
    assert.equal(command.name(), name)
    assert.ok(command.description().length > 10)
  })
}

test('validate lists every problem with path and line and exits 78', () => {
  const name = file('bad.yaml', 'limits:\n  retryAfter: soon\nadmin:\n  listen: nowhere\n  colour: red\n')
  const { status, stderr } = telltale(['validate', '--config', name])
  assert.equal(status, 78)
  assert.match(stderr, /limits\.retryAfter: expected a duration.*bad\.yaml:2/)
  assert.match(stderr, /admin\.listen: expected host:port.*bad\.yaml:4/)
  assert.match(stderr, /admin\.colour: unknown setting/)
})

test('validate accepts the defaults, and a missing file exits 66', () => {
  assert.equal(telltale(['validate']).status, 0)
  const { status, stderr } = telltale(['validate', '--config', 'no-such.yaml'])
  assert.equal(status, 66)
  assert.match(stderr, /no-such\.yaml/)
})

test('config print shows where each value came from and masks secrets', () => {
  const name = file('good.yaml', 'admin:\n  token: ${TOKEN}\n')
  const env = { TOKEN: 'hunter2-hunter2', TELLTALE_LIMITS_RETRY_AFTER: '5s' }
  const { stdout } = telltale(['config', 'print', '--config', name, '--changed'], { env })
  assert.match(stdout, /admin\.token = "\*+" {2}# file .*good\.yaml, \$\{TOKEN\}/)
  assert.match(stdout, /limits\.retryAfter = "5s" {2}# TELLTALE_LIMITS_RETRY_AFTER/)
  assert.ok(!stdout.includes('hunter2'))
})

test('config schema is JSON Schema with every section', () => {
  const schema = JSON.parse(telltale(['config', 'schema']).stdout) as { properties: object }
  for (const section of ['ingest', 'detectors', 'scanner', 'sinks', 'admin'])
    assert.ok(section in schema.properties)
})

test('health says when nothing answers', () => {
  const { status, stderr } = telltale(['health'], { env: { TELLTALE_ADMIN_LISTEN: '127.0.0.1:1' } })
  assert.equal(status, 1)
  assert.match(stderr, /nothing answers/)
})
