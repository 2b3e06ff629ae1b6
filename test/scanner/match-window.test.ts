import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { excerptOf } from '../../src/scanner/excerpt.ts'
import type { Match } from '../../src/scanner/match.ts'
import { MatchWindow } from '../../src/scanner/match-window.ts'

const BYTES = new TextEncoder().encode('abcdefghij'.repeat(20_000))

/** Matches of the given lengths, each so far from the end of the one before. */
function matchesOf(steps: readonly (readonly [gap: number, length: number])[]): Match[] {
  let end = 0
  return steps.map(([gap, length], i) => {
    const start = end + gap
    end = start + length
    return { start, end, masked: `<${i}>` } as Match
  })
}

/** Matches told, each with the excerpt that those near to it give, and the most that were kept. */
function told(matches: readonly Match[]): { excerpts: string[]; most: number } {
  const excerpts: string[] = []
  let most = 0
  const window = new MatchWindow((match, near) => {
    most = Math.max(most, near.length)
    excerpts.push(excerptOf(BYTES, 0, BYTES.length, near, match))
  })
  for (const match of matches) window.add(match)
  if (matches.length > 0) window.end()
  return { excerpts, most }
}

const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 1, max: 200 })), {
  maxLength: 500,
})

test('each match is told once, in order, with the excerpt that all matches together give', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const matches = matchesOf(list)
      const whole = matches.map((match) => excerptOf(BYTES, 0, BYTES.length, matches, match))
      assert.deepEqual(told(matches).excerpts, whole)
    }),
    { numRuns: 100 },
  )
})

test('of a text of nothing but secrets a few are kept', () => {
  const matches = matchesOf(Array.from({ length: 20_000 }, () => [1, 8] as const))
  const { excerpts, most } = told(matches)
  assert.equal(excerpts.length, 20_000)
  assert.ok(most < 100, `${most} kept`)
})
