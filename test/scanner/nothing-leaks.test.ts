import assert from 'node:assert/strict'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import { seededRandom } from '../../src/core/clock.ts'
import { decodeOtlp } from '../../src/ingest/otlp/decode/decode-otlp.ts'
import { builtinRuleData, builtinRules } from '../../src/scanner/builtin-rules.ts'
import { scannerConfig } from '../../src/scanner/config.ts'
import { createScanner } from '../../src/scanner/create-scanner.ts'
import { expandTemplate } from '../../src/scanner/example-template.ts'
import { newTotals } from '../../src/scanner/files/file-finding.ts'
import { scanTree } from '../../src/scanner/files/scan-tree.ts'
import { Sightings } from '../../src/scanner/fold.ts'
import { KeywordFinder } from '../../src/scanner/prefilter/keyword-finder.ts'
import { SpanList } from '../../src/scanner/prefilter/span-list.ts'
import { REPORT_FORMATS, REPORTS } from '../../src/scanner/reports/formats.ts'
import { LineStream } from '../../src/scanner/tail/line-stream.ts'
import { Meter } from '../../src/telemetry/meter.ts'
import { settingsWith } from './files/scanner-fixture.ts'
import { matchesIn, testEngine } from './scan-text.ts'

/**
 * One secret of every built-in kind, two on each line, through every door of the scanner: what comes out of any of them,
 * findings, reports, caches, metrics and what a snapshot keeps, is searched for all of them.
 */
const random = seededRandom(20)
const examples = builtinRuleData()
  .filter((rule) => !rule.personal)
  .map((rule) => expandTemplate(rule.examples.true[0]!, random).text)
const lines = examples.map((text, i) => `line ${i}: ${text} and ${examples[(i + 1) % examples.length]}`)
const log = Buffer.from(`${lines.join('\n')}\n`)

/** What nobody may see: the ends of the secrets, whose beginnings may be a public prefix. */
const hidden = new Set<string>()
for (const match of matchesIn(log)) {
  const secret = log.subarray(match.start, match.end).toString()
  hidden.add(secret.length > 24 ? secret.slice(-12) : secret)
}

const forms = [...hidden].flatMap((secret) => [
  ...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]),
])
const finder = new KeywordFinder(forms.map((text) => ({ text })))

function assertShowsNone(name: string, output: string): void {
  assert.ok(output.length > 0, `${name} wrote something`)
  const bytes = Buffer.from(output)
  const whole = SpanList.of(1)
  whole.set(0, 0, bytes.length)
  whole.count = 1
  finder.begin(bytes, whole)
  if (finder.next()) assert.fail(`${name} shows ${forms[finder.hitKeyword[0]!]}`)
}

test('the search finds what it looks for', () => {
  assert.throws(() => assertShowsNone('', `x ${forms[0]} y`))
})

const folder = mkdtempSync(join(tmpdir(), 'telltale-leaks-'))
after(() => rmSync(folder, { recursive: true }))

test('most of the kinds are there to be looked for', () => {
  assert.ok(hidden.size > 400, `${hidden.size}`)
})

test('files: findings, all reports and both caches', async () => {
  const tree = join(folder, 'tree')
  const totals = newTotals()
  const cacheFolder = join(folder, 'cache')
  const sub = join(tree, 'src')
  mkdirSync(sub, { recursive: true })
  lines.forEach((line, i) => {
    writeFileSync(join(i % 2 === 0 ? tree : sub, `f${i}.log`), `${line}\n`)
  })
  writeFileSync(
    join(
      tree,
      `${examples
        .find((text) => text.includes('ghp_'))!
        .split('=')
        .at(-1)}.txt`,
    ),
    log,
  )
  const findings = await scanTree(
    [tree],
    {
      settings: settingsWith(),
      gitignore: false,
      jobs: 1,
      cacheFolder,
      env: { TELLTALE_CACHE_DIR: join(folder, 'user-cache') },
      version: '1.0.0',
      onProgress: () => {},
    },
    totals,
  )
  assert.ok(findings.length > hidden.size)
  assertShowsNone('findings', JSON.stringify([findings, totals]))
  for (const format of REPORT_FORMATS) {
    const input = { findings, totals, version: '1.0.0', elapsedMs: 1, colour: true }
    assertShowsNone(format, [...REPORTS[format](input)].join(''))
  }
  const kept = globSync('{cache,user-cache}/**/*', { cwd: folder })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
  assert.ok(kept.length >= 2)
  assertShowsNone('caches', kept.map((path) => `${path}\n${readFileSync(path, 'utf8')}`).join('\n'))
})

test('tail', () => {
  const out: unknown[] = []
  const stream = new LineStream('app.log', testEngine(), {
    every: true,
    nowMs: () => 0,
    report: (f) => out.push(f),
  })
  for (let at = 0; at < log.length; at += 1000) stream.push(log.subarray(at, at + 1000))
  stream.end()
  assertShowsNone('tail', JSON.stringify(out))
})

test('stream: findings, metrics, and what a snapshot keeps', async () => {
  const meter = new Meter()
  const sightings = new Sightings()
  const scanner = createScanner(scannerConfig.parse({ findingsPerServiceMinute: 1_000_000 }), {
    fingerprintKey: new Uint8Array(32).fill(5),
    rules: builtinRules(),
    clock: { nowMs: () => 1000 },
    meter,
    sightings,
  })
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const request = {
    resourceLogs: lines.map((line, i) => ({
      resource: { attributes: [attribute('service.name', `svc ${line}`), attribute(line, 'x')] },
      scopeLogs: [
        {
          logRecords: [
            {
              body: { stringValue: line },
              attributes: [attribute(line, line), attribute('db.password', `${i} ${line}`)],
            },
          ],
        },
      ],
    })),
  }
  const batch = new RecordBatch(new KeyTable(1))
  batch.reset(SIGNAL_LOGS)
  batch.append(Buffer.from(JSON.stringify(request)))
  decodeOtlp(batch, 'otlp_json', { rowsMax: 1e5, attrsMax: 1e6, depthMax: 9 })
  assert.equal(batch.count, lines.length)
  const out: unknown[] = []
  for (const _ of scanner.scan(batch, (finding) => out.push(finding)));
  assert.ok(out.length > hidden.size)
  assertShowsNone('findings', JSON.stringify(out))
  assertShowsNone('metrics', await meter.expose())
  assertShowsNone('snapshot', Buffer.from(sightings.save(batch.stream)).toString())
  assertShowsNone('mask', lines.map((line) => scanner.mask(line)).join('\n'))
})
