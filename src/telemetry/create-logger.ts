import { pino } from 'pino'
import { PinoPretty as prettyFormat } from 'pino-pretty'
import { z } from 'zod'
import type { Logger } from './logger.ts'

export const logConfig = z
  .strictObject({
    level: z
      .enum(['debug', 'info', 'warn', 'error'])
      .default('info')
      .meta({ description: 'Least urgent level written.' }),
    format: z
      .enum(['auto', 'json', 'pretty'])
      .default('auto')
      .meta({ description: 'JSON lines, or text for people; auto is text on a terminal.' }),
  })
  .meta({ description: "telltale's own log, on stderr. It never holds payload." })

/** stderr, so that findings have stdout to themselves. */
export function createLogger(config: z.output<typeof logConfig>): Logger {
  const pretty = config.format === 'pretty' || (config.format === 'auto' && process.stderr.isTTY === true)
  const options = { level: config.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  if (!pretty) return pino(options, pino.destination({ fd: 2, sync: false }))
  return pino(options, prettyFormat({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss' }))
}
