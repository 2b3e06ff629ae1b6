import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineStream, type TailFinding } from '../../../src/scanner/tail/line-stream.ts'
import { testEngine } from '../scan-text.ts'

const GITHUB = `ghp_${'0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uVwXy'}`
const KEY = [
  `-----BEGIN RSA PRIVATE ${'KEY'}-----`,
  'MIIEowIBAAKCAQEAx7Vq0Yb3fK9mZs1tQwErTyUiOpAsDfGhJkLzXcVbNm123456',
  `-----END RSA PRIVATE ${'KEY'}-----`,
]

function streamOf(every = false) {
  const told: TailFinding[] = []
  let nowMs = 0
  const stream = new LineStream('x.log', testEngine(), {
    every,
    nowMs: () => nowMs,
    report: (f) => told.push(f),
  })
  return { told, stream, pass: (ms: number) => (nowMs += ms) }
}

test('a secret is told when its line is complete, not before', () => {
  const { told, stream } = streamOf()
  stream.push(Buffer.from(`token ${GITHUB}`))
  stream.idle()
  assert.equal(told.length, 0)
  stream.push(Buffer.from('\n'))
  stream.idle()
  assert.deepEqual(
    told.map((f) => [f.line, f.column]),
    [[1, 7]],
  )
})

test('the same secret is told once an hour, or each time when asked', () => {
  const { told, stream, pass } = streamOf()
  for (let i = 0; i < 5; i++) stream.push(Buffer.from(`${GITHUB}\n`))
  stream.idle()
  assert.deepEqual([told.length, stream.folded], [1, 4])
  pass(3_700_000)
  stream.push(Buffer.from(`${GITHUB}\n`))
  stream.idle()
  assert.equal(told.length, 2)
  const each = streamOf(true)
  each.stream.push(Buffer.from(`${GITHUB}\n${GITHUB}\n`))
  each.stream.idle()
  assert.equal(each.told.length, 2)
})

test('a private key whose lines come one by one is one secret', () => {
  const { told, stream } = streamOf()
  for (const line of KEY) {
    stream.push(Buffer.from(`${line}\n`))
    stream.idle()
  }
  stream.end()
  assert.deepEqual(
    told.map((f) => [f.ruleId, f.line]),
    [['private-key', 1]],
  )
})

test('a key that never ends does not hold the lines after it for ever', () => {
  const { told, stream, pass } = streamOf()
  stream.push(Buffer.from(`${KEY[0]}\nabc\n${GITHUB}\n`))
  stream.idle()
  assert.equal(told.length, 0)
  pass(5000)
  stream.idle()
  assert.deepEqual(
    told.map((f) => f.ruleId),
    ['github-pat'],
  )
})
