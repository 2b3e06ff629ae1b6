import {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  EVENT_END,
  EVENT_START,
  FLAG_HEX_IDS,
  FLAGS,
  KEY,
  KEY_END,
  KEY_START,
  KIND,
  NESTED,
  RES_ATTR_END,
  RES_ATTR_START,
  RESOURCE,
  RESOURCE_STRIDE,
  type RecordBatch,
  ROW_STRIDE,
  SCOPE,
  SEVERITY,
  STATUS,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TYPE,
  VALUE_ARRAY,
  VALUE_DOUBLE,
  VALUE_INT,
  VALUE_MAP,
  VALUE_MASK,
  VALUE_STRING,
} from '../../src/columns/record-batch.ts'

export interface PlainAttribute {
  key: string
  type: number
  nested: boolean
  /** Text, number, or null for containers and nothing. */
  value: string | number | null
}

export interface PlainRow {
  timeMs: number
  value: number
  weight: number
  severity: number
  status: number
  kind: number
  flags: number
  textType: number
  text: string | null
  event: string
  traceId: string | null
  spanId: string | null
  attributes: PlainAttribute[]
  resource: PlainAttribute[]
  scope: string | null
}

/** The rows of a batch as plain objects, so that a test can compare them whole. */
export function plainRows(batch: RecordBatch): PlainRow[] {
  return Array.from({ length: batch.count }, (_, row) => {
    const word = (w: number): number => batch.rows[row * ROW_STRIDE + w]!
    const resource = word(RESOURCE) * RESOURCE_STRIDE
    const scope = word(SCOPE)
    return {
      timeMs: batch.timeMs[row]!,
      value: batch.value[row]!,
      weight: batch.weight[row]!,
      severity: word(SEVERITY),
      status: word(STATUS),
      kind: word(KIND),
      flags: word(FLAGS) & ~FLAG_HEX_IDS,
      textType: word(TEXT_TYPE),
      text: word(TEXT_TYPE) === VALUE_STRING ? batch.text(word(TEXT_START), word(TEXT_END)) : null,
      event: batch.text(word(EVENT_START), word(EVENT_END)),
      traceId: batch.traceId(row),
      spanId: batch.spanId(row),
      attributes: plainAttributes(batch, word(ATTR_START), word(ATTR_END)),
      resource: plainAttributes(
        batch,
        batch.resources[resource + RES_ATTR_START]!,
        batch.resources[resource + RES_ATTR_END]!,
      ),
      scope: scope < 0 ? null : batch.valueText(scope),
    }
  })
}

export function plainAttributes(batch: RecordBatch, from: number, to: number): PlainAttribute[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => {
    const o = (from + i) * ATTR_STRIDE
    const type = batch.attrs[o + TYPE]! & VALUE_MASK
    const id = batch.attrs[o + KEY]!
    const key = batch.text(batch.attrs[o + KEY_START]!, batch.attrs[o + KEY_END]!)
    if (id !== 0 && batch.keys.name(id) !== key) throw new Error(`key ${id} is not ${key}`)
    let value: string | number | null = null
    if (type === VALUE_INT || type === VALUE_DOUBLE) value = batch.number[from + i]!
    else if (type !== 0 && type !== VALUE_ARRAY && type !== VALUE_MAP) value = batch.valueText(from + i)
    return { key, type, nested: (batch.attrs[o + TYPE]! & NESTED) !== 0, value }
  })
}
