import type { RecordBatch } from '../../columns/record-batch.ts'

/** What is wrong with a line that gave no row. Never its text. */
export type Problem =
  | 'a quote is not closed'
  | 'fewer fields than the header'
  | 'more fields than the header'
  | 'not a JSON object'
  | 'no readable time'
  | 'the value is not a number'
  | 'longer than 64 MiB'
  | 'not an OTLP request'

/** Of the line last read, malformed or not; only filled when asked for, because it makes strings. */
export interface RowOrigin {
  /** The time as the input wrote it; empty when it has none. */
  time: string
  series: string
  value: string
  /** 1 anomalous, 0 normal, -1 not said */
  label: number
  /** Name of the labelled episode, or empty. */
  window: string
}

/** Turns lines into rows of a batch of logs. */
export interface RowReader {
  readonly origin: RowOrigin
  /** Time of a line that has none; NaN makes such a line a problem. */
  fallbackTimeMs: number
  /** Takes an emptied batch; rows go there from now on. */
  begin(batch: RecordBatch): void
  /**
   * Reads the line in [start, end), without its line feed. Never throws on input.
   * @returns null when it became a row, else what is wrong with it
   */
  read(bytes: Uint8Array, start: number, end: number): Problem | null
}

export const emptyOrigin = (): RowOrigin => ({ time: '', series: '', value: '', label: -1, window: '' })

/** `1`, `true`, `anomaly` and the like are 1; `0`, `false`, `normal`, `-` are 0; empty says nothing. */
export function labelOf(text: string): number {
  const t = text.trim().toLowerCase()
  if (t === '') return -1
  return t === '0' || t === 'false' || t === 'normal' || t === 'no' || t === '-' ? 0 : 1
}

/** Texts that stand for a missing number. */
const MISSING = new Set([
  '',
  'nan',
  'null',
  'na',
  'n/a',
  'none',
  'nil',
  '-',
  'inf',
  '-inf',
  '+inf',
  'infinity',
  '-infinity',
])
export const isMissing = (text: string): boolean => MISSING.has(text.trim().toLowerCase())
