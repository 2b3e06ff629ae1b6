import type { StageNote } from '../match.ts'
import type { RuleSeverity } from '../rule.ts'

/** Where in git's history a finding was introduced. */
export interface CommitPlace {
  readonly id: string
  /** Name only: an address is personal data. */
  readonly author: string
  /** ISO 8601. */
  readonly date: string
}

/**
 * A secret in a file, a blob or standard input. Lines and columns are 1-based; columns count UTF-16 code units, as SARIF
 * and editors do, a byte that is no UTF-8 as one; `endColumn` is past the last. Only `secret` holds the secret's text,
 * and it is set by `--reveal` alone.
 */
export interface FileFinding {
  readonly kind: 'secret' | 'honeytoken'
  readonly ruleId: string
  readonly description: string
  readonly severity: RuleSeverity
  /** 0 to 1. */
  readonly confidence: number
  /** As given on the command line, `/` between parts; `a.zip!dir/b` within an archive; `-` for standard input. */
  readonly path: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly masked: string
  /** The text around it, every secret masked. */
  readonly snippet: string
  /** HMAC of the secret, 32 hex digits. */
  readonly fingerprint: string
  readonly stages: readonly StageNote[]
  readonly commit?: CommitPlace
  readonly secret?: string
}

/** What a scan did, for the summary and the exit status. */
export interface ScanTotals {
  files: number
  bytes: number
  /** Taken from the cache without reading the file. */
  cached: number
  skippedBinary: number
  skippedLarge: number
  /** Findings an allow list, a baseline or an inline comment took away. */
  suppressed: number
  commits: number
  /** Paths that could not be read, archives that broke a limit; one line each, without file content. */
  readonly problems: string[]
}

export const newTotals = (): ScanTotals => ({
  files: 0,
  bytes: 0,
  cached: 0,
  skippedBinary: 0,
  skippedLarge: 0,
  suppressed: 0,
  commits: 0,
  problems: [],
})

export function addTotals(into: ScanTotals, more: ScanTotals): void {
  into.files += more.files
  into.bytes += more.bytes
  into.cached += more.cached
  into.skippedBinary += more.skippedBinary
  into.skippedLarge += more.skippedLarge
  into.suppressed += more.suppressed
  into.commits += more.commits
  into.problems.push(...more.problems)
}
