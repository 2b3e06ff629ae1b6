import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS, type Signal } from '../../src/columns/record-batch.ts'
import type { Random } from '../../src/core/clock.ts'
import type { AnomalyFinding, Finding } from '../../src/core/finding.ts'
import { type DetectorsConfig, detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors, type DetectorDeps, type Detectors } from '../../src/detectors/engine.ts'
import { appendRow, type BuiltRow } from './row-builder.ts'

export const START_MS = Date.UTC(2026, 0, 5)

/** An engine, a batch, and what it found; rows go in one at a time or in batches of any size. */
export class Bench {
  readonly keys: KeyTable
  readonly detectors: Detectors
  readonly batch: RecordBatch
  readonly findings: AnomalyFinding[] = []

  constructor(config: Partial<DetectorsConfig> = {}, deps: Partial<DetectorDeps> = {}) {
    this.keys = deps.keys ?? new KeyTable(7)
    this.detectors = createDetectors(
      { ...detectorsConfig.parse({}), ...config },
      { keys: this.keys, clock: null, ...deps },
    )
    this.batch = new RecordBatch(this.keys)
    this.batch.stream = 'test'
  }

  readonly emit = (finding: Finding): void => {
    if (finding.kind === 'anomaly') this.findings.push(finding)
  }

  send(rows: readonly BuiltRow[], batchRows = 500, signal: Signal = SIGNAL_LOGS): void {
    for (let i = 0; i < rows.length; i += batchRows) {
      this.batch.reset(signal)
      for (const row of rows.slice(i, i + batchRows)) appendRow(this.batch, row)
      this.detectors.observe(this.batch, this.emit)
    }
  }

  opened(): AnomalyFinding[] {
    return this.findings.filter((finding) => finding.state === 'open')
  }
}

export interface Load {
  readonly fromMs: number
  readonly untilMs: number
  /** Events per second at an event time. */
  readonly perS: (timeMs: number) => number
  readonly maxPerS: number
  readonly row: (timeMs: number) => BuiltRow
}

/** Arrivals of an inhomogeneous Poisson process, by thinning. Source: Lewis & Shedler (1979). */
export function poisson(random: Random, load: Load): BuiltRow[] {
  const rows: BuiltRow[] = []
  let t = load.fromMs
  for (;;) {
    t += (-Math.log(1 - random()) * 1000) / load.maxPerS
    if (t >= load.untilMs) return rows
    if (random() * load.maxPerS < load.perS(t)) rows.push(load.row(t))
  }
}

/** Merges streams by time. */
export const byTime = (...streams: readonly BuiltRow[][]): BuiltRow[] =>
  streams.flat().sort((a, b) => a.timeMs - b.timeMs)

/** A normal variate by Box and Muller. */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
