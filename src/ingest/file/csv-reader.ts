import { type RecordBatch, VALUE_DOUBLE, VALUE_INT, VALUE_STRING } from '../../columns/record-batch.ts'
import { TelltaleError } from '../../core/errors.ts'
import { CELLS_MAX, cellEnd, cellEscaped, cellStart, OPEN, splitCsv } from './csv-record.kernel.ts'
import { parseDecimal } from './decimal.kernel.ts'
import type { FieldMap, FieldRole } from './field-map.ts'
import { severityOf } from './log-timestamp.ts'
import {
  emptyOrigin,
  isMissing,
  labelOf,
  type Problem,
  type RowOrigin,
  type RowReader,
} from './row-reader.ts'
import { RowWriter, STATUS_KEY, SUBJECT_KEY } from './row-writer.ts'
import { parseTimestamp, timestampEnd } from './timestamp.kernel.ts'

export interface CsvSettings {
  readonly fields: FieldMap
  /** Column names; from the first line unless the user gives them. */
  readonly header: readonly string[]
  /** Byte of the delimiter. */
  readonly delimiter: number
  /** Name of the series of rows that name none. */
  readonly series: string
  readonly withOrigin: boolean
}

const DELIMITERS = [44, 59, 9, 124] // , ; tab |
const decoder = new TextDecoder()

/** The delimiter that splits this header into most cells. */
export function guessDelimiter(bytes: Uint8Array, start: number, end: number): number {
  let best = 44
  let most = 0
  for (const d of DELIMITERS) {
    const cells = splitCsv(bytes, start, end, d)
    if (cells > most) {
      most = cells
      best = d
    }
  }
  return best
}

/** Column names of a header line; empty when a quote is left open. */
export function readHeader(bytes: Uint8Array, start: number, end: number, delimiter: number): string[] {
  const bom = bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf ? 3 : 0
  const cells = splitCsv(bytes, start + bom, end, delimiter)
  return Array.from({ length: Math.max(0, cells) }, (_, i) =>
    decoder.decode(bytes.subarray(cellStart[i], cellEnd[i])).replaceAll('""', '"').trim(),
  )
}

/** CSV with a header. Cells become attributes by their column's name, except those with a role (FieldMap). */
export class CsvReader implements RowReader {
  readonly origin: RowOrigin = emptyOrigin()
  fallbackTimeMs = Number.NaN
  readonly #settings: CsvSettings
  readonly #roles: readonly FieldRole[]
  readonly #time: number
  readonly #series: readonly number[]
  readonly #writer = new RowWriter()
  #batch!: RecordBatch
  #defaultSeries = 0
  #defaultSeriesEnd = 0

