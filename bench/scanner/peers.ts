import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { builtinRules } from '../../src/scanner/builtin-rules.ts'
import { DEFAULT_SCANNER_CONFIG } from '../../src/scanner/config.ts'
import { ScanEngine } from '../../src/scanner/engine.ts'
import { LOG_CONTEXT } from '../../src/scanner/scan-context.ts'
import { writeResult } from '../support/results.ts'

/**
 * Speed and quality side by side with gitleaks and secretlint on the labelled lines and on their real part, in one run:
 * MB per CPU second, one thread, and a calibration loop so that runs on different machines can be compared. The peers
 * are installed into a cache folder when they are not there (Go and npm are needed), and skipped, visibly, if that fails.
 *
 *   node bench/scanner/peers.ts [LABELLED.jsonl.gz]
 */

interface Row {
  readonly line: string
  readonly secrets: readonly unknown[]
  readonly class?: string
}
const labelled =
  process.argv[2] ??
  join(
    process.env['TELLTALE_SHARED'] ?? join(import.meta.dirname, '../../../shared'),
    'data/secrets/log-lines.jsonl.gz',
  )
if (!existsSync(labelled)) {
  console.log(`skipped: ${labelled} is not there`)
  process.exit(0)
}
const rows = gunzipSync(readFileSync(labelled))
  .toString()
  .trim()
  .split('\n')
  .map((r) => JSON.parse(r) as Row)
const real = rows.filter((r) => r.class?.startsWith('loghub:'))
const work = mkdtempSync(join(tmpdir(), 'telltale-peers-'))
const cache = process.env['TELLTALE_BENCH_CACHE'] ?? join(homedir(), '.cache/telltale-bench')
mkdirSync(cache, { recursive: true })

const textOf = (list: readonly Row[]): string => `${list.map((r) => r.line).join('\n')}\n`
const linesFile = join(work, 'lines.txt')
const realFile = join(work, 'real.txt')
writeFileSync(linesFile, textOf(rows))
const realText = textOf(real)
const times = (megabytes: number): string => realText.repeat(Math.ceil((megabytes * 1e6) / realText.length))
writeFileSync(realFile, times(8))

