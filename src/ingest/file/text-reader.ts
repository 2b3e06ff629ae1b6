import type { RecordBatch } from '../../columns/record-batch.ts'
import { findSeverity, PREFIX_BYTES, TimestampFinder } from './log-timestamp.ts'
import { emptyOrigin, type Problem, type RowOrigin, type RowReader } from './row-reader.ts'
import { RowWriter } from './row-writer.ts'

export interface TextSettings {
  readonly series: string
  /** Year of timestamps that write none. */
  readonly year: number
  /** Matches the timestamp, its first group if it has one; null for the built-in forms. */
  readonly timePattern: { exec(text: string): RegExpExecArray | null } | null
  readonly withOrigin: boolean
}

/** Plain log lines. The whole line is the body; a line without a timestamp is of the time of the one before. */
export class TextReader implements RowReader {
  readonly origin: RowOrigin = emptyOrigin()
  fallbackTimeMs = Number.NaN
  readonly #settings: TextSettings
  readonly #finder: TimestampFinder
  readonly #writer = new RowWriter()
  #batch!: RecordBatch
  #series = 0
  #seriesEnd = 0
  #timeMs = Number.NaN
  #time = ''

  constructor(settings: TextSettings) {
    this.#settings = settings
    this.#finder = new TimestampFinder(settings.year, settings.timePattern)
    this.origin.series = settings.series
  }

  begin(batch: RecordBatch): void {
    this.#batch = batch
    this.#writer.begin(batch)
    this.#series = this.#writer.appendText(this.#settings.series)
    this.#seriesEnd = batch.bytesEnd
  }

  read(bytes: Uint8Array, start: number, end: number): Problem | null {
    if (end > start && bytes[end - 1] === 13) end--
    const prefix = latin1(bytes, start, Math.min(end, start + PREFIX_BYTES))
    const timeMs = this.#finder.find(prefix)
    if (!Number.isNaN(timeMs)) {
      this.#timeMs = timeMs
      if (this.#settings.withOrigin) this.#time = prefix.slice(this.#finder.start, this.#finder.end)
    } else if (!Number.isNaN(this.fallbackTimeMs)) this.#timeMs = this.fallbackTimeMs
    this.origin.time = this.#time
    if (Number.isNaN(this.#timeMs)) return 'no readable time'
    const batch = this.#batch
    const writer = this.#writer
    const at = batch.bytesEnd
    batch.append(bytes.subarray(start, end))
    writer.startRow(writer.service(this.#series, this.#seriesEnd), this.#timeMs)
    writer.severity(findSeverity(prefix))
    writer.body(at, at + end - start)
    writer.endRow()
    return null
  }
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
