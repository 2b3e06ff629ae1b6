import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LOG_CONTEXT } from '../../src/scanner/scan-context.ts'
import { WindowScanner } from '../../src/scanner/window-scanner.ts'
import { testEngine } from './scan-text.ts'

const GITHUB = `ghp_${'0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uVwXy'}`
const WINDOW = 256 * 1024

function offsetsOf(chunks: readonly Uint8Array[]): number[] {
  const out: number[] = []
  const scanner = new WindowScanner(testEngine(), LOG_CONTEXT, ({ offset }) => out.push(offset), WINDOW)
  for (const chunk of chunks) scanner.push(chunk)
  scanner.end()
  return out
}

const cut = (bytes: Uint8Array, at: readonly number[]): Uint8Array[] => {
  const points = [0, ...at.map((p) => p % bytes.length).sort((a, b) => a - b), bytes.length]
  return points.slice(1).map((p, i) => bytes.subarray(points[i]!, p))
}

test('how the bytes arrive changes nothing, also where a secret crosses a window', () => {
  const filler = 'x y z '.repeat(700)
  for (const shift of [0, 7, 39]) {
    // secrets around every window boundary, in one line without an end
    const unit = `${filler}token=${GITHUB} `
    const bytes = Buffer.from(' '.repeat(shift) + unit.repeat(Math.ceil((3 * WINDOW) / unit.length)))
    const expected: number[] = []
    for (let at = bytes.indexOf('ghp_'); at >= 0; at = bytes.indexOf('ghp_', at + 1)) expected.push(at)
    assert.deepEqual(offsetsOf([bytes]), expected)
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length - 1), { maxLength: 6 }), (points) => {
        assert.deepEqual(offsetsOf(cut(bytes, points)), expected)
      }),
      { numRuns: 3 },
    )
  }
})

test('a flush tells whole lines once and waits for the rest of a line', () => {
  const out: number[] = []
  const scanner = new WindowScanner(testEngine(), LOG_CONTEXT, ({ offset }) => out.push(offset))
  const text = `a ${GITHUB}\nb ${GITHUB}\nc ${GITHUB}`
  for (let i = 0; i < text.length; i += 10) {
    scanner.push(Buffer.from(text.slice(i, i + 10)))
    scanner.flushLines()
  }
  assert.deepEqual(out, [2, 45])
  scanner.end()
  assert.deepEqual(out, [2, 45, 88])
})

test('places are told by line and column, over windows and flushes', () => {
  const out: [number, number][] = []
  const scanner = new WindowScanner(
    testEngine(),
    LOG_CONTEXT,
    ({ line, column }) => out.push([line, column]),
    WINDOW,
  )
  const filler = `${'lorem ipsum '.repeat(9)}\n`.repeat(3000)
  scanner.push(Buffer.from(`${filler}é ${GITHUB} `))
  scanner.flushLines()
  scanner.push(Buffer.from(`${GITHUB}\n${GITHUB}\n`))
  scanner.flushLines()
  scanner.push(Buffer.from(GITHUB))
  scanner.end()
  assert.deepEqual(out, [
    [3001, 3],
    [3001, 44],
    [3002, 1],
    [3003, 1],
  ])
})

test('an excerpt masks every secret of its line', () => {
  const out: string[] = []
  const scanner = new WindowScanner(testEngine(), LOG_CONTEXT, (sighting) => out.push(sighting.excerpt()))
  scanner.push(Buffer.from(`before\na ${GITHUB} b password=Xy9${'!kd82Lq'} c\nafter`))
  scanner.end()
  assert.equal(out.length, 2)
  for (const text of out) {
    assert.ok(!text.includes(GITHUB.slice(4)) && !text.includes('kd82') && !text.includes('before'))
    assert.match(text, /^a ghp_\*+ b password=\*+ c$/)
  }
})
