import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command, Option } from 'commander'
import { TelltaleError } from '../core/errors.ts'
import { AllowList } from '../scanner/allow-list.ts'
import { ScanEngine } from '../scanner/engine.ts'
import { honeytokenLookup, readHoneytokenStore } from '../scanner/honeytokens.ts'
import { rulesInForce } from '../scanner/rules-in-force.ts'
import { FollowedFile } from '../scanner/tail/followed-file.ts'
import { LineStream, type TailFinding } from '../scanner/tail/line-stream.ts'
import { type RuleOptions, ruleSettings, withRuleOptions } from './scanner-settings.ts'
import { readInput } from './standard-input.ts'

interface TailOptions extends RuleOptions {
  follow: boolean
  format: 'text' | 'jsonl'
  every: boolean
  fail: boolean
  keyFile?: string
}

const POLL_MS = 200
/** Read from one file before the others get their turn. */
const TURN_BYTES = 4 * 1024 * 1024

const write = (text: string): Promise<void> =>
  new Promise((done) => {
    if (process.stdout.write(text)) done()
    else process.stdout.once('drain', done)
  })

const lineOf = (f: TailFinding, format: 'text' | 'jsonl'): string =>
  format === 'jsonl'
    ? `${JSON.stringify(f)}\n`
    : `${f.file}:${f.line}:${f.column} ${f.honeytoken === null ? f.severity : 'PLANTED TOKEN'} ${f.ruleId} ${f.confidence.toFixed(2)} ${f.excerpt}\n`

interface Looker {
  readonly engine: ScanEngine
  readonly allow: AllowList
}

/** The rules of the daemon: built-in ones, those of the configuration, and those of the user's folder. */
async function lookerOf(options: TailOptions): Promise<Looker> {
  const { config, userRules, allow, planted } = await ruleSettings(options, null)
  const honeytoken = planted === undefined ? null : honeytokenLookup(readHoneytokenStore(planted))
  const engine = new ScanEngine({
    config,
    rules: rulesInForce(config, userRules),
    fingerprintKey: options.keyFile === undefined ? randomBytes(32) : readFileSync(options.keyFile),
    ...(honeytoken === null ? {} : { honeytoken }),
  })
  return { engine, allow: new AllowList(allow) }
}

async function tail(files: readonly string[], options: TailOptions): Promise<void> {
  const { engine, allow } = await lookerOf(options)
  const pending: string[] = []
  let found = 0
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  // A reader that went away is the end of the work, as for any filter.
  process.stdout.on('error', () => stop.abort())
  const streamOf = (name: string): LineStream =>
    new LineStream(name, engine, {
      every: options.every,
      allow,
      nowMs: Date.now,
      report: (finding) => {
        found++
        pending.push(lineOf(finding, options.format))
      },
    })
  const drain = async (): Promise<void> => {
    if (pending.length > 0) await write(pending.splice(0).join(''))
  }
  const names = files.length === 0 ? ['-'] : files
  await Promise.all([
    ...(names.includes('-') ? [readStandardInput(streamOf('-'), drain, stop.signal)] : []),
    readFiles(
      names.filter((n) => n !== '-'),
      streamOf,
      options.follow,
      drain,
      stop.signal,
    ),
  ])
  if (options.fail && found > 0) process.exitCode = 1
  // A read of standard input that still waits would hold the process.
  if (stop.signal.aborted) process.exit()
}

async function readStandardInput(
  stream: LineStream,
  drain: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  await readInput(async (chunk) => {
    stream.push(chunk)
    stream.idle()
    await drain()
  }, signal)
  stream.end()
  await drain()
}

async function readFiles(
  paths: readonly string[],
  streamOf: (name: string) => LineStream,
  follow: boolean,
  drain: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const open = paths.map((path) => {
    const stream = streamOf(path)
    const file = new FollowedFile(path, {
      onBytes: (chunk) => stream.push(chunk),
      onReset: () => stream.end(),
    })
    return { file, stream }
  })
  while (!signal.aborted && open.length > 0) {
    let more = false
    for (const { file, stream } of open) {
      more = poll(file) || more
      stream.idle()
      await drain()
    }
    if (more) continue
    if (!follow) break
    await sleep(POLL_MS, undefined, { signal }).catch(() => {})
  }
  for (const { file, stream } of open) {
    if (!follow && !file.opened) {
      throw new TelltaleError('INPUT_UNREADABLE', `cannot read ${file.path}: there is no such file`)
    }
    stream.end()
    file.close()
  }
  await drain()
}

function poll(file: FollowedFile): boolean {
  try {
    return file.poll(TURN_BYTES)
  } catch (cause) {
    throw new TelltaleError(
      'INPUT_UNREADABLE',
      `cannot read ${file.path}: ${(cause as NodeJS.ErrnoException).code ?? ''}`,
      {
        cause,
      },
    )
  }
}

/** `telltale tail FILE...|-` */
export function tailCommand(): Command {
  return withRuleOptions(new Command('tail'))
    .description('Read logs from files or standard input and print the secrets in them, masked.')
    .argument('[files...]', 'files, or - for standard input (the default)')
    .option(
      '-f, --follow',
      'go on as the files grow, through rotation and truncation, also when they appear later',
      false,
    )
    .addOption(
      new Option('--format <format>', 'how findings are printed').choices(['text', 'jsonl']).default('text'),
    )
    .option('--every', 'print every sighting, not each secret once an hour', false)
    .option('--fail', 'exit 1 when a secret was found', false)
    .option('--key-file <file>', 'key of the fingerprints; without it they hold for this run only')
    .action(tail)
}
