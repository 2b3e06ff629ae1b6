import { Command, Option } from 'commander'
import { builtinRules } from '../scanner/builtin-rules.ts'
import { DEFAULT_SCANNER_CONFIG } from '../scanner/config.ts'
import { ScanEngine } from '../scanner/engine.ts'
import {
  HONEYTOKEN_KINDS,
  makeHoneytoken,
  openHoneytokenStore,
  readHoneytokenStore,
  secureRandom,
  withHoneytoken,
  writeHoneytokenStore,
} from '../scanner/honeytokens.ts'
import { LOG_CONTEXT } from '../scanner/scan-context.ts'

const DEFAULT_FILE = 'honeytokens.json'

const fileOption = (): Option =>
  new Option(
    '--file <path>',
    'where the keyed hashes are kept; `scanner.honeytokenFile` of the daemon',
  ).default(DEFAULT_FILE)

/** What of the token the scanner would report, so that every part of it is recognised. */
function partsOf(token: string, line: string): string[] {
  const engine = new ScanEngine({
    config: DEFAULT_SCANNER_CONFIG,
    rules: builtinRules(),
    fingerprintKey: new Uint8Array(32),
  })
  const bytes = Buffer.from(line.replace('%s', () => token))
  const parts = [token]
  engine.scanSpan(bytes, 0, bytes.length, LOG_CONTEXT, (m) =>
    parts.push(bytes.toString('utf8', m.start, m.end)),
  )
  return parts
}

function generate(options: { kind: string; file: string; note: string; line: boolean }): void {
  const token = makeHoneytoken(options.kind, secureRandom)
  const { line } = HONEYTOKEN_KINDS[options.kind]!
  const made = withHoneytoken(
    openHoneytokenStore(options.file),
    options.kind,
    options.note,
    partsOf(token, line),
    Date.now(),
  )
  writeHoneytokenStore(options.file, made.store)
  // The token goes to standard output and nowhere else; it cannot be shown again.
  process.stdout.write(`${options.line ? line.replace('%s', () => token) : token}\n`)
  process.stderr.write(`planted token ${made.id}, recorded in ${options.file}; it is shown only now\n`)
}

/** `telltale honeytoken generate|list|kinds` */
export function honeytokenCommand(): Command {
  const command = new Command('honeytoken').description(
    'Make tokens that nobody uses: seeing one in the stream means that somebody reads what they should not.',
  )
  command
    .command('generate')
    .description('print a new token and record its keyed hash')
    .addOption(
      new Option('--kind <kind>', 'what it looks like')
        .choices(Object.keys(HONEYTOKEN_KINDS))
        .default('aws-access-key'),
    )
    .addOption(fileOption())
    .option('--note <text>', 'where it is planted', '')
    .option('--line', 'print it as the line it would stand in', false)
    .action(generate)
  command
    .command('list')
    .description('what was planted: id, kind, date and note, never the token')
    .addOption(fileOption())
    .action((options: { file: string }) => {
      for (const t of readHoneytokenStore(options.file).tokens) {
        process.stdout.write(`${t.id}\t${t.kind}\t${t.created}\t${t.note}\n`)
      }
    })
  command
    .command('kinds')
    .description('the kinds that can be made')
    .action(() => {
      for (const kind of Object.keys(HONEYTOKEN_KINDS)) process.stdout.write(`${kind}\n`)
    })
  return command
}
