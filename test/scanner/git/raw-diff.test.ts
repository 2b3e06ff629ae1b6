import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type RawChange, readRawDiff } from '../../../src/scanner/git/raw-diff.ts'

const id = (digit: string): string => digit.repeat(40)
const change = (modes: string, before: string, after: string, status: string, path: string): string =>
  `:${modes} ${before} ${after} ${status}\0${path}\0`

const TEXT = [
  `${id('a')}\0`,
  change('000000 100644', id('0'), id('1'), 'A', 'new.txt'),
  change('100644 000000', id('1'), id('0'), 'D', 'gone.txt'),
  change('100644 100755', id('1'), id('2'), 'M', ':100644 odd\nname\t"é'),
  `${id('b')}\0`,
  change('000000 160000', id('0'), id('3'), 'A', 'submodule'),
  change('000000 120000', id('0'), id('4'), 'A', id('c')),
].join('')

async function all(pieces: Iterable<Buffer>): Promise<RawChange[]> {
  const out: RawChange[] = []
  for await (const found of readRawDiff(pieces)) out.push(found)
  return out
}

test('changes are read with their commit, whatever a path is called', async () => {
  assert.deepEqual(await all([Buffer.from(TEXT)]), [
    { commit: id('a'), before: null, after: id('1'), path: 'new.txt' },
    { commit: id('a'), before: id('1'), after: null, path: 'gone.txt' },
    { commit: id('a'), before: id('1'), after: id('2'), path: ':100644 odd\nname\t"é' },
    { commit: id('b'), before: null, after: null, path: 'submodule' },
    { commit: id('b'), before: null, after: id('4'), path: id('c') },
  ])
})

test('cuts of the pieces change nothing', async () => {
  const bytes = Buffer.from(TEXT)
  const whole = await all([bytes])
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
      const marks = [0, ...cuts.sort((a, b) => a - b), bytes.length]
      const pieces = marks.slice(1).map((to, i) => bytes.subarray(marks[i], to))
      assert.deepEqual(await all(pieces), whole)
    }),
  )
})

test('what is not of this form is a RangeError, never another error or a hang', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(TEXT.length), fc.uint8Array({ maxLength: 40 }), async (at, noise) => {
      const bytes = Buffer.concat([Buffer.from(TEXT).subarray(0, at), noise])
      try {
        await all([bytes])
      } catch (error) {
        assert.ok(error instanceof RangeError)
      }
    }),
    { numRuns: 500 },
  )
})
