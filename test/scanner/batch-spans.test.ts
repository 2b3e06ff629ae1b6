import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import type { Finding } from '../../src/core/finding.ts'
import { decodeOtlp } from '../../src/ingest/otlp/decode/decode-otlp.ts'
import { DEFAULT_DECODE_LIMITS } from '../../src/ingest/otlp/decode/limits.ts'
import { BatchSpans } from '../../src/scanner/batch-spans.ts'
import { builtinRules } from '../../src/scanner/builtin-rules.ts'
import { scannerConfig } from '../../src/scanner/config.ts'
import { createScanner } from '../../src/scanner/create-scanner.ts'
import { KeywordFinder } from '../../src/scanner/prefilter/keyword-finder.ts'
import { OTLP } from '../support/otlp-proto.ts'
import { GENERATED } from '../support/otlp-requests.ts'
import { field, join, keyValue, string } from '../support/wire.ts'

/** The two ways to gather and sieve the texts of a batch: in JavaScript, and in the memory where its columns lie. */
const PLACEMENTS = ['heap', 'linear'] as const

const batches = PLACEMENTS.map((placement) => new RecordBatch(new KeyTable(5), placement))
function decode(batch: RecordBatch, payload: Uint8Array): void {
  batch.reset(SIGNAL_LOGS)
  batch.append(payload)
  assert.deepEqual(decodeOtlp(batch, 'otlp_proto', DEFAULT_DECODE_LIMITS), { kind: 'done' })
}

const finder = new KeywordFinder([{ text: 'password' }])
const readers = [new BatchSpans(), new BatchSpans()]

/** What each block of spans tells, and the bytes of all. */
function spansOf(payload: Uint8Array): { blocks: unknown[]; bytes: number }[] {
  return batches.map((batch, i) => {
    decode(batch, payload)
    const reader = readers[i]!
    const blocks: unknown[] = []
    for (const _ of reader.read(batch, batch.linear === null ? null : finder.over(batch.linear))) {
      const { start, end, marked, count, marks } = reader.list
      const columns = [start, end, marked, reader.row, reader.attr].map((c) => [...c.subarray(0, count)])
      blocks.push({ columns, marks })
    }
    return { blocks, bytes: reader.bytes }
  })
}

const record = (...fields: Uint8Array[]): Uint8Array => field(2, join(...fields))
const request = (...records: Uint8Array[]): Uint8Array => field(1, field(2, join(...records)))
const attribute = (key: string, value: string): Uint8Array => field(6, keyValue(key, string(value)))
const body = (text: string): Uint8Array => field(5, string(text))

test('the texts of random records are gathered alike', () => {
  fc.assert(
    fc.property(GENERATED.logs, ({ request: logs }) => {
      const [heap, linear] = spansOf(OTLP.logs.encode(OTLP.logs.fromObject(logs)).finish())
      assert.deepEqual(linear, heap)
    }),
    { numRuns: 200 },
  )
})

test('so are those of more records than a block of spans holds, and of keys that name secrets', () => {
  const records = Array.from({ length: 3000 }, (_, i) =>
    record(attribute('db.password', `abcd${i}`), body(`a line of some length ${i}`), attribute('x', 'short')),
  )
  // the second time the batch has a memory that is large enough, and the keys are known
  for (let time = 0; time < 2; time++) {
    const [heap, linear] = spansOf(request(...records))
    assert.ok(heap!.blocks.length > 1)
    assert.deepEqual(linear, heap)
  }
  const wide = record(
    ...Array.from({ length: 5000 }, (_, i) => attribute(`k${i % 7}`, `a value of some length ${i}`)),
  )
  for (let time = 0; time < 2; time++) {
    const [heap, linear] = spansOf(request(records[0]!, wide, records[1]!))
    assert.deepEqual(linear, heap)
  }
})

const token = (i: number): string => `ghp_${String(i).padStart(36, 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC3')}`

/** Findings of one request, however often it is read. */
function findingsOf(payload: Uint8Array): Finding[][] {
  return batches.map((batch) => {
    const scanner = createScanner(scannerConfig.parse({}), {
      fingerprintKey: new Uint8Array(32),
      rules: builtinRules(),
      clock: { nowMs: () => 0 },
    })
    const found: Finding[] = []
    decode(batch, payload)
    for (const _ of scanner.scan(batch, (finding) => found.push(finding)));
    return found
  })
}

test('secrets are found alike: in text before and after attributes, at the ends of texts, and in long ones', () => {
  const filler = 'nothing to see here, move along; '.repeat(4000)
  const payload = request(
    record(body(token(1)), attribute('note', `x ${token(2)}`), attribute('password', 'Tr0ub4dor&3xyz')),
    record(attribute('note', `token=${token(3)}`), body(`password=hunter2-Zq9x ${token(4)}`)),
    record(body(`${filler}${token(5)} ${filler} ${token(6)}`), attribute('note', token(7))),
  )
  const [heap, linear] = findingsOf(payload)
  assert.ok(heap!.length >= 9, `${heap!.length} found`)
  assert.deepEqual(linear, heap)
})

test('two scanners that take turns on a batch keep their keywords apart', () => {
  const [, batch] = batches
  const finders = ['needle', 'thread'].map((text) => new KeywordFinder([{ text }]))
  decode(batch!, request(record(body('a needle and some thread, a needle'))))
  const reader = new BatchSpans()
  for (let turn = 0; turn < 4; turn++) {
    const mine = finders[turn % 2]!
    const sieve = mine.over(batch!.linear!)
    const hits: number[] = []
    for (const _ of reader.read(batch!, sieve)) {
      mine.begin(batch!.bytes, reader.list, sieve)
      while (mine.next()) hits.push(mine.hitCount)
    }
    assert.deepEqual(hits, [turn % 2 === 0 ? 2 : 1])
  }
})
