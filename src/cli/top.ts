import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import { Command, InvalidArgumentError } from 'commander'
import { AdminClient, type AdminOptions, addAdminOptions } from './admin/client.ts'
import { type Paint, PLAIN } from './finding-text.ts'
import { screen } from './top/screen.ts'
import { Terminal } from './top/terminal.ts'
import { readView, type View } from './top/view.ts'

interface TopOptions extends AdminOptions {
  readonly every: number
}

const secondsOf = (text: string): number => {
  const value = Number(text)
  if (!(value >= 0.2 && value <= 60)) throw new InvalidArgumentError('expected 0.2 to 60')
  return value
}

/** `telltale top`: profiles, rates, surprises and findings of a running daemon. */
export function topCommand(): Command {
  const command = new Command('top')
    .summary('watch profiles, rates, surprises and findings of a running daemon')
    .description(
      'Shows what a running daemon sees, again and again: rates against what was expected, the busiest series and how near each is to its limit, findings. q quits. Into a pipe it prints once.',
    )
    .option('--every <seconds>', 'time between looks', secondsOf, 2)
  return addAdminOptions(command).action(top)
}

/** Rates are over at most this long. */
const WINDOW_MS = 60_000
const ROWS_ASKED = 60
/** Size of what is printed into a pipe. */
const PRINTED = { columns: 110, rows: 60 } as const

const colours: Paint = (colour, text) => styleText(colour, text, { stream: process.stdout })

async function top(options: TopOptions): Promise<void> {
  const client = new AdminClient(options, process.env)
  const look = (): Promise<View> => readView(client, ROWS_ASKED, Date.now)
  if (!process.stdout.isTTY) {
    const before = await look()
    await sleep(1000)
    const lines = screen(await look(), before, PRINTED.columns, PRINTED.rows, client.address, PLAIN)
    process.stdout.write(`${lines.map((line) => line.trimEnd()).join('\n')}\n`)
    return
  }
  const views = [await look()]
  const terminal = new Terminal(process.stdin, process.stdout)
  let trouble = ''
  const draw = (): void => {
    const { columns, rows } = terminal
    const lines = screen(
      views.at(-1)!,
      views[0]!,
      columns,
      trouble === '' ? rows : rows - 1,
      client.address,
      colours,
    )
    terminal.show(trouble === '' ? lines : [colours('red', trouble), ...lines])
  }
  terminal.open(draw)
  try {
    draw()
    while (!terminal.closed) {
      await terminal.pause(options.every * 1000)
      try {
        views.push(await look())
        trouble = ''
      } catch (error) {
        trouble = (error as Error).message
      }
      while (views.length > 2 && views.at(-1)!.atMs - views[0]!.atMs > WINDOW_MS) views.shift()
      if (!terminal.closed) draw()
    }
  } finally {
    terminal.close()
  }
}
