import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import type { Log } from 'sarif'
import { type FileFinding, newTotals } from '../../../src/scanner/files/file-finding.ts'
import { REPORT_FORMATS, REPORTS, type ReportFormat } from '../../../src/scanner/reports/formats.ts'
import type { ReportInput } from '../../../src/scanner/reports/report.ts'
import { scannerWith, tokenOf } from '../files/scanner-fixture.ts'

const HOSTILE = '<script>alert(1)</script>\u001b[2J|`"\'&,\u202e=1+1'
const sample = scannerWith().scanFile(
  `src/${HOSTILE.replaceAll('/', '_')} x.ts`,
  Buffer.from(`a = "${tokenOf(1)}" ${HOSTILE}\npassword: ${'Xy9!kd'}82Lq#\n`),
)
const inHistory: FileFinding = {
  ...sample[0]!,
  path: '=cmd.txt',
  kind: 'honeytoken',
  commit: { id: 'a'.repeat(40), author: `Eve ${HOSTILE}`, date: '2026-01-02T03:04:05.000Z' },
}
const inputOf = (findings: readonly FileFinding[]): ReportInput => ({
  findings,
  totals: { ...newTotals(), files: 3, bytes: 100, problems: [`a.zip ${HOSTILE}: is damaged`] },
  version: '1.2.3',
  elapsedMs: 1234,
  colour: false,
})
const write = (format: ReportFormat, findings: readonly FileFinding[] = [...sample, inHistory]): string =>
  [...REPORTS[format](inputOf(findings))].join('')

test('there are findings to report', () => {
  assert.deepEqual(
    sample.map((f) => f.ruleId),
    ['github-pat', 'generic-password'],
  )
})

test('no format shows a secret that was not asked for, nor a control character of the input', () => {
  for (const format of REPORT_FORMATS) {
    const text = write(format)
    assert.ok(!text.includes(tokenOf(1)) && !text.includes('kd82Lq'), format)
    assert.ok(!/[\u001b\u202e]/.test(text) || format.startsWith('json'), format)
    assert.ok(!text.includes('\u001b'), format)
  }
})

test('a revealed secret is in every format that has a place for it', () => {
  const revealed = sample.map((f) => ({ ...f, secret: tokenOf(1) }))
  for (const format of ['terminal', 'json', 'jsonl', 'sarif', 'csv', 'html'] as const) {
    assert.ok(write(format, revealed).includes(tokenOf(1)), format)
  }
})

test('SARIF is valid by the schema of the standard, with and without findings', () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, 'sarif-2.1.0.schema.json'), 'utf8'),
  ) as object
  const ajv = new Ajv({ strict: false })
  formats.default(ajv)
  const valid = ajv.compile(schema)
  for (const findings of [[...sample, inHistory], []]) {
    const log = JSON.parse(write('sarif', findings)) as Log
    assert.ok(valid(log), JSON.stringify(valid.errors))
    assert.equal(log.runs[0]!.results!.length, findings.length)
  }
  const log = JSON.parse(write('sarif')) as Log
  const [first] = log.runs[0]!.results!
  assert.deepEqual(first!.locations![0]!.physicalLocation!.region, {
    startLine: 1,
    startColumn: 6,
    endLine: 1,
    endColumn: 46,
    snippet: { text: first!.locations![0]!.physicalLocation!.region!.snippet!.text },
  })
  assert.ok(!valid({ ...log, version: '2.0.0' }), 'the schema refuses what is wrong')
})

test('JSON and JSON lines hold what was found', () => {
  const { findings, totals } = JSON.parse(write('json')) as {
    findings: FileFinding[]
    totals: { findings: number }
  }
  assert.deepEqual(findings, [...sample, inHistory])
  assert.equal(totals.findings, 3)
  const lines = write('jsonl').trim().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    findings,
  )
  assert.deepEqual((JSON.parse(write('json', [])) as { findings: unknown[] }).findings, [])
})

test('markup of the input is text in HTML and JUnit', () => {
  for (const format of ['html', 'junit'] as const) {
    const text = write(format)
    assert.ok(!text.includes('<script>alert') && text.includes('&#60;script&#62;'), format)
    const tags = [...text.matchAll(/<(\/?)([a-z]+)(?=[\s/>])[^>]*?(\/?)>/g)].filter(
      ([, , name]) => !['meta', 'html'].includes(name!),
    )
    const open: string[] = []
    for (const [, closing, name, empty] of tags) {
      if (closing === '/') assert.equal(open.pop(), name, format)
      else if (empty !== '/') open.push(name!)
    }
    assert.deepEqual(open, [], format)
  }
})

test('a cell of CSV is quoted, and none starts a formula', () => {
  const rows = write('csv').trimEnd().split('\r\n')
  assert.equal(rows.length, 4)
  assert.ok(rows[3]!.startsWith(`"'=cmd.txt",1,6,`))
  assert.ok(rows[1]!.includes('""'))
})

test('the terminal has one block a finding and a summary', () => {
  const text = write('terminal')
  assert.match(text, /PLANTED TOKEN/)
  assert.match(text.trimEnd().split('\n').at(-1)!, /^3 secrets in 3 files, .*1 problem$/)
  assert.match([...REPORTS.terminal({ ...inputOf([]), colour: true })].join(''), /^no secrets in 3 files/)
})
