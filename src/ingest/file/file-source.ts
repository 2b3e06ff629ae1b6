import type { RecordBatch } from '../../columns/record-batch.ts'
import { SIGNAL_LOGS } from '../../columns/record-batch.ts'
import type { Decode } from '../../columns/stage.ts'
import { TelltaleError } from '../../core/errors.ts'
import { CsvReader, guessDelimiter, readHeader } from './csv-reader.ts'
import { FieldMap, type FieldMapping } from './field-map.ts'
import { JsonLinesReader } from './json-lines-reader.ts'
import { type LineBlock, lineBlocks } from './line-blocks.ts'
import type { Input } from './open-input.ts'
import { OtlpLines } from './otlp-lines.ts'
import type { Problem, RowOrigin, RowReader } from './row-reader.ts'
import { type FileFormat, sniffFormat } from './sniff.ts'
import { TextReader } from './text-reader.ts'

export interface FileSettings {
  readonly format: FileFormat | 'auto'
  /** Names the source in findings, and the series of rows that name none. */
  readonly name: string
  readonly fields: FieldMapping
  /** Column names of a CSV that has no header. */
  readonly columns: readonly string[] | null
  /** Header of the part before: used when the first line looks like a row of it rather than like a header. */
  readonly headerBefore?: readonly string[] | null
  /** Lines of the part before: positions count on from there. */
  readonly linesBefore?: number
  readonly year: number
  readonly timePattern: { exec(text: string): RegExpExecArray | null } | null
  /** Fill {@link FilledBatch.lines}. */
  readonly withLines: boolean
  readonly decodeOtlp: Decode
  readonly rowsPerBatch: number
}

/** One input row: where it came from and, when it could be read, which row of the batch it is. */
export interface InputLine extends RowOrigin {
  /** -1 when the line was malformed. */
  readonly row: number
}

export interface FilledBatch {
  readonly batch: RecordBatch
  /** Input rows in order, malformed ones too; empty unless asked for. */
  readonly lines: readonly InputLine[]
}

interface OpenLine {
  readonly bytes: Uint8Array
  readonly number: number
}

const LF = 10
const LINE_FEED = Uint8Array.of(LF)
/** A quoted cell may run over this many lines and bytes; then its first line is taken for malformed. */
const JOIN_LINES_MAX = 100
const JOIN_BYTES_MAX = 64 * 1024
const EXAMPLES_MAX = 5
const BATCH_BYTES_MAX = 1024 * 1024

/** Reads a file of any known format as batches. */
export class FileSource {
  readonly #input: Input
  readonly #settings: FileSettings
  readonly #batch: RecordBatch
  /** Rows read and lines that were none, so far. */
  rows = 0
  malformed = 0
  line = 0
  /** The first few malformed lines. */
  readonly examples: { readonly line: number; readonly problem: Problem }[] = []
  format: FileFormat | null = null
  /** Of a CSV, once its header is read. */
  header: readonly string[] | null = null
  #reader: RowReader | null = null
  #otlp: OtlpLines | null = null
  #lines: InputLine[] = []
  /** Lines of a record whose quote is open. */
  #open: OpenLine[] = []
  /** Added to a line for its position. */
  #before: number

  /** @param batch reused for every batch this source fills */
  constructor(input: Input, settings: FileSettings, batch: RecordBatch) {
    this.#input = input
    this.#settings = settings
    this.#batch = batch
    this.#before = settings.linesBefore ?? 0
  }

  /** Lines read so far, those of the part before included. */
  get lines(): number {
    return this.#before + this.line
  }

