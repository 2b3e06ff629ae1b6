import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { alignedCell, Gap, plainWord } from '../../../src/scanner/assignment/gap.ts'
import { spacedOperator } from '../../../src/scanner/assignment/separators.ts'
import {
  BASIC_TYPED,
  BLOCK_VALUE,
  CALL,
  CHANGED,
  DASH,
  ESCAPED_FIELD,
  FALLBACK,
  LISTED_VALUE,
  LOOSE,
  OPERATOR,
  REGISTRY,
  TABLE_CELL,
  TUPLE,
  TYPED,
  TYPED_IN,
  VALUE_FLAG,
} from '../../../src/scanner/assignment-forms.ts'
import { matchAt } from '../../../src/scanner/match-at.ts'

/** Pieces of what stands after a name, in the wild and in none. */
const PIECES = [
  ...[
    ' ',
    '  ',
    '\t',
    '\n',
    '\xa0',
    '"',
    "'",
    '`',
    '\\',
    '\\"',
    '&quot;',
    '&mdash;',
    '%22',
    '%3D',
    '\\u0022',
    '[',
    ']',
    '(',
  ],
  ...[
    ')',
    '{',
    '}',
    '<',
    '>',
    '=',
    '==',
    '=>',
    ':',
    '::',
    ':=',
    '!=',
    '?',
    '?:',
    '.',
    '...',
    ',',
    ';',
    '|',
    '||',
  ],
  ...[
    '-',
    '--',
    '->',
    '<-',
    '~>',
    '/',
    '//',
    '*',
    '**',
    '_',
    '__',
    '+=',
    '$',
    '@',
    '&',
    '#',
    '!',
    '\xe2\x86\x92',
  ],
  ...[
    '\xe2\x94\x82',
    '\xe2\x80\x93',
    '\xc2\xbb',
    'REG_SZ',
    '/t REG_SZ /d ',
    'is',
    'was',
    'to ',
    'TO ',
    'of',
    'set',
  ],
  ...[
    'value',
    'Value',
    '.Value',
    'string',
    'str',
    'String',
    'As',
    'VALUE',
    'changed',
    'from',
    'default',
    'plain',
    '7',
  ],
  ...['hunter2', 'x', 'root', '0', 'Some(', '<code>', '</b>', 'N', 'b'],
]
const gaps = fc
  .tuple(
    fc.constantFrom('', '', ': ', ' = ', '"', "'", '`', '\\"', "\\\\'", '")', '",', "' ", '":', '";', '"\\n'),
    fc.array(fc.constantFrom(...PIECES), { minLength: 0, maxLength: 12 }),
  )
  .map(([closing, pieces]) => closing + pieces.join(''))

test('no form is passed over that its pattern would match', () => {
  const gap = new Gap()
  let matches = 0
  fc.assert(
    fc.property(gaps, (after) => {
      const text = `name${after}`
      gap.read(text, 4)
      const patterns: readonly (readonly [may: boolean, pattern: RegExp])[] = [
        [gap.mayOperate, OPERATOR],
        [gap.mayOpenBlock, BLOCK_VALUE],
        [gap.mayFallBack, FALLBACK],
        [gap.mayBeField, ESCAPED_FIELD],
        [gap.mayBeTypedIn, TYPED_IN],
        [gap.mayBeTuple, TUPLE],
        [gap.mayBeChanged, CHANGED],
        [after.startsWith(',') || gap.mayBeListed, LISTED_VALUE],
        [gap.mayCall, CALL],
        [gap.mayBeRegistry, REGISTRY],
        [gap.mayBeCell, TABLE_CELL],
        [gap.mayBeDash, DASH],
        [gap.mayBeFlag(text, 4), VALUE_FLAG],
        [gap.quoted, TYPED],
        [gap.quoted, BASIC_TYPED],
        [gap.bracketed, CHANGED],
      ]
      for (const [may, pattern] of patterns) {
        const at = matchAt(pattern, text, 4)
        if (at >= 0) matches++
        assert.ok(may || at < 0, `${pattern.source.slice(0, 40)} is passed over in ${JSON.stringify(text)}`)
      }
    }),
    { numRuns: 20_000 },
  )
  assert.ok(matches > 1000, 'the texts hold forms')
})

test('an operator with a blank after it ends where the pattern would have it', () => {
  let found = 0
  fc.assert(
    fc.property(gaps, (after) => {
      const text = `name${after}`
      const p = spacedOperator(text, 4)
      if (p < 0) return
      found++
      assert.equal(p, matchAt(OPERATOR, text, 4), JSON.stringify(text))
    }),
    { numRuns: 20_000, examples: [[': x'], [' = x'], [' =\xa0x'], [': <b>x']] },
  )
  assert.ok(found > 10, 'the texts hold operators')
})

test('a cell after two blanks and a word after one are where the patterns would have them', () => {
  fc.assert(
    fc.property(gaps, (after) => {
      const text = `name${after}`
      assert.equal(alignedCell(text, 4), matchAt(/[ \t]{2,40}/y, text, 4))
      const word = plainWord(text, 4)
      if (word >= 0 && alignedCell(text, 4) < 0) assert.equal(word, matchAt(LOOSE, text, 4))
    }),
    { numRuns: 20_000 },
  )
})
