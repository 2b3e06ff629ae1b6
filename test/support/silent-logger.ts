import type { Logger } from '../../src/telemetry/logger.ts'

/** A logger that keeps what it is told; nothing is printed. */
export function memoryLogger(): Logger & { lines: string[] } {
  const lines: string[] = []
  const take = (...args: unknown[]) => {
    lines.push(JSON.stringify(args))
  }
  const logger = {
    lines,
    debug: take,
    info: take,
    warn: take,
    error: take,
    fatal: take,
    child: () => logger,
  } as unknown as Logger & { lines: string[] }
  return logger
}
