import { styleText } from 'node:util'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { TapRecord } from '../pipeline/tap-record.ts'
import { AdminClient, type AdminOptions, addAdminOptions } from './admin/client.ts'
import { type Paint, safeText } from './finding-text.ts'

interface TapOptions extends AdminOptions {
  readonly signal?: string
  readonly service?: string
  readonly rate: number
  readonly for: number
  readonly count?: number
  readonly json?: boolean
}

const numberOf = (text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('expected a number above 0')
  return value
}

/** `telltale tap`: what flows through a running daemon, a little of it, masked. */
export function tapCommand(): Command {
  const command = new Command('tap')
    .summary('print a masked sample of what flows through a running daemon')
    .description(
      'Prints records that flow through a running daemon: a random few a second, with every credential the scanner knows masked by the daemon before they leave it.',
    )
    .addOption(new Option('--signal <signal>', 'only these').choices(['logs', 'spans', 'metrics']))
    .option('--service <name>', 'only of this service.name')
    .option('--rate <n>', 'most records a second, up to 50', numberOf, 5)
    .option('--for <seconds>', 'end after this', numberOf, 60)
    .option('-n, --count <n>', 'end after so many records', numberOf)
    .option('--json', 'one JSON object a line')
  return addAdminOptions(command).action(tap)
}

const paint: Paint = (colour, text) => styleText(colour, text, { stream: process.stdout })

async function tap(options: TapOptions): Promise<void> {
  const query = new URLSearchParams({ rate: String(options.rate), seconds: String(Math.ceil(options.for)) })
  if (options.signal !== undefined) query.set('signal', options.signal)
  if (options.service !== undefined) query.set('service', options.service)
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  let left = options.count ?? Number.POSITIVE_INFINITY
  const lines = new AdminClient(options, process.env).lines(`/api/v1/tap?${query}`, stop.signal)
  for await (const line of lines) {
    const shown = options.json === true ? line : recordLine(JSON.parse(line) as TapRecord, paint)
    process.stdout.write(`${shown}\n`)
    if (--left <= 0) break
  }
}

/** One line for a record. */
export function recordLine(record: TapRecord, paint: Paint): string {
  const { 'service.name': service = '(no service)' } = record.resource
  const time = new Date(record.timeMs).toISOString().slice(11, 23)
  const attributes = Object.entries(record.attributes).map(([k, v]) => `${safeText(k)}=${safeText(v)}`)
  const value = record.value === null ? '' : ` ${Number(record.value.toPrecision(6))}`
  const error = record.severity >= 17
  const text = safeText(record.text)
  return [
    paint('dim', time),
    record.signal.padEnd(7),
    paint('bold', safeText(service)),
    `${error ? paint('red', text) : text}${value}`,
    paint('dim', attributes.join(' ')),
  ].join(' ')
}
