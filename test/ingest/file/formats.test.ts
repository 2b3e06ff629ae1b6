import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { SIGNAL_SPANS } from '../../../src/columns/record-batch.ts'
import { DONE } from '../../../src/core/outcome.ts'
import { FORMATS } from '../../../src/ingest/file/sniff.ts'
import { readAll } from './read-all.ts'

test('JSON lines: nested fields get dotted names, times may be numbers or text', async () => {
  const { rows, lines, source } = await readAll(
    '{"ts":1700000000123,"level":"warn","msg":"slow","service":{"name":"cart"},"http":{"response":{"status_code":503}},"duration_ms":12.5,"ok":true}\n' +
      '{"time":"2026-01-01T00:00:00Z","body":"b","label":1}\n' +
      '[1]\nnot json\n{"msg":"no time"}\n',
  )
  assert.equal(source.format, 'jsonl')
  assert.deepEqual(rows[0], {
    position: 1,
    timeMs: 1_700_000_000_123,
    value: 12.5,
    severity: 13,
    service: 'cart',
    body: 'slow',
    attributes: { 'http.response.status_code': '503', ok: 'true' },
  })
  assert.equal(rows[1]?.timeMs, Date.UTC(2026, 0, 1))
  assert.equal(lines[1]?.label, 1)
  assert.deepEqual(
    source.examples.map((e) => e.problem),
    ['not a JSON object', 'not a JSON object', 'no readable time'],
  )
})

test('JSON lines: any text comes out as it went in, whatever its letters and its length', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.string({ minLength: 250, maxLength: 300 }),
  )
  await fc.assert(
    fc.asyncProperty(text, text, async (body, attribute) => {
      const { rows } = await readAll(`${JSON.stringify({ ts: 1_700_000_000_123, body, a: attribute })}\n`)
      assert.equal(rows[0]?.body, body)
      assert.deepEqual(rows[0]?.attributes, { a: attribute })
    }),
    { numRuns: 100 },
  )
})

test('log lines: the timestamp is found in the forms logs use, and the level', async () => {
  const at = Date.UTC(2017, 5, 9, 20, 10, 40)
  const forms: [string, number, number][] = [
    ['2017-06-09 20:10:40,123 - INFO  [main] x', at + 123, 9],
    ['2017-06-09T22:10:40.5+02:00 ERROR x', at + 500, 17],
    ['17/06/09 20:10:40 WARN executor x', at, 13],
    ['170609 201040 26 INFO dfs.DataNode: x', at, 9],
    ['[Fri Jun 09 20:10:40 2017] [notice] x', at, 10],
    ['10.0.0.1 - - [09/Jun/2017:22:10:40 +0200] "GET / HTTP/1.1" 200 5', at, 0],
    ['1497039040 x', at, 0],
    ['1497039040.250 x', at + 250, 0],
  ]
  for (const [line, timeMs, severity] of forms) {
    const { rows } = await readAll(`${line}\n`)
    assert.equal(rows[0]?.timeMs, timeMs, line)
    assert.equal(rows[0]?.severity, severity, line)
    assert.equal(rows[0]?.body, line)
  }
  const syslog = await readAll('Jun  9 20:10:40 host sshd[1]: x\n', { year: 2017 })
  assert.equal(syslog.rows[0]?.timeMs, at)
})

test('a line without a timestamp is of the time of the one before', async () => {
  const { rows, source } = await readAll('lost\n2026-01-01 00:00:00 ERROR boom\n  at here\n')
  assert.deepEqual(
    rows.map((r) => r.body),
    ['2026-01-01 00:00:00 ERROR boom', '  at here'],
  )
  assert.equal(rows[1]?.timeMs, rows[0]?.timeMs)
  assert.deepEqual(source.examples, [{ line: 1, problem: 'no readable time' }])
})

test("the user's own time pattern is used", async () => {
  const { rows } = await readAll('a|1700000000|x\n', { format: 'text', timePattern: /\|(\d+)\|/ })
  assert.equal(rows[0]?.timeMs, 1_700_000_000_000)
})

test('OTLP JSON lines go to the OTLP decoder, each line a batch of its signal', async () => {
  const signals: number[] = []
  const { source } = await readAll('{"resourceLogs":[]}\n{"resourceSpans":[]}\n{"other":1}\n', {
    decodeOtlp: (batch, format) => {
      assert.equal(format, 'otlp_json')
      signals.push(batch.signal)
      assert.match(batch.text(0, batch.payloadEnd), /^\{"resource(Logs|Spans)":\[\]\}$/)
      return DONE
    },
  })
  assert.deepEqual(signals, [0, SIGNAL_SPANS])
  assert.deepEqual(source.examples, [{ line: 3, problem: 'not an OTLP request' }])
})

test('gzip and zstd are seen by their bytes, damage is an error that says so', async () => {
  const csv = Buffer.from('timestamp,value\n1700000000,5\n')
  for (const packed of [gzipSync(csv), zstdCompressSync(csv)]) {
    assert.equal((await readAll(packed, {}, 1)).rows[0]?.value, 5)
    await assert.rejects(readAll(packed.subarray(0, packed.length - 9)), { code: 'BAD_ENCODING' })
  }
})

test('a file cut anywhere and read in two runs gives the rows of one run', async () => {
  const csv = `timestamp,value\n${Array.from({ length: 50 }, (_, i) => `${1700000000 + i},${i}`).join('\n')}\n`
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 9 }),
      async (chunk, rowsPerBatch) => {
        const { rows } = await readAll(csv, { rowsPerBatch }, chunk)
        assert.deepEqual(
          rows.map((r) => [r.position, r.value]),
          Array.from({ length: 50 }, (_, i) => [i + 2, i]),
        )
      },
    ),
    { numRuns: 30 },
  )
})

test('whatever the bytes, a reader neither throws nor invents rows', async () => {
  const token = fc.constantFrom(
    'time,value,message\n',
    '1700000000,1,x\n',
    '{"time":1,"value":2}\n',
    '{"a":',
    '"',
    ',',
    '\r\n',
    '\0',
    '2026-01-01T00:00:00Z ERROR x\n',
    '{"resourceLogs":[{}]}\n',
    '\u{FEFF}',
    '9999999999999999999999',
    '[',
    '}',
  )
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .array(fc.oneof(token, fc.string({ maxLength: 12 })), { maxLength: 40 })
      .map((parts) => Buffer.from(parts.join(''))),
  )
  for (const format of FORMATS) {
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 64 }), async (input, chunk) => {
        // columns are given, so that no header is missed
        const columns = format === 'csv' ? ['time', 'value', 'message'] : null
        const magic = (input[0] === 0x1f && input[1] === 0x8b) || (input[0] === 0x28 && input[1] === 0xb5)
        if (magic) return
        const { rows, source } = await readAll(input, { format, columns }, chunk)
        const lineCount = input.filter((b) => b === 10).length + 1
        assert.ok(rows.length + source.malformed <= lineCount)
        for (const row of rows) assert.ok(Number.isFinite(row.timeMs))
      }),
      { numRuns: 150 },
    )
  }
})
