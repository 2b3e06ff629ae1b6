import { Command } from 'commander'
import { type App, startApp } from '../app.ts'
import { loadConfig } from '../config/load.ts'
import { SYSTEM_CLOCK } from '../core/clock.ts'
import { VERSION } from '../core/version.ts'
import { rootConfig } from '../registry.ts'
import { createLogger } from '../telemetry/create-logger.ts'
import { configFileOption } from './config-file.ts'

export function runCommand(): Command {
  return new Command('run')
    .description(
      'Run the daemon. Findings go to stdout as JSON lines unless sinks are configured; the log goes to stderr.',
    )
    .addOption(configFileOption())
    .option('--data-dir <dir>', 'where state, spools and the instance key live')
    .option('--log-level <level>', 'debug, info, warn or error')
    .addHelpText(
      'after',
      '\nWithout a configuration it listens on loopback: OTLP/HTTP 4318, OTLP/gRPC 4317, admin 9464.',
    )
    .action(run)
}

async function run(options: { config?: string; dataDir?: string; logLevel?: string }): Promise<void> {
  const flags = { dataDir: options.dataDir, 'log.level': options.logLevel }
  const load = () => loadConfig(rootConfig, { file: options.config, env: process.env, flags })
  const { config, warnings } = load()
  const logger = createLogger(config.log)
  for (const warning of warnings) logger.warn(warning)
  const reload = () => load().config
  const app = await startApp({
    config,
    clock: SYSTEM_CLOCK,
    random: Math.random,
    logger,
    env: process.env,
    reload,
  })
  process.on('SIGHUP', () => void app.reload().catch(() => {})) // logged and counted where it failed
  logger.info(app.addresses, `telltale ${VERSION} is ready`)
  if (process.stderr.isTTY) process.stderr.write(welcome(app))

  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, resolve)
  })
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(130)) // asked twice
  logger.info({ signal, deadlineMs: config.limits.drainDeadline }, 'draining; a second signal ends at once')
  const { lost } = await app.stop()
  if (lost > 0) logger.error({ lost }, 'findings were neither delivered nor saved')
  else logger.info('stopped; nothing lost')
  process.exitCode = lost > 0 ? 1 : 0
  // everything is stopped and safe: a connection that a client library forgot must not keep the process
  setTimeout(() => {
    logger.debug({ open: process.getActiveResourcesInfo() }, 'ending with something still open')
    process.exit()
  }, LINGER_MS).unref()
}

const LINGER_MS = 1000

/** What a newcomer wants to know, on a terminal only: elsewhere stderr is one JSON object a line. */
function welcome(app: App): string {
  const { http, grpc, admin } = app.addresses
  return [
    '',
    `  OTLP/HTTP  ${http === null ? 'off' : `http://${http}`}`,
    `  OTLP/gRPC  ${grpc ?? 'off'}`,
    `  metrics    http://${admin}/metrics`,
    `  findings   http://${admin}/api/v1/findings, and below as JSON lines`,
    '',
    `  try        telltale simulate --scenario mixed${http === null ? '' : ` --endpoint http://${http}`}`,
    '  or point   OTEL_EXPORTER_OTLP_ENDPOINT of any service here',
    '',
    '',
  ].join('\n')
}