/** Runs a command and tells the CPU seconds of it and its children. */
function cpuOf(command: string, args: readonly string[]): { seconds: number; stdout: string } {
  const quoted = [command, ...args].map((a) => `'${a.replaceAll("'", `'\\''`)}'`).join(' ')
  const run = spawnSync('bash', ['-c', `TIMEFORMAT='CPU %U %S'; time ${quoted}`], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, GOMAXPROCS: '1' },
  })
  const m = /CPU ([\d.]+) ([\d.]+)/.exec(run.stderr)
  return { seconds: m === null ? Number.NaN : Number(m[1]) + Number(m[2]), stdout: run.stdout }
}

function score(name: string, found: ReadonlySet<number>): void {
  let hit = 0
  let missed = 0
  let wrong = 0
  let wrongReal = 0
  rows.forEach((row, i) => {
    const says = found.has(i + 1)
    if (row.secrets.length > 0) says ? hit++ : missed++
    else if (says) {
      wrong++
      if (row.class?.startsWith('loghub:')) wrongReal++
    }
  })
  console.log(
    `${name.padEnd(12)} recall ${(hit / (hit + missed)).toFixed(3)}  precision ${(hit / Math.max(1, hit + wrong)).toFixed(3)}  false on real lines ${wrongReal}`,
  )
}

const speeds: { name: string; real: number; labelled: number }[] = []

/** MB per CPU second of what is done to so many bytes. */
function speedOf(bytes: number, run: () => void): number {
  const before = process.cpuUsage()
  run()
  const used = process.cpuUsage(before)
  return bytes / (used.user + used.system)
}

/** Calibration: xor over the same bytes, so that a slow or busy machine shows. */
function byteLoop(bytes: Uint8Array): number {
  let x = 0
  for (let i = 0; i < bytes.length; i++) x ^= bytes[i]!
  return x
}

/** Our speed by round, and that of the calibration beside it, each sorted; the speed of a shared machine changes in between. */
interface Rounds {
  readonly scan: readonly number[]
  readonly loop: readonly number[]
}
const ROUNDS = 120
const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1]!
const best = (sorted: readonly number[]): number => sorted[sorted.length - 1]!
const measured: { real?: Rounds; labelled?: Rounds } = {}

{
  const engine = new ScanEngine({
    config: DEFAULT_SCANNER_CONFIG,
    rules: builtinRules(),
    fingerprintKey: new Uint8Array(32),
  })
  const measure = (text: string): Rounds => {
    const bytes = Buffer.from(text)
    const part = bytes.subarray(0, 5e6)
    const scan: number[] = []
    const loop: number[] = []
    const pass = (): void => engine.scanSpan(bytes, 0, bytes.length, LOG_CONTEXT, () => {})
    // Warm: the optimiser is done after some tens of megabytes.
    for (let i = 0; i < 80e6 / bytes.length; i++) pass()
    for (let i = 0; i < ROUNDS; i++) {
      scan.push(speedOf(bytes.length, pass))
      loop.push(speedOf(part.length, () => byteLoop(part)))
    }
    const up = (a: number, b: number): number => a - b
    return { scan: scan.sort(up), loop: loop.sort(up) }
  }
  const found = new Set<number>()
  const bytes = readFileSync(linesFile)
  let line = 1
  let at = -1
  engine.scanSpan(bytes, 0, bytes.length, LOG_CONTEXT, (m) => {
    for (let n = bytes.indexOf(10, at + 1); n >= 0 && n < m.start; n = bytes.indexOf(10, at + 1)) {
      line++
      at = n
    }
    found.add(line)
  })
  score('telltale', found)
  measured.real = measure(times(200))
  measured.labelled = measure(textOf(rows))
  for (const [what, { scan, loop }] of Object.entries(measured))
    console.log(
      `${what.padEnd(12)} ${ROUNDS} rounds, MB per CPU second: median ${median(scan).toFixed(1)}, best ${best(scan).toFixed(1)}; byte loop ${median(loop).toFixed(0)} and ${best(loop).toFixed(0)}`,
    )
  speeds.push({
    name: 'telltale',
    real: median(measured.real.scan),
    labelled: median(measured.labelled.scan),
  })
}

const gitleaks = join(cache, 'gitleaks')
if (!existsSync(gitleaks))
  spawnSync('go', ['install', 'github.com/zricethezav/gitleaks/v8@v8.30.1'], {
    env: { ...process.env, GOBIN: cache },
  })
if (existsSync(gitleaks)) {
  const report = join(work, 'gitleaks.json')
  const run = (file: string): number => {
    const args = [
      'dir',
      file,
      '--no-banner',
      '--log-level',
      'error',
      '--exit-code',
      '0',
      '-f',
      'json',
      '-r',
      report,
    ]
    return statSync(file).size / 1e6 / cpuOf(gitleaks, args).seconds
  }
  const realSpeed = run(realFile)
  const labelledSpeed = run(linesFile)
  const findings = JSON.parse(readFileSync(report, 'utf8')) as { StartLine: number; EndLine: number }[]
  score('gitleaks', new Set(findings.map((f) => f.StartLine)))
  speeds.push({ name: 'gitleaks', real: realSpeed, labelled: labelledSpeed })
} else console.log('gitleaks     skipped: it is not in the cache and `go install` failed')

const secretlint = join(cache, 'node_modules/.bin/secretlint')
if (!existsSync(secretlint)) {
  writeFileSync(join(cache, 'package.json'), '{"private":true}')
  spawnSync('npm', ['i', '--prefix', cache, 'secretlint', '@secretlint/secretlint-rule-preset-recommend'])
}
if (existsSync(secretlint)) {
  const rc = join(cache, '.secretlintrc.json')
  writeFileSync(rc, '{"rules":[{"id":"@secretlint/secretlint-rule-preset-recommend"}]}')
  const listing = join(work, 'secretlint.txt')
  const idle = join(work, 'empty.txt')
  writeFileSync(idle, 'nothing\n')
  const args = (file: string): string[] => [
    '--secretlintrc',
    rc,
    '--format',
    'unix',
    '--output',
    listing,
    file,
  ]
  const startUp = cpuOf(secretlint, args(idle)).seconds
  const run = (file: string): { speed: number; stdout: string } => {
    const { seconds, stdout } = cpuOf('bash', [
      '-c',
      `cd '${cache}' && '${secretlint}' ${args(file)
        .map((a) => `'${a}'`)
        .join(' ')}`,
    ])
    return { speed: statSync(file).size / 1e6 / Math.max(0.01, seconds - startUp), stdout }
  }
  // Large, so that the start-up taken off is small beside it.
  writeFileSync(realFile, times(64))
  const realSpeed = run(realFile).speed
  const onLines = run(linesFile)
  const found = new Set<number>()
  for (const m of readFileSync(listing, 'utf8').matchAll(/lines\.txt:(\d+):\d+:/g)) found.add(Number(m[1]))
  score('secretlint', found)
  speeds.push({ name: 'secretlint', real: realSpeed, labelled: onLines.speed })
} else console.log('secretlint   skipped: it is not in the cache and `npm i` failed')

const ours = speeds[0]!
for (const s of speeds) {
  console.log(
    `${s.name.padEnd(12)} real lines ${s.real.toFixed(1).padStart(7)} MB per CPU second (telltale is ${(ours.real / s.real).toFixed(1)} times)  labelled ${s.labelled.toFixed(1).padStart(6)} (${(ours.labelled / s.labelled).toFixed(1)} times)`,
  )
}

/** Floors of issue 6, of our best round where they are not ratios, as others only take away: MB per CPU second on real lines and on the labelled ones, and times a peer on real lines. */
const FLOOR_REAL = 150
const FLOOR_LABELLED = 40
const FLOOR_TIMES: Readonly<Record<string, number>> = { gitleaks: 60, secretlint: 6 }
const floors: Record<string, boolean> = {
  [`real lines, at least ${FLOOR_REAL} MB per CPU second`]: best(measured.real!.scan) >= FLOOR_REAL,
  [`labelled lines, at least ${FLOOR_LABELLED} MB per CPU second`]:
    best(measured.labelled!.scan) >= FLOOR_LABELLED,
}
for (const peer of speeds.slice(1)) {
  const least = FLOOR_TIMES[peer.name]!
  floors[`real lines, at least ${least} times ${peer.name}`] = ours.real / peer.real >= least
}
for (const [floor, holds] of Object.entries(floors)) console.log(`${floor}: ${holds ? 'holds' : 'FAILS'}`)
const round = (x: number): number => Math.round(x * 10) / 10
const figuresOf = ({ scan, loop }: Rounds): Record<string, number> => ({
  medianMbPerCpuSecond: round(median(scan)),
  bestMbPerCpuSecond: round(best(scan)),
  medianOverByteLoop: Math.round((median(scan) / median(loop)) * 1000) / 1000,
})
if (speeds.length === 3)
  writeResult('scanner', {
    realLinesTimes: Object.fromEntries(speeds.slice(1).map((s) => [s.name, round(ours.real / s.real)])),
    labelledLinesTimes: Object.fromEntries(
      speeds.slice(1).map((s) => [s.name, round(ours.labelled / s.labelled)]),
    ),
    realLines: figuresOf(measured.real!),
    labelledLines: figuresOf(measured.labelled!),
    floors,
  })
if (!Object.values(floors).every(Boolean)) process.exitCode = 1
rmSync(work, { recursive: true })
