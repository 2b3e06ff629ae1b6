import { Command } from 'commander'
import { loadConfig } from '../config/load.ts'
import { rootConfig } from '../registry.ts'
import { configFileOption } from './config-file.ts'

export function validateCommand(): Command {
  return new Command('validate')
    .description('Check a configuration and list every problem with its path; exit 78 when there is one.')
    .addOption(configFileOption())
    .action((options: { config?: string }) => {
      const { warnings } = loadConfig(rootConfig, { file: options.config, env: process.env })
      for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`)
      process.stdout.write('configuration is valid\n')
    })
}
