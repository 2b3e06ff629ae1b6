/**
 * Replays the given files of the Numenta Anomaly Benchmark with the default configuration and prints its scores.
 * usage: npm run bench:nab [-- OUT_DIR]    the scored files stay in OUT_DIR
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '../../src/core/clock.ts'
import { sharedDir } from '../../test/support/shared.ts'
import { readNab } from './files.ts'
import { jittered } from './jitter.ts'
import { replayScores } from './replay-scores.ts'
import { bestOf, curveOf, type FileGains, gainsOf, halfToHalf, THRESHOLDS } from './score.ts'

const shared = sharedDir()
const nab = shared === null ? '' : join(shared, 'data/nab')
if (!existsSync(join(nab, 'windows.json'))) {
  console.log('skipped: the benchmark files are not here (../shared/data/nab, or TELLTALE_SHARED)')
  process.exit(0)
}
const keep = process.argv[2]
const out = keep ?? mkdtempSync(join(tmpdir(), 'telltale-nab-'))
const gains: { name: string; of: FileGains }[] = []
let rows = 0
const startMs = performance.now()
const files = readNab(nab)
for (const file of files) {
  const scores = await replayScores(file, out)
  rows += scores.length
  gains.push({ name: file.name, of: gainsOf(file, scores) })
}
console.log(`${rows} rows of ${gains.length} files in ${((performance.now() - startMs) / 1000).toFixed(0)} s`)

const scorer = spawnSync('python3', [join(shared!, 'tools/nab-score.py'), nab, out], { encoding: 'utf8' })
console.log(
  scorer.status === 0 ? scorer.stdout.trimEnd() : 'python3 is not here: the shared scorer was not run',
)

const all = gains.map((g) => g.of)
const curve = curveOf(all)
const best = bestOf(curve)
console.log(
  `standard ${curve[best]!.toFixed(1)} at ${THRESHOLDS[best]!.toFixed(2)} nats by this bench's own scorer`,
)
for (const off of [-0.5, -0.25, 0.25, 0.5]) {
  const at = best + Math.round(off / 0.05)
  console.log(`  ${curve[at]!.toFixed(1)} at ${THRESHOLDS[at]!.toFixed(2)}`)
}
const halves = halfToHalf(all, seededRandom(1))
console.log(
  `threshold from one half, score of the other: ${halves.mean.toFixed(1)} +- ${halves.deviation.toFixed(1)}`,
)
const moved = Array.from({ length: 20 }, (_, seed) => jittered(files, seed))
const at = moved.map((m) => curveOf(m)[best]!)
const mean = at.reduce((sum, x) => sum + x, 0) / at.length
const spread = Math.sqrt(at.reduce((sum, x) => sum + (x - mean) ** 2, 0) / at.length)
const crossed = moved.map((m, seed) => halfToHalf(m, seededRandom(seed), 20).mean)
console.log(
  `moved bin edges, same threshold: ${mean.toFixed(1)} +- ${spread.toFixed(1)}; half to half then ${(crossed.reduce((sum, x) => sum + x, 0) / crossed.length).toFixed(1)}`,
)
console.log('points lost by file at that threshold (a window is worth 2):')
const lost = gains.map(({ name, of }) => ({ name, points: 2 * of.windows - of.gains[best]! }))
for (const { name, points } of lost.sort((a, b) => b.points - a.points))
  console.log(`  ${points.toFixed(2).padStart(6)} ${name}`)
if (keep === undefined) rmSync(out, { recursive: true })
