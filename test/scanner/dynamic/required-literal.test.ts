import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import { requiredLiterals } from '../../../src/scanner/dynamic/required-literal.ts'

test('the longest literal that every match holds', () => {
  const cases: readonly [string, readonly string[] | null][] = [
    ['acme_(?:live|test)_[a-z]{8}', ['acme_']],
    ['(?:foo_key|bar_key)=\\d+', ['foo_key', 'bar_key']],
    ['\\bghp_[0-9A-Za-z]{36}\\b', ['ghp_']],
    ['x?abcd*ef', ['abc']],
    ['(?i)acme-[a-z]+', ['acme-']],
    ['(?P<secret>tok\\.[a-z]+)-end', ['tok.']],
    ['(?:prefix)?[0-9]{16}', null],
    ['[abc]{3}|foobar', null],
    ['abc+def', ['abc']],
    ['(?:long_literal){2}z', ['long_literal']],
    ['a.b.c', null],
    ['[[:alpha:]]]xyz', ['xyz']],
    ['https?://[^/]+/hook', ['/hook']],
    ['\\Qabc\\E[0-9]', null],
  ]
  for (const [pattern, literals] of cases) {
    assert.deepEqual(requiredLiterals(pattern)?.literals ?? null, literals, pattern)
  }
  assert.equal(requiredLiterals('(?i)acme')?.ignoreCase, true)
})

/** Patterns made of what people write. */
const { pattern: patterns } = fc.letrec((tie) => ({
  pattern: fc.oneof({ maxDepth: 4 }, tie('atom'), tie('joined'), tie('choice'), tie('repeated')),
  atom: fc.constantFrom('abc', 'tok_', 'x', '\\.', '[a-c]', '\\d', '.', '\\bq', 'KEY'),
  joined: fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${String(a)}${String(b)}`),
  choice: fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${String(a)}|${String(b)})`),
  repeated: fc
    .tuple(tie('pattern'), fc.constantFrom('?', '*', '+', '{0,2}', '{2}'))
    .map(([a, q]) => `(${String(a)})${q}`),
})) as { pattern: fc.Arbitrary<string> }

test('whatever a pattern matches holds one of its literals', () => {
  fc.assert(
    fc.property(
      patterns,
      fc.array(fc.constantFrom('abc', 'tok_', 'x', '.', 'a', '1', 'q', ' ', 'KEY')),
      (pattern, parts) => {
        const required = requiredLiterals(pattern)
        const text = parts.join('')
        const matcher = RE2JS.compile(pattern).matcher(text)
        if (required === null || !matcher.find()) return
        const found = text.slice(matcher.start(), matcher.end())
        assert.ok(
          required.literals.some((literal) => found.includes(literal)),
          `${pattern} on ${text}`,
        )
      },
    ),
    { numRuns: 2000 },
  )
})

test('any text is answered, never with an error other than for depth', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab()[]{}|*+?\\^$.,:P<>i-Q1') }), (pattern) => {
      requiredLiterals(pattern)
    }),
    { numRuns: 3000 },
  )
})
