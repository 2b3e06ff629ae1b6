import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '../../src/core/clock.ts'
import { writeResult } from '../support/results.ts'

/**
 * `telltale scan` over a tree of 100,000 files, cold and with its caches, and over endless lines on standard input: CPU
 * time, and the most memory that was resident. Files are made up here, from 0.3 to 6 KB, one in 500 with a secret.
 *
 *   npm run bench:scan-tree -- [FILES] [MEGABYTES OF ONE LINE]
 */
const FILES = Number(process.argv[2] ?? 100_000)
const MEGABYTES = Number(process.argv[3] ?? 1000)
const FOLDER_FILES = 100
const SECRET_EVERY = 500
const RSS_MB = 150
/** How much more memory the long input may take than one of a sixteenth. */
const GROWTH = 1.15
const BIN = join(import.meta.dirname, '../../bin/telltale')

const work = mkdtempSync(join(tmpdir(), 'telltale-tree-'))
const random = seededRandom(6)
const below = (n: number): number => Math.floor(random() * n)
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const letters = (n: number): string =>
  Array.from({ length: n }, () => LETTERS[below(LETTERS.length)]).join('')
const WORDS = (
  'order item user cart price total list detail update request session count page name index value result options ' +
  'config handler server client path file line error message level time start end width height color render build ' +
  'parse read write open close next last first size length state event module import export class method return token'
).split(' ')
const word = (): string => WORDS[below(WORDS.length)]!
const LINES = [
  () =>
    `export const ${word()}${below(99)} = (${word()}) => ${word()}.map((x) => x.${word()} ?? ${below(999)})`,
  () => `  "${word()}_${word()}": { "${word()}": ${below(9999)}, "enabled": ${below(2) === 1} },`,
  () =>
    `2026-03-01T10:${below(60)}:00Z INFO ${word()} ${word()} status=200 id=${below(1e9)} path=/api/v1/${word()}`,
  () => `# ${word()} of the ${word()} is a ${word()}; see https://docs.example.com/${word()}/${word()}`,
  () => `${word()}_${word()}: \${${word().toUpperCase()}_${word().toUpperCase()}:-${below(99)}}`,
]
const EXTENSIONS = ['ts', 'json', 'log', 'md', 'yaml']

function makeTree(root: string): number {
  let secrets = 0
  for (let i = 0; i < FILES; i++) {
    const folder = join(
      root,
      `p${Math.floor(i / FOLDER_FILES / 20)}`,
      `d${Math.floor(i / FOLDER_FILES) % 20}`,
    )
    if (i % FOLDER_FILES === 0) mkdirSync(folder, { recursive: true })
    const lines = Array.from({ length: 4 + below(70) }, () =>
      LINES[(i + (below(9) === 0 ? below(5) : 0)) % 5]!(),
    )
    if (i % SECRET_EVERY === 17) {
      lines.splice(below(lines.length), 0, `DEPLOY_TOKEN=${['gh', 'p_'].join('')}${letters(36)}`)
      secrets++
    }
    writeFileSync(join(folder, `f${i}.${EXTENSIONS[i % 5]}`), `${lines.join('\n')}\n`)
  }
  return secrets
}

interface Run {
  readonly cpuSeconds: number
  readonly wallSeconds: number
  readonly residentMb: number
  readonly stdout: string
}

/** Most that was resident so far, MB, or 0 when the process is gone: VmHWM of proc(5) status. */
function residentMb(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000
  } catch {
    return 0
  }
}

const POLL_MS = 20
/** Runs the command; `feed` is written to its standard input that often. */
async function run(args: readonly string[], feed: Buffer | null = null, times = 0): Promise<Run> {
  const startedMs = performance.now()
  const child = spawn('bash', ['-c', 'TIMEFORMAT="CPU %U %S"; time "$0" "$@"', BIN, ...args], {
    cwd: work,
    env: { ...process.env, TELLTALE_CACHE_DIR: join(work, 'cache'), TELLTALE_HOME: join(work, 'home') },
  })
  let stdout = ''
  let stderr = ''
  let resident = 0
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const poll = setInterval(() => {
    for (const pid of processesUnder(child.pid!)) resident = Math.max(resident, residentMb(pid))
  }, POLL_MS)
  const ended = new Promise((done) => child.once('close', done))
  for (let i = 0; feed !== null && i < times; i++) {
    if (!child.stdin.write(feed)) await new Promise((drained) => child.stdin.once('drain', drained))
  }
  child.stdin.end()
  await ended
  clearInterval(poll)
  const cpu = /CPU ([\d.]+) ([\d.]+)/.exec(stderr)
  return {
    cpuSeconds: cpu === null ? Number.NaN : Number(cpu[1]) + Number(cpu[2]),
    wallSeconds: (performance.now() - startedMs) / 1000,
    residentMb: resident,
    stdout,
  }
}

