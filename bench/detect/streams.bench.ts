/**
 * Runs `telltale replay`, with no configuration, over every labelled stream of the shared data, and prints what the
 * shared scorer says of it; what replay's own --labels says must agree.
 * usage: npm run bench:streams [-- NAME... -v]    -v prints every finding; only a run of all writes bench/results
 */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { AnomalyFinding } from '../../src/core/finding.ts'
import { sharedDir } from '../../test/support/shared.ts'
import { writeRows } from '../support/results.ts'
import { readScores } from './stream-scores.ts'

const shared = sharedDir()
if (shared === null) {
  console.log('skipped: the labelled streams are not here (../shared/data/streams, or TELLTALE_SHARED)')
  process.exit(0)
}
const names = process.argv.slice(2).filter((arg) => !arg.startsWith('-'))
const verbose = process.argv.includes('-v')
const telltale = join(import.meta.dirname, '../../bin/telltale')
const out = mkdtempSync(join(tmpdir(), 'telltale-streams-'))
const results: Record<string, unknown> = {}
for (const path of globSync(join(shared, 'data/streams/*.csv.gz')).sort()) {
  const name = basename(path, '.csv.gz')
  if (names.length > 0 && !names.includes(name)) continue
  const findings = join(out, 'findings.jsonl')
  const rows = join(out, 'rows.csv')
  const windows = path.replace('.csv.gz', '.windows.json')
  const labels = existsSync(windows) ? ['--labels', windows] : ['--labels']
  const own = execFileSync(
    telltale,
    ['replay', path, '--findings', findings, '--rows', rows, ...labels, '--no-progress'],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  const scorer = join(shared, 'tools/stream-score.py')
  const theirs = execFileSync('python3', [scorer, path, findings, rows], { encoding: 'utf8' })
  const score = readScores(theirs)
  const agrees = JSON.stringify(readScores(own)) === JSON.stringify(score)
  results[name] = { ...score, replayAgrees: agrees }
  console.log(`== ${name}\n${theirs.trimEnd()}${agrees ? '' : `\nREPLAY SAYS OTHERWISE\n${own.trimEnd()}`}`)
  if (!verbose) continue
  const startMs = Number(readFileSync(rows, 'utf8').split('\n')[1]!.split(',')[0])
  for (const line of readFileSync(findings, 'utf8').trimEnd().split('\n')) {
    if (line === '') continue
    const f = JSON.parse(line) as AnomalyFinding
    const at = (ms: number | null) => (ms === null ? '' : `${((ms - startMs) / 1000).toFixed(0)}`)
    const who = f.detectors.map((d) => `${d.name} ${d.surprise}`).join(', ')
    console.log(`  ${at(f.detectedMs)} s ${f.state} ${at(f.endMs)} ${f.severity} ${f.summary} [${who}]`)
  }
}
rmSync(out, { recursive: true })
if (names.length === 0) writeRows('streams', results)
