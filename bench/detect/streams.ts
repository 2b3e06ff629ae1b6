/**
 * Feeds the labelled streams to the detectors and prints what the scorer says.
 * usage: node bench/detect/streams.ts [NAME...]    -v prints every finding
 */
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import type { AnomalyFinding } from '../../src/core/finding.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors } from '../../src/detectors/engine.ts'
import { sharedDir } from '../../test/support/shared.ts'
import { appendStreamRow, readStream } from './stream-rows.ts'

const shared = sharedDir()
if (shared === null) {
  console.log('skipped: no shared data')
  process.exit(0)
}
const names = process.argv.slice(2).filter((arg) => !arg.startsWith('-'))
const verbose = process.argv.includes('-v')
const out = mkdtempSync(join(tmpdir(), 'telltale-streams-'))
for (const path of globSync(join(shared, 'data/streams/*.csv.gz')).sort()) {
  const name = basename(path, '.csv.gz')
  if (names.length > 0 && !names.includes(name)) continue
  const lines = readStream(path)
  const keys = new KeyTable(1)
  const detectors = createDetectors(detectorsConfig.parse({}), { keys, clock: null })
  const findings: AnomalyFinding[] = []
  const rowsOut: string[] = ['score,alert']
  const emit = (finding: unknown): void => void findings.push(finding as AnomalyFinding)
  const batch = new RecordBatch(keys)
  batch.stream = `file:${name}`
  const rows = { score: new Float64Array(1000), alert: new Uint8Array(1000) }
  let ms = 0
  for (let i = 0; i < lines.length; i += 1000) {
    batch.reset(SIGNAL_LOGS)
    batch.offset = i
    for (const line of lines.slice(i, i + 1000)) appendStreamRow(batch, line)
    const from = performance.now()
    detectors.observe(batch, emit, rows)
    ms += performance.now() - from
    for (let r = 0; r < batch.count; r++) rowsOut.push(`${rows.score[r]!.toFixed(2)},${rows.alert[r]}`)
  }
  const findingsPath = join(out, 'findings.jsonl')
  const rowsPath = join(out, 'rows.csv')
  writeFileSync(findingsPath, findings.map((finding) => JSON.stringify(finding)).join('\n'))
  writeFileSync(rowsPath, rowsOut.join('\n'))
  const score = execFileSync('python3', [join(shared, 'tools/stream-score.py'), path, findingsPath, rowsPath])
  console.log(
    `== ${name}: ${((ms * 1000) / lines.length).toFixed(2)} us a row\n${score.toString().trimEnd()}`,
  )
  if (verbose) {
    const first = Number(lines[0]![0])
    for (const f of findings) {
      const who = f.detectors.map((d) => `${d.name} ${d.surprise}`).join(', ')
      console.log(
        `  ${((f.detectedMs - first) / 1000).toFixed(0)}s ${f.state} ${f.endMs === null ? '' : ((f.endMs - first) / 1000).toFixed(0)} ${f.severity} ${f.summary} [${who}]`,
      )
    }
  }
}
rmSync(out, { recursive: true })