  /** @throws TelltaleError USAGE when no column can be the time */
  constructor(settings: CsvSettings) {
    this.#settings = settings
    const { header } = settings
    if (header.length > CELLS_MAX)
      throw new TelltaleError(
        'USAGE',
        `the header has ${header.length} columns; at most ${CELLS_MAX} are read`,
      )
    this.#roles = settings.fields.settle(header)
    this.#time = this.#roles.indexOf('time')
    this.#series = header.flatMap((_, i) => (this.#roles[i] === 'series' ? [i] : []))
    if (this.#time < 0)
      throw new TelltaleError('USAGE', 'the CSV header names no time column', {
        detail: [
          'name it with --time COLUMN; or give the columns with --columns a,b,c when the file has no header',
        ],
      })
  }

  begin(batch: RecordBatch): void {
    this.#batch = batch
    this.#writer.begin(batch)
    this.#defaultSeries = this.#writer.appendText(this.#settings.series)
    this.#defaultSeriesEnd = batch.bytesEnd
  }

  read(bytes: Uint8Array, start: number, end: number): Problem | null {
    if (end > start && bytes[end - 1] === 13) end--
    const cells = splitCsv(bytes, start, end, this.#settings.delimiter)
    if (cells === OPEN) return 'a quote is not closed'
    const expected = this.#settings.header.length
    if (this.#settings.withOrigin) this.#keepOrigin(bytes, cells)
    if (cells < expected) return 'fewer fields than the header'
    if (cells > expected) return 'more fields than the header'
    const t = this.#time
    const timeMs = parseTimestamp(bytes, cellStart[t]!, cellEnd[t]!)
    if (Number.isNaN(timeMs) || timestampEnd < lastText(bytes, cellStart[t]!, cellEnd[t]!))
      return 'no readable time'
    const v = this.#roles.indexOf('value')
    let value = Number.NaN
    if (v >= 0) {
      value = parseDecimal(bytes, cellStart[v]!, cellEnd[v]!)
      if (Number.isNaN(value) && !isMissing(textOf(bytes, v))) return 'the value is not a number'
    }
    this.#write(bytes, start, end, timeMs, value, cells)
    return null
  }

  #write(bytes: Uint8Array, start: number, end: number, timeMs: number, value: number, cells: number): void {
    const batch = this.#batch
    const writer = this.#writer
    const shift = batch.bytesEnd - start
    batch.append(bytes.subarray(start, end))
    for (let i = 0; i < cells; i++) {
      cellStart[i] = cellStart[i]! + shift
      cellEnd[i] = cellEnd[i]! + shift
      if (cellEscaped[i] === 1) this.#unescape(i)
    }
    writer.startRow(this.#resource(), timeMs)
    writer.value(value)
    for (let i = 0; i < cells; i++) this.#field(i)
    writer.endRow()
  }

  #resource(): number {
    const columns = this.#series
    const only = columns[0]
    if (only === undefined) return this.#writer.service(this.#defaultSeries, this.#defaultSeriesEnd)
    if (columns.length === 1) {
      const start = cellStart[only]!
      const end = cellEnd[only]!
      return end > start
        ? this.#writer.service(start, end)
        : this.#writer.service(this.#defaultSeries, this.#defaultSeriesEnd)
    }
    const start = this.#writer.appendText(columns.map((c) => textOf(this.#batch.bytes, c)).join('/'))
    return this.#writer.service(start, this.#batch.bytesEnd)
  }

  #field(i: number): void {
    const start = cellStart[i]!
    const end = cellEnd[i]!
    if (start === end) return
    const writer = this.#writer
    const bytes = this.#batch.bytes
    const role = this.#roles[i]
    if (role === 'body') writer.body(start, end)
    else if (role === 'subject') writer.attribute(SUBJECT_KEY, VALUE_STRING, start, end, 0)
    else if (role === 'severity') {
      const number = parseDecimal(bytes, start, end)
      writer.severity(number >= 0 && number <= 24 ? Math.floor(number) : severityOf(textOf(bytes, i).trim()))
    } else if (role === 'status' || role === 'attribute') {
      const number = parseDecimal(bytes, start, end)
      const type = Number.isNaN(number) ? VALUE_STRING : Number.isInteger(number) ? VALUE_INT : VALUE_DOUBLE
      const key = role === 'status' && type === VALUE_INT ? STATUS_KEY : this.#settings.header[i]!
      writer.attribute(key, type, start, end, number)
    }
  }

  /** Doubled quotes become single ones in a copy. */
  #unescape(i: number): void {
    const text = textOf(this.#batch.bytes, i).replaceAll('""', '"')
    cellStart[i] = this.#writer.appendText(text)
    cellEnd[i] = this.#batch.bytesEnd
  }

  #keepOrigin(bytes: Uint8Array, cells: number): void {
    const origin = this.origin
    const at = (role: FieldRole): string => {
      const i = this.#roles.indexOf(role)
      return i >= 0 && i < cells ? textOf(bytes, i) : ''
    }
    origin.time = at('time')
    origin.value = at('value')
    origin.label = labelOf(at('label'))
    origin.window = at('window')
    origin.series =
      this.#series.length === 0
        ? this.#settings.series
        : this.#series.map((c) => (c < cells ? textOf(bytes, c) : '')).join('/')
  }
}

/** Text of cell i of the record last split. */
const textOf = (bytes: Uint8Array, i: number): string =>
  decoder.decode(bytes.subarray(cellStart[i], cellEnd[i]))

/** End of the text without trailing blanks. */
function lastText(bytes: Uint8Array, start: number, end: number): number {
  while (end > start && bytes[end - 1] === 32) end--
  return end
}