/** The process and its children, who are few. */
function processesUnder(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return [
      pid,
      ...(children === '' ? [] : children.split(' ').flatMap((child) => processesUnder(Number(child)))),
    ]
  } catch {
    return []
  }
}

const show = (name: string, r: Run, extra: string): void =>
  console.log(
    `${name.padEnd(26)} ${r.wallSeconds.toFixed(1).padStart(6)} s  ${r.cpuSeconds.toFixed(1).padStart(6)} CPU s  ${r.residentMb.toFixed(0).padStart(4)} MB resident  ${extra}`,
  )

try {
  const tree = join(work, 'tree')
  const secrets = makeTree(tree)
  const scan = (jobs: number): Promise<Run> =>
    run(['scan', tree, '--format', 'json', '--jobs', String(jobs), '--no-user-rules'])
  const found = (r: Run): number => (JSON.parse(r.stdout) as { findings: unknown[] }).findings.length
  const cold = await scan(1)
  show(`${FILES} files, cold`, cold, `${found(cold)} findings of ${secrets}`)
  const cached = await scan(1)
  show(
    `${FILES} files, cached`,
    cached,
    `${found(cached)} findings, ${(cold.cpuSeconds / cached.cpuSeconds).toFixed(1)} times as fast`,
  )
  rmSync(join(work, 'cache'), { recursive: true, force: true })
  const threads = await scan(2)
  show(`${FILES} files, cold, 2 threads`, threads, '')

  const line = Buffer.from(
    `${'{"level":"info","msg":"page loaded","path":"/api/v1/items","ms":12} '.repeat(15_000)}`.slice(
      0,
      1_000_000,
    ),
  )
  const inputs: { name: string; growth: number; most: number }[] = []
  for (const door of ['scan', 'tail']) {
    const args =
      door === 'scan'
        ? ['scan', '-', '--format', 'jsonl', '--no-user-rules']
        : ['tail', '-', '--no-user-rules']
    const short = await run(args, line, Math.max(1, Math.round(MEGABYTES / 16)))
    const long = await run(args, line, MEGABYTES)
    show(
      `${door} -, one line, ${MEGABYTES} MB`,
      long,
      `of ${Math.round(MEGABYTES / 16)} MB: ${short.residentMb.toFixed(0)} MB resident`,
    )
    inputs.push({ name: door, growth: long.residentMb / short.residentMb, most: long.residentMb })
  }
  const checks = {
    'every secret of the tree found, cold and cached':
      found(cold) === secrets && found(cached) === secrets && found(threads) === secrets,
    [`standard input under ${RSS_MB} MB`]: inputs.every((i) => i.most < RSS_MB),
    [`standard input flat: at most ${GROWTH} times for 16 times the bytes`]: inputs.every(
      (i) => i.growth <= GROWTH,
    ),
    [`tree, one thread, under ${RSS_MB} MB`]: Math.max(cold.residentMb, cached.residentMb) < RSS_MB,
  }
  for (const [check, holds] of Object.entries(checks)) console.log(`${check}: ${holds ? 'holds' : 'FAILS'}`)
  const round = (x: number): number => Math.round(x * 100) / 100
  if (FILES >= 100_000)
    writeResult('scan-tree', {
      files: FILES,
      coldOverCached: round(cold.cpuSeconds / cached.cpuSeconds),
      residentMb: {
        cold: Math.round(cold.residentMb),
        cached: Math.round(cached.residentMb),
        ...Object.fromEntries(inputs.map((i) => [`${i.name} -`, Math.round(i.most)])),
      },
      residentGrowth: Object.fromEntries(inputs.map((i) => [`${i.name} -`, round(i.growth)])),
      checks,
    })
  if (!Object.values(checks).every(Boolean)) process.exitCode = 1
} finally {
  rmSync(work, { recursive: true, force: true })
}
