import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { alignedCell, Gap, plainWord } from '../../../src/scanner/assignment/gap.ts'
import {
  BASIC_TYPED,
  CALL,
  CHANGED,
  DASH,
  LOOSE,
  OPERATOR,
  REGISTRY,
  TABLE_CELL,
  TYPED,
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
const gaps = fc.array(fc.constantFrom(...PIECES), { minLength: 0, maxLength: 12 }).map((p) => p.join(''))

test('no form is passed over that its pattern would match', () => {
  const gap = new Gap()
  let matches = 0
  fc.assert(
    fc.property(gaps, (after) => {
      const text = `name${after}`
      gap.read(text, 4)
      const patterns: readonly (readonly [may: boolean, pattern: RegExp])[] = [
        [gap.mayOperate, OPERATOR],
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
