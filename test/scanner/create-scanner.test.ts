import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyTable } from '../../src/columns/key-table.ts'
import {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  KEY,
  KEY_END,
  KEY_START,
  RES_ATTR_END,
  RESOURCE_STRIDE,
  RecordBatch,
  ROW_STRIDE,
  SIGNAL_LOGS,
  SPAN_START,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TRACE_START,
  TYPE,
  VALUE_BYTES,
  VALUE_END,
  VALUE_START,
  VALUE_STRING,
} from '../../src/columns/record-batch.ts'
import type { SecretFinding } from '../../src/core/finding.ts'
import { builtinRules } from '../../src/scanner/builtin-rules.ts'
import { scannerConfig } from '../../src/scanner/config.ts'
import { createScanner, type StreamScanner } from '../../src/scanner/create-scanner.ts'

const GITHUB = `ghp_${'0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uVwXy'}`
const PASSWORD = `Xy9${'!kd82Lq'}`

function put(batch: RecordBatch, text: string): [number, number] {
  const start = batch.bytesEnd
  batch.append(new TextEncoder().encode(text))
  return [start, batch.bytesEnd]
}

function attributes(batch: RecordBatch, pairs: Readonly<Record<string, string>>): [number, number] {
  const from = batch.attrCount
  for (const [key, value] of Object.entries(pairs)) {
    const o = batch.attrCount++ * ATTR_STRIDE
    const [ks, ke] = put(batch, key)
    const [vs, ve] = put(batch, value)
    batch.attrs[o + KEY] = batch.keys.intern(batch.view, batch.bytes, ks, ke)
    batch.attrs[o + KEY_START] = ks
    batch.attrs[o + KEY_END] = ke
    batch.attrs[o + TYPE] = VALUE_STRING
    batch.attrs[o + VALUE_START] = vs
    batch.attrs[o + VALUE_END] = ve
  }
  return [from, batch.attrCount]
}

interface Row {
  readonly body: string
  readonly attrs?: Readonly<Record<string, string>>
}

const keys = new KeyTable(1)

function batchOf(
  rows: readonly Row[],
  resource: Readonly<Record<string, string>> = { 'service.name': 'checkout' },
): RecordBatch {
  const batch = new RecordBatch(keys)
  batch.reset(SIGNAL_LOGS)
  batch.receivedMs = 1_000_000
  batch.offset = 7
  const [, resEnd] = attributes(batch, resource)
  batch.resources.fill(0, 0, RESOURCE_STRIDE)
  batch.resources[RES_ATTR_END] = resEnd
  batch.resourceCount = 1
  for (const row of rows) {
    const o = batch.count * ROW_STRIDE
    const [s, e] = put(batch, row.body)
    batch.rows.fill(0, o, o + ROW_STRIDE)
    batch.rows[o + TEXT_TYPE] = VALUE_STRING
    batch.rows[o + TEXT_START] = s
    batch.rows[o + TEXT_END] = e
    batch.rows[o + TRACE_START] = -1
    batch.rows[o + SPAN_START] = -1
    const [from, to] = attributes(batch, row.attrs ?? {})
    batch.rows[o + ATTR_START] = from
    batch.rows[o + ATTR_END] = to
    batch.timeMs[batch.count] = 2_000_000 + batch.count
    batch.count++
  }
  return batch
}

const scannerOf = (settings: Record<string, unknown> = {}): StreamScanner =>
  createScanner(scannerConfig.parse(settings), {
    fingerprintKey: new Uint8Array(32).fill(3),
    rules: builtinRules(),
    clock: { nowMs: () => 5 },
  })

function findingsOf(scanner: StreamScanner, batch: RecordBatch): SecretFinding[] {
  const out: SecretFinding[] = []
  for (const _ of scanner.scan(batch, (f) => out.push(f as SecretFinding)));
  return out
}

