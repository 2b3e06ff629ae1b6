import type { RowScores } from '../../columns/stage.ts'
import { TelltaleError } from '../../core/errors.ts'
import type { InputLine } from '../../ingest/file/file-source.ts'
import type { TextOut } from './text-out.ts'

export const ROW_COLUMNS = ['time', 'series', 'value', 'label', 'window', 'score', 'alert'] as const
export type RowColumn = (typeof ROW_COLUMNS)[number]
export const DEFAULT_ROW_COLUMNS: readonly RowColumn[] = ['time', 'series', 'score', 'alert']

/** @throws TelltaleError USAGE */
export function parseRowColumns(text: string): RowColumn[] {
  const names = text.split(',').map((n) => n.trim())
  const unknown = names.filter((n) => !(ROW_COLUMNS as readonly string[]).includes(n))
  if (unknown.length > 0)
    throw new TelltaleError(
      'USAGE',
      `--rows-columns knows ${ROW_COLUMNS.join(', ')}; not ${unknown.join(', ')}`,
    )
  return names as RowColumn[]
}

/** The per-row CSV: one line an input row, in input order; a malformed row scores 0. */
export class RowsOut {
  readonly #out: TextOut
  readonly #columns: readonly RowColumn[]

  constructor(out: TextOut, columns: readonly RowColumn[]) {
    this.#out = out
    this.#columns = columns
    out.line(columns.join(','))
  }

  write(lines: readonly InputLine[], scores: RowScores): void {
    for (const line of lines) this.#out.line(this.#columns.map((c) => cell(c, line, scores)).join(','))
  }
}

function cell(column: RowColumn, line: InputLine, scores: RowScores): string {
  if (column === 'score') return line.row < 0 ? '0' : shortNumber(scores.score[line.row]!)
  if (column === 'alert') return line.row < 0 ? '0' : String(scores.alert[line.row])
  if (column === 'label') return line.label < 0 ? '' : String(line.label)
  return quoted(line[column])
}

/** Six digits: below the noise of any score, and the same on every machine. */
const shortNumber = (n: number): string => (n === 0 ? '0' : String(Number(n.toPrecision(6))))

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
