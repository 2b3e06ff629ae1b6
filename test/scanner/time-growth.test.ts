import assert from 'node:assert/strict'
import { test } from 'node:test'
import { benignReason } from '../../src/scanner/benign-value.ts'
import { builtinRuleData } from '../../src/scanner/builtin-rules.ts'
import { classifyName } from '../../src/scanner/name-grammar.ts'
import { matchesIn } from './scan-text.ts'

/**
 * Nothing in a log line may make the scanner slow: twice the hostile text may cost no more than about twice the work.
 * Work is measured in the test's own CPU time as a ratio of two lengths; a quadratic pattern shows as a ratio of 16 for
 * four times the text, an exponential one does not end. The bound leaves room for a busy machine.
 */
const cost = (run: () => void): number => {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 3; i++) {
    const before = process.cpuUsage()
    run()
    const used = process.cpuUsage(before)
    best = Math.min(best, used.user + used.system)
  }
  return best
}

const SMALL = 6 * 1024
const GROWTH = 4
const MAX_RATIO = 10
/** Another job's share of the caches passes; what grows too fast does so every time. */
const TRIES = 3
/** Below this a difference is noise, whatever its ratio, µs. */
const NOISE_US = 30_000

function assertLinear(name: string, make: (bytes: number) => string): void {
  const small = make(SMALL)
  const large = make(SMALL * GROWTH)
  matchesIn(small)
  const measured: string[] = []
  for (let i = 0; i < TRIES; i++) {
    const a = cost(() => matchesIn(small))
    const b = cost(() => matchesIn(large))
    if (b < NOISE_US || b / a < MAX_RATIO) return
    measured.push(`${a} µs grow to ${b} µs`)
  }
  assert.fail(`${name}: ${measured.join(', ')}`)
}

const UNITS = [
  'password | x ',
  'password, it is a ',
  'x1y2z3w4 is a password ',
  'password x y = "',
  'password..',
  "value='aaaa' where k='password' ",
  'password=',
  'password="',
  '"password":"',
  "password='",
  '{\\"password\\":\\"',
  '<password>',
  '<password ',
  'token: ',
  '--password ',
  '://a:',
  '://a:b@',
  '://:',
  'Bearer ',
  'Basic ',
  'Authorization: Bearer ',
  'Cookie: a=b; ',
  '-----BEGIN RSA PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----\\n',
  'mysql -p',
  'curl -u a:b ',
  'sshpass -p x ',
  'IDENTIFIED BY ',
  'insert into t (password, ',
  'cs1Label=password ',
  'a.password=',
  'api_key ',
  'secret|',
  '\\\\\\\\password\\\\',
  '%70password%3D',
  'key: ((((',
  'token=[[[[',
  'pwd={',
  'pass=,',
  'password=a,b',
  'eyJhbGciOiJIUzI1NiJ9.',
  'sk-',
  'net use \\\\',
] as const

test('time grows with the text, for every beginning of a parse repeated without end', () => {
  for (const unit of UNITS) {
    assertLinear(unit, (bytes) => unit.repeat(Math.ceil(bytes / unit.length)).slice(0, bytes))
    assertLinear(`${unit} then a long run`, (bytes) => unit + 'a1'.repeat(bytes / 2))
  }
})

test('time grows with the text, for every keyword of every rule repeated without end', () => {
  const seen = new Set<string>()
  for (const rule of builtinRuleData()) {
    const keyword = rule.keywords[0]!
    if (seen.has(keyword)) continue
    seen.add(keyword)
    for (const tail of ['', 'aA1', '-', ' = "']) {
      const unit = keyword + tail
      const text = unit.repeat(Math.ceil(4096 / unit.length))
      const before = process.cpuUsage()
      matchesIn(text)
      const used = process.cpuUsage(before)
      const us = used.user + used.system
      if (us > NOISE_US)
        assertLinear(`${rule.id} ${JSON.stringify(tail)}`, (bytes) =>
          unit.repeat(Math.ceil(bytes / unit.length)),
        )
    }
  }
})

test('filters of values and names end quickly on what would make a pattern backtrack', () => {
  const parts = [
    'eddsa',
    'aes',
    '1',
    '11',
    'password',
    'a.',
    'A',
    'aA',
    '-',
    '/a',
    '<',
    '{',
    '[0]',
    'a|',
    '0x',
    ':',
    'es',
    'x',
    '..',
    '_',
    '%',
    '1.',
    '1,',
    'east',
    'us-',
    '$a',
    '\\\\d',
  ]
  for (const part of parts) {
    for (const end of ['!', '', '\\u0000', '@', '.']) {
      const text = part.repeat(512).slice(0, 511) + end
      const us = cost(() => {
        benignReason(text, false)
        benignReason(text, true)
        classifyName(text)
      })
      assert.ok(us < NOISE_US, `${part}${end}: ${us} µs`)
    }
  }
})