test('bodies, attributes and resource attributes are scanned, and the finding tells the place and the service', () => {
  const batch = batchOf(
    [{ body: `using token ${GITHUB} now`, attrs: { 'http.url': `https://a:${PASSWORD}@h.internal/x` } }],
    { 'service.name': 'checkout', 'deploy.key': `ghp_${'Z'.repeat(3)}${GITHUB.slice(7)}` },
  )
  const found = findingsOf(scannerOf(), batch)
  assert.deepEqual(found.map((f) => [f.place, f.rule, f.series['service.name']]).sort(), [
    ['body', 'github-pat', 'checkout'],
    ['deploy.key', 'github-pat', 'checkout'],
    ['http.url', 'url-credentials', 'checkout'],
  ])
})

test('a secret in a bytes value is found as one in a text is', () => {
  const batch = batchOf([{ body: `using token ${GITHUB} now`, attrs: { raw: `key ${GITHUB}` } }])
  batch.rows[TEXT_TYPE] = VALUE_BYTES
  batch.attrs[batch.rows[ATTR_START]! * ATTR_STRIDE + TYPE] = VALUE_BYTES
  assert.deepEqual(
    findingsOf(scannerOf(), batch)
      .map((f) => f.place)
      .sort(),
    ['body', 'raw'],
  )
})

test('an attribute whose key names a secret makes its value one', () => {
  const found = findingsOf(
    scannerOf(),
    batchOf([{ body: 'x', attrs: { 'db.password': PASSWORD, 'db.name': PASSWORD } }]),
  )
  assert.deepEqual(
    found.map((f) => [f.place, f.start, f.end]),
    [['db.password', 0, PASSWORD.length]],
  )
})

test('no finding holds any secret of its row, also where two stand on one line', () => {
  const found = findingsOf(scannerOf(), batchOf([{ body: `password=${PASSWORD} token=${GITHUB} end` }]))
  assert.equal(found.length, 2)
  const text = JSON.stringify(found)
  assert.ok(!text.includes(PASSWORD) && !text.includes(GITHUB) && !text.includes(GITHUB.slice(4, 20)))
  assert.ok(found[0]!.excerpt.includes('password=********'))
})

test('a leak in a loop is one finding and a count', () => {
  const scanner = scannerOf()
  const rows = Array.from({ length: 500 }, () => ({ body: `password=${PASSWORD}` }))
  assert.equal(findingsOf(scanner, batchOf(rows)).length, 1)
  assert.equal(scanner.folded(), 499)
})

test('a service that leaks many different secrets is held to its rate, and the rest is counted', () => {
  const scanner = scannerOf({ findingsPerServiceMinute: 5 })
  const rows = Array.from({ length: 20 }, (_, i) => ({ body: `password=${PASSWORD}${i}` }))
  assert.equal(findingsOf(scanner, batchOf(rows)).length, 5)
  assert.equal(scanner.limited(), 15)
})

test('the same batch gives the same ids', () => {
  const ids = () => findingsOf(scannerOf(), batchOf([{ body: `a ${GITHUB}` }])).map((f) => f.id)
  assert.deepEqual(ids(), ids())
})

test('a disabled scanner and a disabled rule find nothing', () => {
  assert.equal(findingsOf(scannerOf({ enabled: false }), batchOf([{ body: GITHUB }])).length, 0)
  assert.equal(
    findingsOf(scannerOf({ disabledRules: ['github-pat'] }), batchOf([{ body: `x ${GITHUB}` }])).length,
    0,
  )
})

test('mask replaces every secret of a text and nothing else', () => {
  const masked = scannerOf().mask(`é password=${PASSWORD} and ${GITHUB} é`)
  assert.equal(masked, `é password=**************** and ghp_${'*'.repeat(32)} é`)
  assert.equal(scannerOf().mask('nothing to see here'), 'nothing to see here')
})

test('an allow list lets pass in the stream too; what the line itself says does not', () => {
  const batch = batchOf([{ body: `token ${GITHUB} telltale:ignore` }])
  const [finding] = findingsOf(scannerOf(), batch)
  assert.equal(finding?.rule, 'github-pat')
  for (const allow of [{ rules: ['github-pat'] }, { regexes: ['^ghp_0aB1'] }]) {
    assert.deepEqual(
      findingsOf(scannerOf({ allow }), batchOf([{ body: `token ${GITHUB}` }])),
      [],
      JSON.stringify(allow),
    )
  }
})
