import { Command, InvalidArgumentError, Option } from 'commander'
import type { RE2JS } from 're2js'
import { TelltaleError } from '../core/errors.ts'
import type { Finding } from '../core/finding.ts'
import type { FieldMapping } from '../ingest/file/field-map.ts'
import { type Input, openInput } from '../ingest/file/open-input.ts'
import { FORMATS } from '../ingest/file/sniff.ts'
import { configFileOption } from './config-file.ts'
import { describeScores, LabelScorer } from './replay/label-scores.ts'
import { Progress } from './replay/progress.ts'
import { type ReplayState, readReplayState, writeReplayState } from './replay/replay-state.ts'
import { DEFAULT_ROW_COLUMNS, parseRowColumns, type RowColumn, RowsOut } from './replay/rows-out.ts'
import { type Replayed, runReplay } from './replay/run-replay.ts'
import { makeStages } from './replay/stages.ts'
import { TextOut } from './replay/text-out.ts'
import { readWindows } from './replay/windows-file.ts'

interface ReplayOptions {
  config?: string
  format: (typeof FORMATS)[number] | 'auto'
  time?: string
  value?: string
  series?: string[]
  subject?: string
  severity?: string
  status?: string
  body?: string
  label?: string
  window?: string
  skip?: string[]
  columns?: string[]
  timePattern?: string
  year: number
  name?: string
  findings?: string
  rows?: string
  rowsColumns?: RowColumn[]
  labels?: string | true
  resume?: string
  snapshot?: string
  seed?: number
  progress: boolean
}

const list = (text: string): string[] => text.split(',').map((t) => t.trim())

const wholeNumber = (text: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.')
  return Number(text)
}

/** `telltale replay`: the daemon's own pipeline over files, on their time. See docs/replay.md. */
export function replayCommand(): Command {
  return new Command('replay')
    .description(
      'Run files through the pipeline on their own time, as fast as the machine allows, and say what it finds.',
    )
    .argument('[files...]', 'files in order, one stream; - is standard input; .gz and .zst are unpacked', [
      '-',
    ])
    .addOption(configFileOption())
    .addOption(
      new Option('--format <format>', 'how the input is written')
        .choices(['auto', ...FORMATS])
        .default('auto'),
    )
    .option('--time <column>', 'column or field with the time: ISO 8601, or epoch in s, ms, us or ns')
    .option('--value <column>', 'the number to watch')
    .option('--series <columns>', 'columns that name the series, with commas', list)
    .option('--subject <column>', 'whose distinct number counts')
    .option('--severity <column>', 'severity number or level name')
    .option('--status <column>', 'HTTP status')
    .option('--body <column>', 'the text to scan')
    .option('--skip <columns>', 'columns to leave out', list)
    .option('--columns <columns>', 'names of the columns of a CSV that has no header', list)
    .option(
      '--time-pattern <regex>',
      'where a plain log line has its time; the first group, or the whole match',
    )
    .option('--year <year>', 'of times that name none', wholeNumber, 2000)
    .option('--name <name>', 'of the stream, and of the series of rows that name none')
    .option('--findings <file>', 'findings as JSON lines; - is standard output, also when no output is named')
    .option('--rows <file>', 'a CSV line for each input row: time, series, score, alert')
    .option(
      '--rows-columns <columns>',
      'its columns and their order: time series value label window score alert',
      parseRowColumns,
    )
    .option('--labels [windows]', 'compare with the label column, or with a JSON file of windows')
    .option('--label <column>', 'column with 1 where a row is anomalous')
    .option('--window <column>', 'column that names the labelled episode')
    .option('--resume <snapshot>', 'continue from what --snapshot wrote')
    .option('--snapshot <file>', 'write what was learned when the input ends')
    .option('--seed <number>', 'of hashing; a resumed replay needs the one it started with', wholeNumber)
    .option('--no-progress', 'no bar on a terminal')
    .action((files: string[], options: ReplayOptions) => replay(files, options))
}

