import { Command, CommanderError } from 'commander'
import { COMMANDS } from './cli/commands.ts'
import { reportError } from './cli/report-error.ts'
import { VERSION } from './core/version.ts'

/** The street door: argv to a command. Only the command asked for is loaded. */
async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('telltale')
    .description(
      'Says within a second that a service has stopped behaving like itself, or that a log line carries a live credential.',
    )
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(run with --help for usage)')
  const asked = COMMANDS.find((c) => c.name === argv[2])
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

main(process.argv).catch((error: unknown) => {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 64
  else process.exitCode = reportError(error)
})
