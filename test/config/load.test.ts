import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { leafPaths, variableOf } from '../../src/config/environment.ts'
import { loadConfig } from '../../src/config/load.ts'
import { configJsonSchema, effectiveSettings } from '../../src/config/print.ts'
import { duration } from '../../src/config/scalars.ts'
import { parseConfigText } from '../../src/config/source.ts'
import { TelltaleError } from '../../src/core/errors.ts'

const schema = z.strictObject({
  ingest: z
    .strictObject({
      http: z
        .strictObject({ listen: z.string().default('127.0.0.1:4318'), maxBodies: z.int().default(8) })
        .prefault({}),
    })
    .prefault({}),
  every: duration().prefault('1s'),
  sinks: z.array(z.strictObject({ url: z.string().meta({ secret: true }), name: z.string() })).default([]),
  token: z.string().optional().meta({ secret: true }),
})

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'telltale-config-'))
})
afterEach(() => rmSync(dir, { recursive: true }))
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}
const problemsOf = (run: () => unknown): readonly string[] => {
  try {
    run()
  } catch (e) {
    assert.ok(e instanceof TelltaleError)
    return e.detail
  }
  assert.fail('expected problems')
}

test('without a file the defaults hold', () => {
  const { config, provenance } = loadConfig(schema, { env: {} })
  assert.deepEqual(config, {
    ingest: { http: { listen: '127.0.0.1:4318', maxBodies: 8 } },
    every: 1000,
    sinks: [],
  })
  assert.equal(provenance(['every']), 'default')
})

test('file, environment and flags override one another, and each value says where it came from', () => {
  const name = file(
    't.yaml',
    'every: 5s\ningest:\n  http:\n    listen: ${HOST:-0.0.0.0}:1\n    maxBodies: 2\n',
  )
  const loaded = loadConfig(schema, {
    file: name,
    env: { TELLTALE_INGEST_HTTP_MAX_BODIES: '3', TELLTALE_NO_SUCH: '1', TELLTALE_TEST_KAFKA: 'x' },
    flags: { every: '7s', token: undefined },
  })
  assert.deepEqual(loaded.config.ingest.http, { listen: '0.0.0.0:1', maxBodies: 3 })
  assert.equal(loaded.config.every, 7000)
  const from = new Map(effectiveSettings(schema, loaded).map((s) => [s.path, s.from]))
  assert.equal(from.get('ingest.http.maxBodies'), 'TELLTALE_INGEST_HTTP_MAX_BODIES')
  assert.match(from.get('ingest.http.listen')!, /\$\{HOST\}$/)
  assert.equal(from.get('every'), 'flag')
  assert.equal(from.get('sinks'), 'default')
  assert.deepEqual(loaded.warnings, ['TELLTALE_NO_SUCH is not a setting and is ignored'])
})

test('every problem is listed at once, with path and line', () => {
  const name = file(
    't.yaml',
    'every: soon\ningest:\n  http:\n    lissten: x\n    maxBodies: many\nsinks:\n  - name: a\n    url: ${NOPE}\n',
  )
  const problems = problemsOf(() => loadConfig(schema, { file: name, env: {} }))
  assert.equal(problems.length, 4, problems.join('\n'))
  assert.match(problems.join('\n'), /sinks\[0\]\.url: environment variable NOPE is not set/)
  assert.match(problems.join('\n'), /every: expected a duration.*t\.yaml:1\]/)
  assert.match(problems.join('\n'), /ingest\.http\.lissten: unknown setting.*t\.yaml:4\]/)
})

test('YAML and TOML say the same', () => {
  const yaml = file('t.yaml', 'every: 2s\nsinks:\n  - {name: a, url: b}\n')
  const toml = file('t.toml', 'every = "2s"\n[[sinks]]\nname = "a"\nurl = "b"\n')
  assert.deepEqual(
    loadConfig(schema, { file: yaml, env: {} }).config,
    loadConfig(schema, { file: toml, env: {} }).config,
  )
})

test('a syntax error tells its place', () => {
  assert.match(problemsOf(() => parseConfigText('t.yaml', 'a: [1,\nb: 2')).join(), /t\.yaml:\d+:\d+/)
  assert.throws(() => parseConfigText('t.toml', 'a = = 1'), /t\.toml:1:\d+: not valid TOML/)
  assert.throws(() => parseConfigText('t.yaml', '- 1'), /expected a mapping/)
})

test('substitution happens after parsing, in text only, so a value cannot add structure', () => {
  const name = file('t.yaml', 'token: ${T}\n')
  const { config } = loadConfig(schema, { file: name, env: { T: 'x\nevery: 9s' } })
  assert.deepEqual([config.token, config.every], ['x\nevery: 9s', 1000])
  const literal = file('l.yaml', 'token: $${T}\n')
  assert.equal(loadConfig(schema, { file: literal, env: {} }).config.token, '${T}')
})

test('secrets are masked when printed, in lists too', () => {
  const name = file('t.yaml', 'token: hunter2\nsinks:\n  - {name: a, url: hunter2}\n')
  const printed = JSON.stringify(effectiveSettings(schema, loadConfig(schema, { file: name, env: {} })))
  assert.ok(!printed.includes('hunter2'), printed)
  assert.ok(printed.includes('"name":"a"'))
})

test('each setting has one variable name', () => {
  const names = leafPaths(schema).map(variableOf)
  assert.equal(new Set(names).size, names.length)
  assert.ok(names.includes('TELLTALE_INGEST_HTTP_LISTEN'))
})

test('the JSON Schema carries defaults', () => {
  assert.match(JSON.stringify(configJsonSchema(schema)), /"default":"127.0.0.1:4318"/)
})

test('no text makes the parser throw anything but our error', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.constantFrom('a.yaml', 'a.toml'), (text, name) => {
      try {
        parseConfigText(name, text)
      } catch (e) {
        assert.ok(e instanceof TelltaleError, String(e))
      }
    }),
    { numRuns: 2000 },
  )
})

test('an alias bomb is refused', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
    .split('')
    .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
    .join('\n')}\n`
  assert.throws(
    () => parseConfigText('t.yaml', bomb),
    (error) => {
      assert.ok(error instanceof TelltaleError)
      assert.match(error.message, /^t\.yaml: .*alias/)
      return true
    },
  )
})