async function replay(files: readonly string[], options: ReplayOptions): Promise<void> {
  const state = options.resume === undefined ? null : readReplayState(options.resume)
  const stages = makeStages(options.config, options.seed)
  if (state !== null) stages.detectors.restore(state.detectors)
  const labels = options.labels === undefined ? null : scorer(options.labels)
  const timePattern = await compilePattern(options.timePattern)
  const inputs: Input[] = []
  for (const file of files) inputs.push(await openInput(file))

  const silent = options.findings === undefined && (options.rows !== undefined || labels !== null)
  const findingsOut = silent ? null : new TextOut(options.findings ?? '-')
  const rowsFile = options.rows === undefined ? null : new TextOut(options.rows)
  const progress = new Progress(process.stderr, options.progress)
  const counts = new Map<string, number>()
  const emit = (finding: Finding): void => {
    if (finding.state === 'open') counts.set(finding.kind, (counts.get(finding.kind) ?? 0) + 1)
    findingsOut?.line(JSON.stringify(finding))
  }
  const startedMs = performance.now()
  const seen = await runReplay(stages, {
    inputs,
    name: options.name ?? state?.name ?? null,
    file: {
      format: options.format,
      fields: mapping(options),
      columns: options.columns ?? null,
      headerBefore: state?.columns ?? null,
      linesBefore: state?.lines ?? 0,
      year: options.year,
      timePattern,
    },
    emit,
    rows: rowsFile === null ? null : new RowsOut(rowsFile, options.rowsColumns ?? DEFAULT_ROW_COLUMNS),
    labels,
    onBatch: async (now, input) => {
      await findingsOut?.drain()
      await rowsFile?.drain()
      const share = input.totalBytes === null ? null : input.readBytes() / Math.max(1, input.totalBytes)
      progress.show(input.name, share, now.rows, now.findings)
    },
  })
  progress.clear()
  await findingsOut?.close()
  await rowsFile?.close()
  if (options.snapshot !== undefined) {
    writeReplayState(options.snapshot, {
      name: options.name ?? state?.name ?? inputs[0]!.name,
      rows: (state?.rows ?? 0) + seen.rows,
      lines: seen.lines,
      timeMs: Math.max(state?.timeMs ?? seen.lastMs, seen.lastMs),
      columns: seen.columns ?? state?.columns ?? null,
      detectors: stages.detectors.snapshot(),
    })
  }
  report(seen, counts, performance.now() - startedMs, state)
  if (labels !== null) for (const line of describeScores(labels.scores())) process.stdout.write(`${line}\n`)
  if (seen.rows === 0 && seen.malformed > 0)
    throw new TelltaleError('INPUT_UNREADABLE', 'no line could be read as a row', {
      detail: [
        'name the time column with --time, the format with --format, or the place with --time-pattern',
      ],
    })
}

const mapping = (o: ReplayOptions): FieldMapping => ({
  time: o.time,
  value: o.value,
  series: o.series,
  subject: o.subject,
  severity: o.severity,
  status: o.status,
  body: o.body,
  label: o.label,
  window: o.window,
  skip: o.skip,
})

const scorer = (labels: string | true): LabelScorer =>
  new LabelScorer(labels === true ? null : readWindows(labels))

/** The user's pattern on a linear-time engine. @throws TelltaleError USAGE */
async function compilePattern(
  text: string | undefined,
): Promise<{ exec(line: string): RegExpExecArray | null } | null> {
  if (text === undefined) return null
  const { RE2JS } = await import('re2js')
  let pattern: RE2JS
  try {
    pattern = RE2JS.compile(text)
  } catch (cause) {
    throw new TelltaleError('USAGE', '--time-pattern is no regular expression (RE2 syntax)', { cause })
  }
  return {
    exec: (line) => {
      const m = pattern.matcher(line)
      if (!m.find()) return null
      const groups = [m.group() ?? '', ...(m.groupCount() > 0 ? [m.group(1) ?? ''] : [])]
      return Object.assign(groups, { index: m.start(), input: line }) as unknown as RegExpExecArray
    },
  }
}

/** What was read and found, for a person; standard output stays for findings and rows. */
function report(
  seen: Replayed,
  counts: ReadonlyMap<string, number>,
  tookMs: number,
  state: ReplayState | null,
): void {
  const say = (text: string) => process.stderr.write(`${text}\n`)
  const found = [...counts].map(([kind, n]) => `${n} ${kind}`).join(', ')
  const seconds = Math.max(tookMs, 1) / 1000
  const resumed = state === null ? '' : `, after ${state.rows} before`
  say(`${seen.rows} rows in ${seconds.toFixed(1)} s (${Math.round(seen.rows / seconds)}/s)${resumed}`)
  if (seen.rows > 0)
    say(`event time ${new Date(seen.firstMs).toISOString()} to ${new Date(seen.lastMs).toISOString()}`)
  say(`findings: ${found === '' ? 'none' : found}`)
  if (seen.malformed === 0) return
  say(`${seen.malformed} malformed rows left out, the first of them:`)
  for (const { input, line, problem } of seen.examples) say(`  ${input}, line ${line}: ${problem}`)
}
