import { Command } from 'commander'
import { loadConfig } from '../config/load.ts'
import { splitAddress } from '../config/scalars.ts'
import { rootConfig } from '../registry.ts'
import { configFileOption } from './config-file.ts'

/** The image's health check: no curl needed. */
export function healthCommand(): Command {
  return new Command('health')
    .description('Ask a running daemon whether it is ready; exit 0 when it is, 1 when not.')
    .addOption(configFileOption())
    .action(async (options: { config?: string }) => {
      const { config } = loadConfig(rootConfig, { file: options.config, env: process.env })
      const { host, port } = splitAddress(config.admin.listen)
      const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
      const url = `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/readyz`
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(3000) })
        process.stdout.write(`${await response.text()}\n`)
        process.exitCode = response.ok ? 0 : 1
      } catch {
        process.stderr.write(`telltale: nothing answers at ${url}\n`)
        process.exitCode = 1
      }
    })
}
