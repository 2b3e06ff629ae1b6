import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DUMMY, holdsDummy, holdsMask, MASK } from '../../src/scanner/benign-value.ts'

test('no mask that its pattern would match is passed over', () => {
  const signs = [
    ...'*xX#.-=+~?_0\xe2\x80\xa2\xa6\xc2\xb7\x97\x8bab',
    '***',
    'xxxxx',
    '...',
    '\xc2\xb7\xc2\xb7',
    '-----',
  ]
  const texts = fc.array(fc.constantFrom(...signs), { maxLength: 8 }).map((s) => s.join(''))
  let matches = 0
  fc.assert(
    fc.property(texts, (text) => {
      if (MASK.test(text)) matches++
      assert.equal(holdsMask(text), MASK.test(text), JSON.stringify(text))
    }),
    { numRuns: 5000 },
  )
  assert.ok(matches > 500, 'the texts hold masks')
})

test('no placeholder that its pattern would match is passed over', () => {
  const words = [...new Set(DUMMY.source.match(/[a-z0-9/]{2,}/g)!), ...'-_ .<>/?!xAZ09'].flatMap((w) => [
    w,
    w.toUpperCase(),
  ])
  const texts = fc.array(fc.constantFrom(...words), { maxLength: 5 }).map((w) => w.join(''))
  let matches = 0
  fc.assert(
    fc.property(texts, (text) => {
      if (DUMMY.test(text)) matches++
      assert.equal(holdsDummy(text), DUMMY.test(text), JSON.stringify(text))
    }),
    { numRuns: 20_000 },
  )
  assert.ok(matches > 1000, 'the texts hold placeholders')
})
