import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { TelltaleError } from '../core/errors.ts'
import { VERSION } from '../core/version.ts'
import { AllowList } from '../scanner/allow-list.ts'
import { DEFAULT_ARCHIVE_LIMITS } from '../scanner/files/archive.ts'
import {
  type Baseline,
  baselineKey,
  compareBaseline,
  newSalt,
  readBaseline,
  writeBaseline,
} from '../scanner/files/baseline.ts'
import { userCacheFolder } from '../scanner/files/content-cache.ts'
import { type FileScanSettings, makeFileScanner } from '../scanner/files/engine-settings.ts'
import { type FileFinding, newTotals, type ScanTotals } from '../scanner/files/file-finding.ts'
import { scanTree } from '../scanner/files/scan-tree.ts'
import { GitRepository } from '../scanner/git/git-process.ts'
import { scanHistory, scanStaged, scanUncommitted } from '../scanner/git/git-scan.ts'
import { readHoneytokenStore } from '../scanner/honeytokens.ts'
import { REPORTS } from '../scanner/reports/formats.ts'
import type { ReportInput } from '../scanner/reports/report.ts'
import { summaryOf } from '../scanner/reports/terminal-report.ts'
import { defaultDataDir } from '../state/data-dir.ts'
import { loadInstanceKey } from '../state/instance-key.ts'
import {
  DEFAULT_MAX_FILE_BYTES,
  defaultJobs,
  FAIL_ON,
  formatArg,
  jobsArg,
  type ScanOptions,
  sizeArg,
} from './scan-options.ts'
import { writeReport } from './scan-output.ts'
import { ScanProgress } from './scan-progress.ts'
import { ruleSettings, withRuleOptions } from './scanner-settings.ts'
import { readInput } from './standard-input.ts'

/** Exit status: nothing found, found at or above `--fail-on`; for errors see COMMANDS. */
const EXIT_CLEAN = 0
const EXIT_FOUND = 1

export function scanCommand(): Command {
  return withRuleOptions(new Command('scan'))
    .description(
      'Find credentials in files, archives, standard input (-) and git history. Exit 0: none, 1: found, 2: error.',
    )
    .argument('[paths...]', 'files and folders; - for standard input (default: this folder)')
    .option(
      '-f, --format <format>',
      'terminal, json, jsonl, sarif, junit, csv, html or markdown',
      formatArg,
      'terminal',
    )
    .option('-o, --output <file>', 'write the report to a file')
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 from this severity on').choices(FAIL_ON).default('venial'),
    )
    .option('--baseline <file>', 'report only what this baseline does not know')
    .option('--save-baseline <file>', 'write what is found as a baseline')
    .option('--staged', 'what the git index would commit')
    .option('--diff', 'what the working tree changed since the last commit')
    .option('--since <ref>', 'what the commits after this revision brought in')
    .option('--git-history', 'what any commit of any ref brought in')
    .option('--no-gitignore', 'scan what .gitignore names too')
    .option('--binary', 'scan files with NUL bytes too')
    .option('--no-archives', 'do not look into .zip, .tar and .gz')
    .addOption(
      new Option('--max-file-size <size>', 'leave out larger files; 0 for no limit')
        .argParser(sizeArg)
        .default(DEFAULT_MAX_FILE_BYTES, '1GiB'),
    )
    .option('-j, --jobs <count>', 'threads', jobsArg, defaultJobs())
    .option('--no-cache', 'read every file again')
    .option('--no-progress', 'no progress line')
    .option('--reveal', 'show the secrets; on a terminal or with --output only')
    .action(async (paths: string[], options: ScanOptions) => {
      process.exitCode = await runScan(paths, options)
    })
}

async function runScan(paths: readonly string[], options: ScanOptions): Promise<number> {
  const startedMs = performance.now()
  checkOptions(paths, options)
  const baseline = options.baseline === undefined ? null : readBaseline(options.baseline)
  const salt = baseline?.salt ?? (options.saveBaseline === undefined ? null : newSalt())
  const settings = await settingsOf(paths, options, salt)
  const totals = newTotals()
  const progress = new ScanProgress(options.progress && process.stderr.isTTY === true)
  let findings: FileFinding[]
  try {
    findings = await findSecrets(paths, options, settings, totals, (now) => progress.show(now))
  } finally {
    progress.clear()
  }
  if (options.saveBaseline !== undefined && salt !== null) writeBaseline(options.saveBaseline, salt, findings)
  const shown = baseline === null ? findings : subtract(baseline, findings, totals)
  const input: ReportInput = {
    findings: shown,
    totals,
    version: VERSION,
    elapsedMs: Math.round(performance.now() - startedMs),
    colour: options.output === undefined && process.stdout.isTTY === true && !process.env['NO_COLOR'],
  }
  await writeReport(REPORTS[options.format](input), options.output)
  if (options.output !== undefined || options.format !== 'terminal')
    process.stderr.write(`${summaryOf(input)}\n`)
  for (const problem of totals.problems) process.stderr.write(`telltale: ${problem}\n`)
  return exitStatus(shown, options.failOn)
}

