import { Command } from 'commander'
import { loadConfig } from '../config/load.ts'
import { configJsonSchema, effectiveSettings } from '../config/print.ts'
import { rootConfig } from '../registry.ts'
import { configFileOption } from './config-file.ts'

export function configCommand(): Command {
  const command = new Command('config').description('Print the effective configuration or its JSON Schema.')
  command
    .command('print')
    .description('Every setting, its value and where it came from; secrets are masked.')
    .addOption(configFileOption())
    .option('--changed', 'only settings that differ from the default')
    .option('--json', 'one JSON array')
    .action((options: { config?: string; changed?: boolean; json?: boolean }) => {
      const loaded = loadConfig(rootConfig, { file: options.config, env: process.env })
      const settings = effectiveSettings(rootConfig, loaded).filter(
        (s) => options.changed !== true || s.from !== 'default',
      )
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify(settings, null, 2)}\n`)
        return
      }
      for (const s of settings)
        process.stdout.write(`${s.path} = ${JSON.stringify(s.value) ?? '(unset)'}  # ${s.from}\n`)
    })
  command
    .command('schema')
    .description('JSON Schema of the configuration, for editors.')
    .action(() => {
      process.stdout.write(`${JSON.stringify(configJsonSchema(rootConfig), null, 2)}\n`)
    })
  return command
}
