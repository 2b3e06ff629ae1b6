import { setImmediate as nextTurn } from 'node:timers/promises'
import type { KeyTable } from '../../columns/key-table.ts'
import { RecordBatch } from '../../columns/record-batch.ts'
import type { Decode, DetectorStage, RowScores, ScannerStage } from '../../columns/stage.ts'
import type { Finding, FindingEmitter } from '../../core/finding.ts'
import { type FileSettings, FileSource } from '../../ingest/file/file-source.ts'
import type { Input } from '../../ingest/file/open-input.ts'
import type { Problem } from '../../ingest/file/row-reader.ts'
import type { LabelScorer } from './label-scores.ts'
import type { RowsOut } from './rows-out.ts'

/** The functional core, as the daemon runs it. */
export interface ReplayStages {
  readonly keys: KeyTable
  readonly decodeOtlp: Decode
  readonly detectors: DetectorStage
  readonly scanner: ScannerStage
  /** Event time for what looks at a clock, ms since epoch. */
  readonly setTime: (timeMs: number) => void
}

export interface ReplaySettings {
  readonly inputs: readonly Input[]
  /** Stream and default series; null takes each input's own name. */
  readonly name: string | null
  readonly file: Omit<FileSettings, 'name' | 'decodeOtlp' | 'withLines' | 'rowsPerBatch'>
  readonly emit: FindingEmitter
  readonly rows: RowsOut | null
  readonly labels: LabelScorer | null
  /** After each batch; may wait for slow outputs. */
  readonly onBatch: (seen: Replayed, input: Input) => Promise<void>
}

/** What a replay has read so far. */
export interface Replayed {
  rows: number
  malformed: number
  batches: number
  findings: number
  firstMs: number
  lastMs: number
  columns: readonly string[] | null
  /** Lines of the last input, with those of the part before. */
  lines: number
  readonly examples: { readonly input: string; readonly line: number; readonly problem: Problem }[]
}

const ROWS_PER_BATCH = 512
const EXAMPLES_MAX = 5

/** Grows with the largest batch; both arrays are overwritten by every observe. */
function ensureScores(scores: RowScores, rows: number): RowScores {
  if (scores.score.length >= rows) return scores
  return { score: new Float64Array(rows * 2), alert: new Uint8Array(rows * 2) }
}

/**
 * Runs inputs, one after the other as one stream, through decoder, scanner and detectors on event time.
 * No clock is read: the same input gives the same findings.
 */
export async function runReplay(stages: ReplayStages, settings: ReplaySettings): Promise<Replayed> {
  const seen: Replayed = {
    rows: 0,
    malformed: 0,
    batches: 0,
    findings: 0,
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    columns: null,
    lines: 0,
    examples: [],
  }
  const batch = new RecordBatch(stages.keys)
  const withLines = settings.rows !== null || settings.labels !== null
  const emit: FindingEmitter = (finding: Finding) => {
    if (finding.state === 'open') seen.findings++
    settings.labels?.finding(finding)
    settings.emit(finding)
  }
  let scores: RowScores = { score: new Float64Array(1024), alert: new Uint8Array(1024) }
  let rowsBefore = 0
  let malformedBefore = 0
  for (const input of settings.inputs) {
    const source = new FileSource(
      input,
      {
        ...settings.file,
        linesBefore: input === settings.inputs[0] ? (settings.file.linesBefore ?? 0) : 0,
        name: settings.name ?? input.name,
        decodeOtlp: stages.decodeOtlp,
        withLines,
        rowsPerBatch: ROWS_PER_BATCH,
      },
      batch,
    )
    for await (const { lines } of source.batches()) {
      scores = ensureScores(scores, batch.count)
      if (batch.count > 0) {
        scores.score.fill(0, 0, batch.count)
        scores.alert.fill(0, 0, batch.count)
        stages.setTime(Math.max(seen.lastMs, batch.timeMs[0]!))
        for (const _ of stages.scanner.scan(batch, emit)) await nextTurn()
        stages.detectors.observe(batch, emit, withLines ? scores : undefined)
      }
      for (let row = 0; row < batch.count; row++) {
        const t = batch.timeMs[row]!
        if (t < seen.firstMs) seen.firstMs = t
        if (t > seen.lastMs) seen.lastMs = t
      }
      settings.rows?.write(lines, scores)
      if (settings.labels !== null)
        for (const line of lines)
          if (line.row >= 0)
            settings.labels.row(
              batch.timeMs[line.row]!,
              line.series,
              line.label,
              line.window,
              scores.alert[line.row]!,
            )
      seen.batches++
      seen.rows = rowsBefore + source.rows
      seen.malformed = malformedBefore + source.malformed
      seen.columns = source.header
      await settings.onBatch(seen, input)
    }
    rowsBefore += source.rows
    malformedBefore += source.malformed
    seen.rows = rowsBefore
    seen.malformed = malformedBefore
    seen.columns = source.header
    seen.lines = source.lines
    for (const { line, problem } of source.examples)
      if (seen.examples.length < EXAMPLES_MAX) seen.examples.push({ input: input.name, line, problem })
  }
  return seen
}
