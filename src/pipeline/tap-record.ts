import {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  KEY_END,
  KEY_START,
  NESTED,
  RES_ATTR_END,
  RES_ATTR_START,
  RESOURCE,
  RESOURCE_STRIDE,
  type RecordBatch,
  ROW_STRIDE,
  SEVERITY,
  SIGNAL_NAMES,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TYPE,
  VALUE_BOOL,
  VALUE_DOUBLE,
  VALUE_END,
  VALUE_INT,
  VALUE_MASK,
  VALUE_NONE,
  VALUE_START,
  VALUE_STRING,
} from '../columns/record-batch.ts'

/** One record of what flows, masked and cut, as a person sees it. */
export interface TapRecord {
  readonly timeMs: number
  readonly stream: string
  readonly signal: string
  readonly severity: number
  readonly text: string
  /** Span duration in ms, metric point, or the body when it is a number; null where there is none. */
  readonly value: number | null
  readonly traceId: string | null
  readonly resource: Readonly<Record<string, string>>
  readonly attributes: Readonly<Record<string, string>>
}

export interface TapMask {
  /** Replaces every secret in a text. */
  text(text: string): string
  /** The same for the value of an attribute, whose name may say that the whole value is one. */
  attribute(name: string, value: string): string
}

/** Bytes of a value that are looked at; more than any credential, and far more than is shown. */
const LOOKED_AT = 16 * 1024
const TEXT_SHOWN = 400
const VALUE_SHOWN = 120
const NAME_SHOWN = 80
const ATTRIBUTES_SHOWN = 24
/** Control characters would move a terminal's cursor. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

/** Masked as a whole first, then cut: half a secret is one too, and no rule knows it. */
function shown(masked: string, max: number): string {
  const line = masked.replace(CONTROL, ' ')
  return line.length > max ? `${line.slice(0, max)}…` : line
}

/** The service a row belongs to, as it stands there; empty when it names none. Not to be shown. */
export function serviceOf(batch: RecordBatch, row: number, key: number): string {
  if (batch.rows[row * ROW_STRIDE + RESOURCE]! < 0) return ''
  const r = batch.rows[row * ROW_STRIDE + RESOURCE]! * RESOURCE_STRIDE
  const at = batch.findAttr(batch.resources[r + RES_ATTR_START]!, batch.resources[r + RES_ATTR_END]!, key)
  return at < 0
    ? ''
    : batch.text(start(batch, at), Math.min(end(batch, at), start(batch, at) + NAME_SHOWN * 4))
}

/** A row, with nothing in it that the masks did not see. */
export function tapRecord(batch: RecordBatch, row: number, mask: TapMask): TapRecord {
  const o = row * ROW_STRIDE
  const { rows, resources } = batch
  const value = batch.value[row]!
  const r = rows[o + RESOURCE]! * RESOURCE_STRIDE
  return {
    timeMs: batch.timeMs[row]!,
    stream: batch.stream,
    signal: SIGNAL_NAMES[batch.signal],
    severity: rows[o + SEVERITY]!,
    text: shown(
      mask.text(textOf(batch, rows[o + TEXT_TYPE]!, rows[o + TEXT_START]!, rows[o + TEXT_END]!)),
      TEXT_SHOWN,
    ),
    value: Number.isFinite(value) ? value : null,
    traceId: batch.traceId(row),
    resource:
      r < 0 ? {} : attributes(batch, resources[r + RES_ATTR_START]!, resources[r + RES_ATTR_END]!, mask),
    attributes: attributes(batch, rows[o + ATTR_START]!, rows[o + ATTR_END]!, mask),
  }
}

function attributes(batch: RecordBatch, from: number, to: number, mask: TapMask): Record<string, string> {
  const out: [string, string][] = []
  for (let a = from; a < to && out.length < ATTRIBUTES_SHOWN; a++) {
    const o = a * ATTR_STRIDE
    if (batch.attrs[o + TYPE]! >= NESTED) continue
    const name = batch.text(
      batch.attrs[o + KEY_START]!,
      Math.min(batch.attrs[o + KEY_END]!, batch.attrs[o + KEY_START]! + LOOKED_AT),
    )
    out.push([
      shown(mask.text(name), NAME_SHOWN),
      shown(mask.attribute(name, attributeText(batch, a)), VALUE_SHOWN),
    ])
  }
  return Object.fromEntries(out)
}

function attributeText(batch: RecordBatch, attr: number): string {
  const type = batch.attrs[attr * ATTR_STRIDE + TYPE]! & VALUE_MASK
  if (type === VALUE_INT || type === VALUE_DOUBLE || type === VALUE_BOOL) return batch.valueText(attr)
  return textOf(batch, type, start(batch, attr), end(batch, attr))
}

/** Text as it stands there. What is not text is told by its size only: the masks read text. */
function textOf(batch: RecordBatch, type: number, from: number, to: number): string {
  if (type === VALUE_STRING) return batch.text(from, Math.min(to, from + LOOKED_AT))
  return type === VALUE_NONE ? '' : `(${Math.max(0, to - from)} bytes)`
}

const start = (batch: RecordBatch, attr: number): number => batch.attrs[attr * ATTR_STRIDE + VALUE_START]!
const end = (batch: RecordBatch, attr: number): number => batch.attrs[attr * ATTR_STRIDE + VALUE_END]!
