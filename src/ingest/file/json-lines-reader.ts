import {
  type RecordBatch,
  VALUE_BOOL,
  VALUE_DOUBLE,
  VALUE_INT,
  VALUE_STRING,
} from '../../columns/record-batch.ts'
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
import { epochMs, parseTimestamp } from './timestamp.kernel.ts'

export interface JsonLinesSettings {
  readonly fields: FieldMap
  readonly series: string
  readonly withOrigin: boolean
}

type Scalar = string | number | boolean

/** Objects inside objects are followed this deep; `a.b.c` is then the field's name. */
const DEPTH_MAX = 8
const FIELDS_MAX = 1024
const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** One JSON object a line. Fields become attributes by their dotted name, except those with a role (FieldMap). */
export class JsonLinesReader implements RowReader {
  readonly origin: RowOrigin = emptyOrigin()
  fallbackTimeMs = Number.NaN
  readonly #settings: JsonLinesSettings
  readonly #writer = new RowWriter()
  #batch!: RecordBatch
  /** Of the line at hand, one entry a field. */
  readonly #names: string[] = []
  readonly #roles: FieldRole[] = []
  readonly #values: Scalar[] = []

  constructor(settings: JsonLinesSettings) {
    this.#settings = settings
  }

  begin(batch: RecordBatch): void {
    this.#batch = batch
    this.#writer.begin(batch)
  }

  read(bytes: Uint8Array, start: number, end: number): Problem | null {
    this.#names.length = 0
    this.#roles.length = 0
    this.#values.length = 0
    const { withOrigin } = this.#settings
    if (withOrigin) Object.assign(this.origin, emptyOrigin(), { series: this.#settings.series })
    let parsed: unknown
    try {
      parsed = JSON.parse(decoder.decode(bytes.subarray(start, end)))
    } catch {
      return 'not a JSON object'
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return 'not a JSON object'
    this.#flatten(parsed as Record<string, unknown>, '', 0)
    if (withOrigin) this.#keepOrigin()
    const time = this.#first('time')
    const read = time === undefined ? Number.NaN : timeOf(time)
    const timeMs = Number.isNaN(read) ? this.fallbackTimeMs : read
    if (Number.isNaN(timeMs)) return 'no readable time'
    const raw = this.#first('value')
    const value = raw === undefined || raw === '' ? Number.NaN : Number(raw)
    if (Number.isNaN(value) && typeof raw === 'string' && !isMissing(raw)) return 'the value is not a number'
    this.#write(timeMs, value)
    return null
  }

  #write(timeMs: number, value: number): void {
    const writer = this.#writer
    const batch = this.#batch
    const series = this.#seriesText()
    const at = writer.appendText(series)
    writer.startRow(writer.service(at, batch.bytesEnd), timeMs)
    writer.value(Number.isFinite(value) ? value : Number.NaN)
    let statusSeen = false
    for (let i = 0; i < this.#names.length; i++) {
      const name = this.#names[i]!
      const field = this.#values[i]!
      const role = this.#roles[i]!
      if (role === 'body') writer.body(writer.appendText(String(field)), batch.bytesEnd)
      else if (role === 'subject') this.#attribute(SUBJECT_KEY, field)
      else if (role === 'severity') writer.severity(severityNumber(field))
      else if (role === 'status' && !statusSeen && Number.isInteger(Number(field)) && field !== '') {
        statusSeen = true
        this.#attribute(STATUS_KEY, Number(field))
      } else if (role === 'attribute' || role === 'status') this.#attribute(name, field)
    }
    writer.endRow()
  }

  #attribute(key: string, field: Scalar): void {
    const type =
      typeof field === 'string'
        ? VALUE_STRING
        : typeof field === 'boolean'
          ? VALUE_BOOL
          : Number.isInteger(field)
            ? VALUE_INT
            : VALUE_DOUBLE
    const number = typeof field === 'string' ? 0 : Number(field)
    const start = this.#writer.appendText(String(field))
    this.#writer.attribute(key, type, start, this.#batch.bytesEnd, number)
  }

  #flatten(object: Record<string, unknown>, prefix: string, depth: number): void {
    for (const key in object) {
      if (this.#names.length >= FIELDS_MAX) return
      const field = object[key]
      const name = prefix === '' ? key : prefix + key
      if (typeof field === 'string' || typeof field === 'number' || typeof field === 'boolean')
        this.#field(name, field)
      // as text, so that the scanner sees it
      else if (Array.isArray(field)) this.#field(name, JSON.stringify(field))
      else if (typeof field === 'object' && field !== null && depth < DEPTH_MAX)
        this.#flatten(field as Record<string, unknown>, `${name}.`, depth + 1)
    }
  }

  #field(name: string, field: Scalar): void {
    this.#names.push(name)
    this.#roles.push(this.#settings.fields.role(name))
    this.#values.push(field)
  }

  #first(role: FieldRole): Scalar | undefined {
    const i = this.#roles.indexOf(role)
    return i < 0 ? undefined : this.#values[i]
  }

  #seriesText(): string {
    const roles = this.#roles
    const first = roles.indexOf('series')
    if (first < 0) return this.#settings.series
    let text = String(this.#values[first]!)
    for (let i = first + 1; i < roles.length; i++) if (roles[i] === 'series') text += `/${this.#values[i]!}`
    return text
  }

  #keepOrigin(): void {
    const origin = this.origin
    origin.time = String(this.#first('time') ?? '')
    origin.series = this.#seriesText()
    origin.value = String(this.#first('value') ?? '')
    origin.label = labelOf(String(this.#first('label') ?? ''))
    origin.window = String(this.#first('window') ?? '')
  }
}

function timeOf(field: Scalar): number {
  if (typeof field === 'number') return epochMs(field)
  if (typeof field === 'boolean') return Number.NaN
  const bytes = encoder.encode(field)
  return parseTimestamp(bytes, 0, bytes.length)
}

function severityNumber(field: Scalar): number {
  const number = Number(field)
  return number >= 0 && number <= 24 ? Math.floor(number) : severityOf(String(field))
}
