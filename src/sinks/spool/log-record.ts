import type { Finding, Severity } from '../../core/finding.ts'
import type { Item } from '../delivery/sink.ts'

/** Where a finding goes and as what. */
export interface Target {
  readonly sink: string
  readonly route: string
  readonly group: Readonly<Record<string, string>>
  readonly event: Item['event']
  readonly previousSeverity: Severity | null
}

/** One accepted finding, as routed. */
export interface LogRecord {
  /** ms since epoch, wall time */
  readonly emittedMs: number
  readonly targets: readonly Target[]
  readonly finding: Finding
}

/** @returns the record, or null when the JSON is none (a newer version wrote it) */
export function parseLogRecord(text: string): LogRecord | null {
  try {
    const value = JSON.parse(text) as LogRecord
    const whole =
      typeof value.emittedMs === 'number' &&
      Array.isArray(value.targets) &&
      typeof value.finding?.id === 'string' &&
      typeof value.finding.fingerprint === 'string'
    return whole ? value : null
  } catch {
    return null
  }
}