  /** @throws TelltaleError INPUT_UNREADABLE, BAD_ENCODING, or USAGE when the columns cannot be told */
  async *batches(): AsyncGenerator<FilledBatch> {
    const long = () => this.#refuse('longer than 64 MiB', this.line + 1)
    for await (const block of lineBlocks(this.#input.chunks(), long)) yield* this.#block(block)
    yield* this.#giveUpJoining()
    yield* this.#flush()
  }

  *#block({ bytes, end }: LineBlock): Generator<FilledBatch> {
    for (let start = 0; start < end; ) {
      let stop = bytes.indexOf(LF, start)
      if (stop < 0 || stop > end) stop = end
      this.line++
      if (this.#open.length > 0 || !isBlank(bytes, start, stop)) yield* this.#line(bytes, start, stop)
      start = stop + 1
    }
  }

  *#line(bytes: Uint8Array, start: number, end: number): Generator<FilledBatch> {
    if (this.format === null && this.#begin(bytes, start, end)) return
    if (this.#otlp !== null) yield* this.#request(bytes, start, end)
    else if (this.#open.length === 0) yield* this.#one(bytes, start, end, this.line, true)
    else yield* this.#join(bytes.slice(start, end))
  }

  /** A record that goes over lines grows until it closes, or until it is too long to be one. */
  *#join(bytes: Uint8Array): Generator<FilledBatch> {
    this.#open.push({ bytes, number: this.line })
    const joined = Buffer.concat(this.#open.flatMap((l, i) => (i === 0 ? [l.bytes] : [LINE_FEED, l.bytes])))
    const first = this.#open[0]!.number
    yield* this.#gap(first)
    const problem = this.#read(joined, 0, joined.length, first)
    if (problem !== 'a quote is not closed') {
      this.#open = []
      yield* this.#settle(problem, first)
    } else if (this.#open.length >= JOIN_LINES_MAX || joined.length > JOIN_BYTES_MAX)
      yield* this.#giveUpJoining()
  }

  *#giveUpJoining(): Generator<FilledBatch> {
    for (const { bytes, number } of this.#open.splice(0))
      yield* this.#one(bytes, 0, bytes.length, number, false)
  }

  /** Reads one line; with `mayJoin` an open quote waits for the lines that follow. */
  *#one(
    bytes: Uint8Array,
    start: number,
    end: number,
    line: number,
    mayJoin: boolean,
  ): Generator<FilledBatch> {
    yield* this.#gap(line)
    const problem = this.#read(bytes, start, end, line)
    if (problem === 'a quote is not closed' && mayJoin)
      this.#open.push({ bytes: bytes.slice(start, end), number: line })
    else yield* this.#settle(problem, line)
  }

  /** A row's position is its line, counted up from the batch's offset, so lines left out end a batch. */
  *#gap(line: number): Generator<FilledBatch> {
    const batch = this.#batch
    if (batch.count > 0 && batch.offset + batch.count !== this.#before + line) yield* this.#flush()
  }

  #read(bytes: Uint8Array, start: number, end: number, line: number): Problem | null {
    if (this.#batch.count === 0) this.#start(line)
    return this.#reader!.read(bytes, start, end)
  }

  *#settle(problem: Problem | null, line: number): Generator<FilledBatch> {
    const batch = this.#batch
    if (this.#settings.withLines)
      this.#lines.push({ ...this.#reader!.origin, row: problem === null ? batch.count - 1 : -1 })
    if (problem === null) this.rows++
    else this.#refuse(problem, line)
    if (batch.count >= this.#settings.rowsPerBatch || batch.bytesEnd > BATCH_BYTES_MAX) yield* this.#flush()
  }

  *#request(bytes: Uint8Array, start: number, end: number): Generator<FilledBatch> {
    const batch = this.#batch
    const otlp = this.#otlp!
    const ok = otlp.read(batch, bytes, start, end)
    batch.stream = `file:${this.#settings.name}`
    batch.offset = this.lines
    if (!ok) {
      this.#refuse('not an OTLP request', this.line)
      return
    }
    this.rows += batch.count
    this.malformed += batch.rejected
    yield { batch, lines: this.#settings.withLines ? otlp.lines(batch) : [] }
  }

  #start(line: number): void {
    const batch = this.#batch
    batch.reset(SIGNAL_LOGS)
    batch.stream = `file:${this.#settings.name}`
    batch.offset = this.#before + line
    batch.rowPerOffset = true
    this.#reader!.begin(batch)
  }

  *#flush(): Generator<FilledBatch> {
    const batch = this.#batch
    if (this.#otlp !== null || (batch.count === 0 && this.#lines.length === 0)) return
    yield { batch, lines: this.#lines }
    this.#lines = []
    batch.reset(SIGNAL_LOGS)
  }

  #refuse(problem: Problem, line: number): void {
    this.malformed++
    if (this.examples.length < EXAMPLES_MAX) this.examples.push({ line, problem })
  }

  /** Settles the format by the first line. @returns true when the line was a header */
  #begin(bytes: Uint8Array, start: number, end: number): boolean {
    const { format, fields, year, timePattern, withLines, decodeOtlp } = this.#settings
    const series = this.#settings.name
    const stop = end > start && bytes[end - 1] === 13 ? end - 1 : end
    const columns = this.#knownColumns(bytes, start, stop)
    const guess = columns === null ? sniffFormat(bytes, start, stop, fields) : 'csv'
    this.format = format === 'auto' ? guess : format
    if (this.format === 'otlp') this.#otlp = new OtlpLines(decodeOtlp)
    else if (this.format === 'text')
      this.#reader = new TextReader({ series, year, timePattern, withOrigin: withLines })
    else if (this.format === 'jsonl')
      this.#reader = new JsonLinesReader({ fields: new FieldMap(fields), series, withOrigin: withLines })
    else {
      const delimiter = guessDelimiter(bytes, start, stop)
      const header = columns ?? readHeader(bytes, start, stop, delimiter)
      if (header.length === 0) throw new TelltaleError('USAGE', 'the CSV header does not close a quote')
      this.header = header
      const map = new FieldMap(fields)
      this.#reader = new CsvReader({ fields: map, header, delimiter, series, withOrigin: withLines })
      // a header that was there before is no line of its own
      if (columns === null && this.#settings.headerBefore) this.#before--
      return columns === null
    }
    return false
  }

  /** Columns the first line need not name: the user's, or those of the part before when it is a row of it. */
  #knownColumns(bytes: Uint8Array, start: number, end: number): readonly string[] | null {
    const { columns, headerBefore = null } = this.#settings
    if (columns !== null || headerBefore === null) return columns
    const cells = readHeader(bytes, start, end, guessDelimiter(bytes, start, end))
    const isHeader = cells.every((c, i) => c === headerBefore[i])
    return cells.length === headerBefore.length && !isHeader ? headerBefore : null
  }
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let p = start; p < end; p++) if (bytes[p]! > 32) return false
  return true
}
