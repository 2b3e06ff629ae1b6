import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { GitRepository } from '../scanner/git/git-process.ts'
import { installHook, removeHook } from '../scanner/git/hook.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/telltale', import.meta.url))

async function hooksFolder(folder: string): Promise<string> {
  const repository = new GitRepository(folder, process.env)
  const path = (await repository.text(['rev-parse', '--git-common-dir'])).trim()
  return join(resolve(folder, path), 'hooks')
}

/** `hook install | remove`: a pre-commit hook in one repository. */
export function hookCommand(): Command {
  const install = new Command('install')
    .description('Look for credentials before every commit of this repository.')
    .argument('[folder]', 'within the repository', '.')
    .option('--force', 'also where another hook stands; it is kept as pre-commit.before-telltale')
    .action(async (folder: string, options: { force?: boolean }) => {
      const path = installHook(await hooksFolder(folder), [LAUNCHER], options.force === true)
      process.stdout.write(`${path} runs telltale scan --staged\n`)
    })
  const remove = new Command('remove')
    .description('Take the hook away again.')
    .argument('[folder]', 'within the repository', '.')
    .action(async (folder: string) => {
      const removed = removeHook(await hooksFolder(folder))
      process.stdout.write(removed ? 'removed\n' : 'there is no hook of telltale\n')
    })
  return new Command('hook').description('A git pre-commit hook.').addCommand(install).addCommand(remove)
}
