import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileUserRule } from '../../../src/scanner/dynamic/compile-user-rule.ts'
import { parseRuleFile } from '../../../src/scanner/dynamic/rule-file.ts'
import { firstMatch } from '../../../src/scanner/rule-examples.ts'

const YAML = `rules:
  - id: acme-key
    pattern: 'acme_(?P<secret>[a-z0-9]{8})'
    severity: Mortal
    description: Key of Acme
`
const TOML = `[[rules]]
id = "acme-key"
pattern = 'acme_(?P<secret>[a-z0-9]{8})'
severity = "Venial"
description = "Key of Acme"

[[rules]]
id = "other"
pattern = '''other-[0-9]+'''
severity = "mortal"
description = "Another"

[allow]
paths = ["docs/"]
`

test('rules are read from YAML and TOML, several or one', () => {
  const yaml = parseRuleFile(YAML, 'a.yaml')
  assert.deepEqual(yaml.problems, [])
  assert.equal(yaml.rules[0]!.severity, 'mortal')
  const toml = parseRuleFile(TOML, 'a.toml')
  assert.deepEqual(toml.problems, [])
  assert.deepEqual(
    toml.rules.map((rule) => [rule.id, rule.severity]),
    [
      ['acme-key', 'venial'],
      ['other', 'mortal'],
    ],
  )
  assert.deepEqual(toml.allow?.paths, ['docs/'])
  const one = parseRuleFile('id: one\npattern: one-[0-9]+\nseverity: venial\ndescription: One\n', 'a.yml')
  assert.equal(one.rules[0]!.id, 'one')
})

test('what is wrong is told with its line and column', () => {
  const cases: readonly [string, string, number, number, RegExp][] = [
    ['a.yaml', 'rules:\n  - id: x\n    pattern: "a\n', 4, 1, /./],
    [
      'a.yaml',
      `${YAML}  - id: Bad Id\n    pattern: abc\n    severity: mortal\n    description: d\n`,
      6,
      9,
      /id: /,
    ],
    ['a.yaml', YAML.replace('Mortal', 'deadly'), 4, 15, /severity: expected mortal or venial/],
    ['a.yaml', YAML.replace('acme_', 'acme_('), 3, 14, /pattern: no RE2 pattern/],
    ['a.yaml', YAML.replace('acme_(?P<secret>[a-z0-9]{8})', '[0-9]{16}'), 3, 14, /give keywords/],
    ['a.yaml', `${YAML}    colour: red\n`, 6, 13, /colour/],
    ['a.yaml', '- a\n- b\n', 1, 1, /expected a rule/],
    ['a.toml', 'id = "x"\npattern = \n', 2, 11, /./],
    ['a.toml', TOML.replace('other-[0-9]+', 'oth(er'), 9, 1, /no RE2 pattern/],
    ['a.toml', TOML.replace('"Venial"', '7'), 4, 1, /severity/],
    ['a.toml', `${TOML}regexes = ["("]\n`, 15, 1, /no RE2 pattern/],
  ]
  for (const [name, text, line, column, message] of cases) {
    const { problems, rules } = parseRuleFile(text, name)
    assert.equal(rules.length, 0)
    assert.ok(problems.length > 0, text)
    assert.deepEqual(
      [problems[0]!.line, problems[0]!.column],
      [line, column],
      `${text}\n${JSON.stringify(problems)}`,
    )
    assert.match(problems[0]!.message, message)
  }
})

test('a rule of a gitleaks configuration runs, what has no place here is warned of', () => {
  const file = parseRuleFile(
    `title = "x"
[extend]
useDefault = true
[[rules]]
id = "acme-token"
description = "Acme"
regex = '''(?i)acme[a-z_]{0,10}=['"]?([a-f0-9]{12})\\b'''
secretGroup = 1
entropy = 2.0
keywords = ["ACME"]
[[rules.allowlists]]
regexes = ['''000''']
[[rules]]
id = "by-path"
path = '''\\.p12$'''
[allowlist]
paths = ['''vendor/''']
regexes = ['''^0{12}$''']
stopwords = ["example"]
`,
    'gitleaks.toml',
  )
  assert.deepEqual(file.problems, [])
  assert.equal(file.rules.length, 1)
  assert.equal(file.warnings.length, 3)
  assert.equal(file.allow?.regexes?.length, 2)
  const text = 'x Acme_key="0123456789ab" y'
  const match = firstMatch(compileUserRule(file.rules[0]!, 'user'), text)
  assert.equal(text.slice(match!.secretStart, match!.secretEnd), '0123456789ab')
})

test('a pattern that would stall a backtracking engine does not', { timeout: 20_000 }, () => {
  const [rule] = parseRuleFile(
    "id: bomb\npattern: '(a+)+(a+)+(a|a?)+key(x+x+)+y'\nkeywords: [key]\nseverity: mortal\ndescription: Bomb\n",
    'a.yaml',
  ).rules
  const compiled = compileUserRule(rule!, 'user')
  const text = `${'a'.repeat(5000)}key${'x'.repeat(5000)}`
  assert.equal(compiled.match(text, 5000), null)
})

test('any bytes are answered with rules or problems that have a place', () => {
  const mutate = (text: string) =>
    fc.array(fc.tuple(fc.nat(text.length), fc.string({ maxLength: 3 })), { maxLength: 8 }).map((edits) => {
      let out = text
      for (const [at, piece] of edits) out = out.slice(0, at) + piece + out.slice(at + 1)
      return out
    })
  assert.equal(parseRuleFile('"a(\u{1f600}" = 1\nrules = []\n', 'a.toml').problems[0]!.line, 1)
  const texts = fc.oneof(
    mutate(YAML).map((text) => ['a.yaml', text] as const),
    mutate(TOML).map((text) => ['a.toml', text] as const),
    fc.string({ maxLength: 60 }).map((text) => ['a.yaml', text] as const),
    fc.string({ maxLength: 60 }).map((text) => ['a.toml', text] as const),
  )
  fc.assert(
    fc.property(texts, ([name, text]) => {
      const { problems } = parseRuleFile(text, name)
      for (const { line, column } of problems) assert.ok(line >= 1 && column >= 1)
    }),
    { numRuns: 1500 },
  )
})

test('aliases that multiply are refused', () => {
  const laughs = ['a: &a [x,x,x,x,x,x,x,x,x]']
  for (const [i, name] of [...'bcdefghi'].entries()) {
    const of = 'abcdefgh'[i]!
    laughs.push(`${name}: &${name} [${Array(9).fill(`*${of}`).join(',')}]`)
  }
  assert.equal(parseRuleFile(laughs.join('\n'), 'a.yaml').rules.length, 0)
})
