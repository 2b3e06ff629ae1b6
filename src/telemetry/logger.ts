import type { Logger as Pino } from 'pino'

/** What components log with; injected. Never payload, never secret text. */
export type Logger = Pick<Pino, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child' | 'level'>
