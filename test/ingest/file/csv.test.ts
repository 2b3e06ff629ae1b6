import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readAll } from './read-all.ts'

test('columns get their meaning from their names', async () => {
  const { rows, source } = await readAll(
    'time_ms,service,subject,value,severity_number,status,region,label,attack\n' +
      '1700000000005.232,checkout,10.0.0.1,102.5,17,500,eu,1,ddos\n',
  )
  assert.equal(source.format, 'csv')
  assert.deepEqual(rows, [
    {
      position: 2,
      timeMs: 1_700_000_000_005.232,
      value: 102.5,
      severity: 17,
      service: 'checkout',
      body: '',
      attributes: { 'client.address': '10.0.0.1', 'http.response.status_code': '500', region: 'eu' },
    },
  ])
})

test('timestamp and value are enough; the series is the name of the input', async () => {
  const { rows } = await readAll('timestamp,value\n2014-07-01 00:30:00,10844\n')
  assert.equal(rows[0]?.timeMs, Date.UTC(2014, 6, 1, 0, 30))
  assert.equal(rows[0]?.value, 10844)
  assert.equal(rows[0]?.service, 'stdin')
})

test('flags beat guesses, several columns can name a series, and columns can be left out', async () => {
  const { rows } = await readAll('when;host;disk;used;time;note\n2026-01-01;a;sda;7;junk;x\n', {
    fields: { time: 'when', series: ['host', 'disk'], value: 'used', skip: ['note'] },
  })
  assert.equal(rows[0]?.service, 'a/sda')
  assert.equal(rows[0]?.value, 7)
  assert.deepEqual(rows[0]?.attributes, { time: 'junk' })
})

test('a file without a header is read with the columns given', async () => {
  const { rows } = await readAll('1700000000,5\n1700000001,6\n', { columns: ['t', 'value'] })
  assert.deepEqual(
    rows.map((r) => r.value),
    [5, 6],
  )
})

test('quoted cells keep delimiters, doubled quotes and line feeds', async () => {
  const { rows, source } = await readAll(
    'time,message,user\n1700000000,"said ""hi"", twice\nand left",ann\r\n1700000001,plain,bob\n',
  )
  assert.equal(source.malformed, 0)
  assert.equal(rows[0]?.body, 'said "hi", twice\nand left')
  assert.equal(rows[0]?.attributes['client.address'], 'ann')
  assert.equal(rows[1]?.position, 4)
})

test('malformed rows are counted with their line and the rest is read', async () => {
  const { rows, lines, source } = await readAll(
    'time,value\n1700000000,1\nyesterday,2\n1700000002,many\n\n1700000003\n1700000004,NaN\n1700000005,5,5\n1700000006,6\n',
  )
  assert.deepEqual(
    rows.map((r) => [r.position, r.value]),
    [
      [2, 1],
      [7, Number.NaN],
      [9, 6],
    ],
  )
  assert.deepEqual(source.examples, [
    { line: 3, problem: 'no readable time' },
    { line: 4, problem: 'the value is not a number' },
    { line: 6, problem: 'fewer fields than the header' },
    { line: 8, problem: 'more fields than the header' },
  ])
  // one entry an input row, malformed ones too
  assert.deepEqual(
    lines.map((l) => l.row),
    [0, -1, -1, -1, 1, -1, 2],
  )
})

test('a quote that never closes costs its own row only', async () => {
  const body = Array.from({ length: 300 }, (_, i) => `${1700000000 + i},${i === 5 ? '"' : ''}x`).join('\n')
  const { rows, source } = await readAll(`time,message\n${body}\n`)
  assert.equal(rows.length, 299)
  assert.deepEqual(source.examples, [{ line: 7, problem: 'a quote is not closed' }])
  assert.deepEqual(
    rows.map((r) => r.position),
    Array.from({ length: 300 }, (_, i) => i + 2).filter((l) => l !== 7),
  )
})

test('a header without a time says what to do', async () => {
  await assert.rejects(readAll('a,b\n1,2\n', { format: 'csv' }), (e: Error & { detail: string[] }) => {
    assert.match(e.message, /no time column/)
    assert.match(e.detail[0] ?? '', /--time/)
    return true
  })
})

test('any cells written by the rules of RFC 4180 come back, however the bytes are cut', async () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é', '😀', ';', '\t'),
    maxLength: 8,
  })
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 50 }),
      async (cells, chunkBytes) => {
        const text = cells.map(([a, b], i) => `${1700000000 + i},${quote(a)},${quote(b)}`).join('\n')
        const { rows, source } = await readAll(`time,message,note\n${text}`, {}, chunkBytes)
        assert.equal(source.malformed, 0)
        assert.deepEqual(
          rows.map((r) => [r.body, r.attributes['note'] ?? '']),
          cells,
        )
      },
    ),
    { numRuns: 60 },
  )
})
