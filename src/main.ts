import { Command, CommanderError } from 'commander'
import { COMMANDS, type CommandEntry } from './cli/commands.ts'
import { reportError } from './cli/report-error.ts'
import { ERRORS } from './core/errors.ts'
import { VERSION } from './core/version.ts'

/** The street door: argv to a command. Only the command asked for is loaded. */
async function main(argv: readonly string[], asked: CommandEntry | undefined): Promise<void> {
  const program = new Command('telltale')
    .description(
      'Says within a second that a service has stopped behaving like itself, or that a log line carries a live credential.',
    )
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(run with --help for usage)')
  if (asked !== undefined) program.addCommand(withExitOverride(await asked.load()))
  else for (const c of COMMANDS) program.command(c.name, { hidden: false }).description(c.description)
  if (argv.length <= 2) program.outputHelp()
  else await program.parseAsync(argv as string[])
}

/** A usage error of a subcommand is told apart by its status as well; commander does not hand this down. */
function withExitOverride(command: Command): Command {
  for (const sub of command.commands) withExitOverride(sub)
  return command.exitOverride()
}

// `telltale config print | head` closes the pipe early: that is no error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const asked = COMMANDS.find((c) => c.name === process.argv[2])
main(process.argv, asked).catch((error: unknown) => {
  if (error instanceof CommanderError && error.exitCode === 0) return
  const status = error instanceof CommanderError ? ERRORS.USAGE.exit : reportError(error)
  process.exitCode = asked?.errorStatus ?? status
})
