/**
 * Draws value, score and labelled windows of a few benchmark files as SVG into docs/img.
 * usage: npm run bench:plots [-- NAME...]
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { sharedDir } from '../../test/support/shared.ts'
import { type NabFile, readNab } from './files.ts'
import { replayScores } from './replay-scores.ts'

const NAMES = [
  'nyc_taxi',
  'exchange-3_cpc_results',
  'ec2_request_latency_system_failure',
  'Twitter_volume_FB',
]
const WIDTH = 760
const LEFT = 46
const VALUE_TOP = 26
const VALUE_HEIGHT = 110
const SCORE_TOP = 158
const SCORE_HEIGHT = 50
const HEIGHT = 232
/** Columns of the drawing: each shows the lowest and the highest value that falls into it. */
const COLUMNS = 350

const x = (file: NabFile, row: number): number => LEFT + ((WIDTH - LEFT - 8) * row) / file.timeMs.length
const compact = (n: number): string =>
  new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(n)
const short = (n: number): string => n.toFixed(1).replace(/\.0$/, '')

/** One vertical stroke a column, from its lowest to its highest value. */
function strokes(file: NabFile, low: number, high: number): string {
  const y = (v: number) => short(VALUE_TOP + VALUE_HEIGHT * (1 - (v - low) / (high - low || 1)))
  const per = Math.max(1, Math.ceil(file.value.length / COLUMNS))
  const path: string[] = []
  for (let from = 0; from < file.value.length; from += per) {
    const part = file.value.subarray(from, from + per)
    path.push(
      `${path.length === 0 ? 'M' : 'L'}${short(x(file, from))} ${y(Math.min(...part))}V${y(Math.max(...part))}`,
    )
  }
  return path.join('')
}

function axisLabel(y: number, text: string): string {
  return `<text x="${LEFT - 4}" y="${y}" text-anchor="end">${text}</text>`
}

function draw(file: NabFile, scores: readonly number[]): string {
  const low = Math.min(...file.value)
  const high = Math.max(...file.value)
  const top = Math.max(8, ...scores)
  const scoreY = (s: number) => short(SCORE_TOP + SCORE_HEIGHT * (1 - s / top))
  const bars = scores
    .map((s, row) => (s > 0 ? `M${short(x(file, row))} ${SCORE_TOP + SCORE_HEIGHT}V${scoreY(s)}` : ''))
    .join('')
  const windows = file.windows
    .map(([a, b]) => {
      const from = x(file, a)
      return `<rect x="${short(from)}" y="${VALUE_TOP - 6}" width="${short(x(file, b) - from)}" height="${SCORE_TOP + SCORE_HEIGHT - VALUE_TOP + 6}" class="w"/>`
    })
    .join('')
  const title = `${basename(file.name, '.csv')}: value, labelled windows, score in nats`
  const day = (row: number) => new Date(file.timeMs[row]!).toISOString().slice(0, 10)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="10" role="img">
<title>${title}</title>
<style>rect.b{fill:#fff}.w{fill:#f2b134;opacity:.35}.v{stroke:#33658a;fill:none;stroke-width:.8}.s{stroke:#b3261e;stroke-width:1.2}.a{stroke:#999;stroke-width:.5}</style>
<rect class="b" width="${WIDTH}" height="${HEIGHT}"/>
<text x="${LEFT}" y="14" font-size="12">${title}</text>
${windows}
<path class="v" d="${strokes(file, low, high)}"/>
<path class="a" d="M${LEFT} ${SCORE_TOP + SCORE_HEIGHT}H${WIDTH - 8}M${LEFT} ${scoreY(6)}H${WIDTH - 8}" stroke-dasharray="3 3"/>
<path class="s" d="${bars}"/>
${axisLabel(VALUE_TOP + 8, compact(high))}${axisLabel(VALUE_TOP + VALUE_HEIGHT, compact(low))}
${axisLabel(Number(scoreY(6)) + 3, '6')}${axisLabel(SCORE_TOP + SCORE_HEIGHT, '0')}
<text x="${LEFT}" y="${HEIGHT - 6}">${day(0)}</text><text x="${WIDTH - 8}" y="${HEIGHT - 6}" text-anchor="end">${day(file.timeMs.length - 1)}</text>
</svg>
`
}

const shared = sharedDir()
const nab = shared === null ? '' : join(shared, 'data/nab')
if (!existsSync(join(nab, 'windows.json'))) {
  console.log('skipped: the benchmark files are not here (../shared/data/nab, or TELLTALE_SHARED)')
  process.exit(0)
}
const wanted = process.argv.length > 2 ? process.argv.slice(2) : NAMES
const img = join(import.meta.dirname, '../../docs/img')
const scratch = mkdtempSync(join(tmpdir(), 'telltale-plots-'))
mkdirSync(img, { recursive: true })
for (const file of readNab(nab)) {
  const name = basename(file.name, '.csv')
  if (!wanted.includes(name)) continue
  const path = join(img, `nab-${name.replaceAll('_', '-').toLowerCase()}.svg`)
  writeFileSync(path, draw(file, await replayScores(file, scratch)))
  console.log(path)
}
rmSync(scratch, { recursive: true })
