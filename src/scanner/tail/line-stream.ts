import type { AllowList } from '../allow-list.ts'
import type { ScanEngine } from '../engine.ts'
import { SightingFold } from '../fold.ts'
import type { StageNote } from '../match.ts'
import { LOG_CONTEXT } from '../scan-context.ts'
import type { Sighting } from '../sighting.ts'
import { WindowScanner } from '../window-scanner.ts'

/** What `tail` tells of one secret. Holds no secret. */
export interface TailFinding {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly ruleId: string
  readonly description: string
  readonly severity: string
  readonly confidence: number
  readonly masked: string
  readonly fingerprint: string
  readonly honeytoken: string | null
  readonly excerpt: string
  readonly stages: readonly StageNote[]
}

/** An unfinished private key is waited for so long after its last line. */
const KEY_WAIT_MS = 2000
const FOLD_MS = 3_600_000

/** Scans one growing log; tells a line's secrets as soon as the line is complete. */
export class LineStream {
  readonly name: string
  readonly #engine: ScanEngine
  readonly #report: (finding: TailFinding) => void
  readonly #fold: SightingFold | null
  readonly #nowMs: () => number
  readonly #allow: AllowList | null
  #scanner: WindowScanner
  #grewMs = 0
  folded = 0

  /** @param every tell every sighting, also of a secret told within the last hour */
  constructor(
    name: string,
    engine: ScanEngine,
    options: {
      readonly every: boolean
      /** What to let pass; nothing the line itself says counts. */
      readonly allow?: AllowList
      readonly nowMs: () => number
      readonly report: (f: TailFinding) => void
    },
  ) {
    this.name = name
    this.#engine = engine
    this.#report = options.report
    this.#nowMs = options.nowMs
    this.#allow = options.allow ?? null
    const limits = { foldMs: FOLD_MS, perMinute: Number.POSITIVE_INFINITY }
    this.#fold = options.every ? null : new SightingFold({ limits })
    this.#scanner = this.#begin()
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk)
    this.#grewMs = this.#nowMs()
  }

  /** Nothing more for now: tells the complete lines. */
  idle(): void {
    const key = this.#scanner.openKeyAt()
    const waits = key >= 0 && this.#nowMs() - this.#grewMs < KEY_WAIT_MS
    this.#scanner.flushLines(waits ? key : undefined)
  }

  /** The input ended, or another file follows under its name. */
  end(): void {
    this.#scanner.end()
    this.#scanner = this.#begin()
  }

  #begin(): WindowScanner {
    return new WindowScanner(this.#engine, LOG_CONTEXT, (sighting) => this.#tell(sighting))
  }

  #tell(sighting: Sighting): void {
    const { match, line, column, endLine, endColumn } = sighting
    const allow = match.honeytoken === null ? this.#allow : null
    if (allow?.allows(match.rule.id, match.fingerprint, sighting.secret(), '') === true) return
    if (this.#fold?.admit(match.fingerprint, '', this.#nowMs()) === 'folded') {
      this.folded++
      return
    }
    this.#report({
      file: this.name,
      line,
      column,
      endLine,
      endColumn,
      ruleId: match.rule.id,
      description: match.rule.description,
      severity: match.honeytoken === null ? match.rule.severity : 'mortal',
      confidence: match.confidence,
      masked: match.masked,
      fingerprint: match.fingerprint,
      honeytoken: match.honeytoken,
      excerpt: sighting.excerpt(),
      stages: match.stages,
    })
  }
}