function exitStatus(findings: readonly FileFinding[], failOn: ScanOptions['failOn']): number {
  const fails = findings.some(
    (finding) => failOn === 'venial' || (failOn === 'mortal' && finding.severity === 'mortal'),
  )
  return fails ? EXIT_FOUND : EXIT_CLEAN
}

/** @throws TelltaleError USAGE, or INPUT_UNREADABLE when a path named does not exist */
function checkOptions(paths: readonly string[], options: ScanOptions): void {
  const modes = [options.staged, options.diff, options.gitHistory, options.since !== undefined].filter(
    (on) => on === true,
  )
  if (modes.length > 1) {
    throw new TelltaleError('USAGE', '--staged, --diff, --since and --git-history cannot be put together')
  }
  if (modes.length === 1 && (paths.length > 1 || paths[0] === '-')) {
    throw new TelltaleError('USAGE', 'git is scanned in one folder: name none or one')
  }
  if (paths.includes('-') && paths.length > 1) throw new TelltaleError('USAGE', '- stands alone')
  if (options.reveal === true && options.output === undefined && process.stdout.isTTY !== true) {
    throw new TelltaleError(
      'USAGE',
      '--reveal shows secrets on a terminal or in a file named by --output only',
    )
  }
  for (const path of paths) {
    if (path !== '-' && !existsSync(path))
      throw new TelltaleError('INPUT_UNREADABLE', `${path} does not exist`)
  }
}

async function settingsOf(
  paths: readonly string[],
  options: ScanOptions,
  salt: string | null,
): Promise<FileScanSettings> {
  const { planted, ...rules } = await ruleSettings(options, process.cwd())
  return {
    ...rules,
    fingerprintKey: fingerprintKey(salt),
    honeytokens: planted === undefined ? null : readHoneytokenStore(planted),
    binary: options.binary === true,
    reveal: options.reveal === true,
    inlineIgnore: !paths.includes('-'),
    paths: { maxFileBytes: options.maxFileSize, archives: options.archives ? DEFAULT_ARCHIVE_LIMITS : null },
  }
}

/** The key the daemon uses too, unless a baseline or TELLTALE_FINGERPRINT_KEY says otherwise. */
function fingerprintKey(salt: string | null): Uint8Array {
  const given = process.env['TELLTALE_FINGERPRINT_KEY'] ?? ''
  if (salt !== null) return baselineKey(salt, given)
  if (given !== '') return createHash('sha256').update(given).digest()
  try {
    return loadInstanceKey(defaultDataDir(process.env)).fingerprintKey
  } catch {
    return randomBytes(32)
  }
}

async function findSecrets(
  paths: readonly string[],
  options: ScanOptions,
  settings: FileScanSettings,
  totals: ScanTotals,
  onProgress: (totals: ScanTotals) => void,
): Promise<FileFinding[]> {
  if (paths[0] === '-') return scanInput(settings, totals, onProgress)
  const folder = paths[0] ?? '.'
  if (options.staged || options.diff || options.gitHistory || options.since !== undefined) {
    const git = {
      repository: new GitRepository(
        folder,
        process.env,
        options.staged ? ['GIT_INDEX_FILE', 'GIT_DIR', 'GIT_WORK_TREE', 'GIT_PREFIX'] : [],
      ),
      scanner: makeFileScanner(settings, totals),
      allow: new AllowList(settings.allow),
      paths: settings.paths,
      onProgress,
    }
    if (options.staged) return scanStaged(git)
    if (options.diff) return scanUncommitted(folder, git)
    return scanHistory(options.since ?? null, git)
  }
  const cached = options.cache && !settings.reveal
  return scanTree(
    paths.length === 0 ? ['.'] : paths,
    {
      settings,
      gitignore: options.gitignore,
      jobs: options.jobs,
      cacheFolder: cached ? cacheFolder() : null,
      env: process.env,
      version: VERSION,
      onProgress,
    },
    totals,
  )
}

async function scanInput(
  settings: FileScanSettings,
  totals: ScanTotals,
  onProgress: (totals: ScanTotals) => void,
): Promise<FileFinding[]> {
  const findings: FileFinding[] = []
  const feed = makeFileScanner(settings, totals).openLog('-', (finding) => findings.push(finding))
  await readInput((chunk) => {
    feed(chunk, false)
    onProgress(totals)
  })
  feed(new Uint8Array(0), true)
  totals.files++
  return findings
}

/** `.telltale-cache` of the project the scan starts in; outside of one, a folder of the user's cache. */
function cacheFolder(): string {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git')) || existsSync(join(folder, '.telltale-cache')))
      return join(folder, '.telltale-cache')
    if (dirname(folder) === folder) break
  }
  const name = createHash('sha256').update(resolve('.')).digest('hex').slice(0, 16)
  return join(userCacheFolder(process.env), 'folders', name)
}

function subtract(baseline: Baseline, findings: readonly FileFinding[], totals: ScanTotals): FileFinding[] {
  const { fresh, gone } = compareBaseline(baseline, findings)
  totals.suppressed += findings.length - fresh.length
  if (gone > 0) process.stderr.write(`telltale: ${gone} of the baseline are no longer found\n`)
  return fresh
}
