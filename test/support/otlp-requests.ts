import fc from 'fast-check'
import {
  FLAG_CUMULATIVE,
  FLAG_MONOTONIC,
  VALUE_ARRAY,
  VALUE_BOOL,
  VALUE_BYTES,
  VALUE_DOUBLE,
  VALUE_INT,
  VALUE_MAP,
  VALUE_NONE,
  VALUE_STRING,
} from '../../src/columns/record-batch.ts'
import type { PlainAttribute, PlainRow } from './batch-rows.ts'

/**
 * Random export requests, each with the rows it must decode to. A request is an object whose ids and bytes are Buffers
 * and whose 64-bit integers are decimal strings: protobufjs takes it as it is, {@link toJson} makes OTLP/JSON of it.
 */
type Plain = Record<string, unknown>
export interface Generated {
  readonly request: Plain
  readonly rows: PlainRow[]
}
export const RECEIVED_MS = 1_760_000_000_000

// text is well formed: a lone surrogate is no UTF-8 and becomes U+FFFD in either encoding
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary-ascii', maxLength: 200 }),
  fc.constantFrom('a"b\\c\n\t', '\u0000\u001f', '\ud83d\ude00', '\ufeffx', 'x'.repeat(130)),
)
const key = fc.oneof(fc.constantFrom('http.route', 'user.id', 'db', 'ip', 'service.name', 'k'), text)
const double = fc.double().map((d) => (Object.is(d, -0) ? 0 : d))
const int64 = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
)
const nanos = fc.oneof(fc.constant('0'), fc.bigInt({ min: 1n, max: 2n ** 63n }).map(String))
const small = fc.nat({ max: 9 })

interface Value {
  readonly plain: Plain
  readonly type: number
  readonly value: string | number | null
  /** Leaves with their own key, '' for array elements. */
  readonly leaves: readonly { key: string; value: Value }[]
}

const scalar: fc.Arbitrary<Value> = fc.oneof(
  text.map((t) => ({ plain: { stringValue: t }, type: VALUE_STRING, value: t, leaves: [] })),
  fc.boolean().map((b) => ({ plain: { boolValue: b }, type: VALUE_BOOL, value: String(b), leaves: [] })),
  int64.map((i) => ({ plain: { intValue: i }, type: VALUE_INT, value: Number(i), leaves: [] })),
  double.map((d) => ({ plain: { doubleValue: d }, type: VALUE_DOUBLE, value: d, leaves: [] })),
  fc.uint8Array({ maxLength: 20 }).map((b) => ({
    plain: { bytesValue: Buffer.from(b) },
    type: VALUE_BYTES,
    value: new TextDecoder('utf-8', { ignoreBOM: true }).decode(b),
    leaves: [],
  })),
  fc.constant({ plain: {}, type: VALUE_NONE, value: null, leaves: [] }),
)

const anyValue = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { arbitrary: scalar, weight: 6 },
    {
      arbitrary: fc.array(tie('value'), { maxLength: 4 }).map((values) => ({
        plain: { arrayValue: { values: values.map((v) => v.plain) } },
        type: VALUE_ARRAY,
        value: null,
        leaves: values.map((value) => ({ key: '', value })),
      })),
      weight: 1,
    },
    {
      arbitrary: fc.array(fc.record({ key, value: tie('value') }), { maxLength: 4 }).map((values) => ({
        plain: { kvlistValue: { values: values.map((v) => ({ key: v.key, value: v.value.plain })) } },
        type: VALUE_MAP,
        value: null,
        leaves: values,
      })),
      weight: 1,
    },
  ),
})).value

const isContainer = (type: number): boolean => type === VALUE_ARRAY || type === VALUE_MAP

function leafRows(value: Value): PlainAttribute[] {
  return value.leaves.flatMap(({ key, value: leaf }) => {
    if (isContainer(leaf.type)) return leafRows(leaf)
    return leaf.type === VALUE_NONE ? [] : [{ key, type: leaf.type, nested: true, value: leaf.value }]
  })
}

interface Attributes {
  readonly plain: Plain[]
  readonly rows: PlainAttribute[]
}
const attributes: fc.Arbitrary<Attributes> = fc
  .array(fc.record({ key, value: anyValue }), { maxLength: 6 })
  .map((list) => ({
    plain: list.map((kv) => ({ key: kv.key, value: kv.value.plain })),
    rows: list.flatMap(({ key, value }) => [
      { key, type: value.type, nested: false, value: value.value },
      ...leafRows(value),
    ]),
  }))
const asNested = (rows: readonly PlainAttribute[]): PlainAttribute[] =>
  rows.map((row) => ({ ...row, nested: true }))
const unnamed = (value: string): PlainAttribute[] =>
  value === '' ? [] : [{ key: '', type: VALUE_STRING, nested: true, value }]

const id = (length: number) =>
  fc.oneof(fc.uint8Array({ minLength: length, maxLength: length }), fc.constant(new Uint8Array(0)))
const hex = (bytes: Uint8Array): string | null =>
  bytes.some((b) => b !== 0) ? Buffer.from(bytes).toString('hex') : null
const ms = (ns: string): number => Number(ns) / 1e6

const BLANK: PlainRow = {
  timeMs: RECEIVED_MS,
  value: Number.NaN,
  weight: 1,
  severity: 0,
  status: 0,
  kind: 0,
  flags: 0,
  textType: VALUE_NONE,
  text: null,
  event: '',
  traceId: null,
  spanId: null,
  attributes: [],
  resource: [],
  scope: null,
}

interface Made {
  readonly plain: Plain
  readonly rows: PlainRow[]
}

const log: fc.Arbitrary<Made> = fc
  .record({
    time: nanos,
    observed: nanos,
    severity: fc.nat({ max: 24 }),
    body: fc.option(anyValue),
    attributes,
    traceId: id(16),
    spanId: id(8),
    event: text,
  })
  .map((r) => {
    const type = r.body?.type ?? VALUE_NONE
    const isNumber = type === VALUE_INT || type === VALUE_DOUBLE
    let value = isNumber ? (r.body?.value as number) : Number.NaN
    if (type === VALUE_BOOL) value = r.body?.value === 'true' ? 1 : 0
    return {
      plain: {
        timeUnixNano: r.time,
        observedTimeUnixNano: r.observed,
        severityNumber: r.severity,
        severityText: 'x',
        ...(r.body === null ? {} : { body: r.body.plain }),
        attributes: r.attributes.plain,
        droppedAttributesCount: 3,
        flags: 1,
        traceId: Buffer.from(r.traceId),
        spanId: Buffer.from(r.spanId),
        eventName: r.event,
      },
      rows: [
        {
          ...BLANK,
          timeMs: r.time !== '0' ? ms(r.time) : r.observed !== '0' ? ms(r.observed) : RECEIVED_MS,
          value,
          severity: r.severity,
          textType: type,
          text: type === VALUE_STRING ? (r.body?.value as string) : null,
          event: r.event,
          traceId: hex(r.traceId),
          spanId: hex(r.spanId),
          attributes: [...r.attributes.rows, ...(r.body === null ? [] : leafRows(r.body))],
        },
      ],
    }
  })

const span: fc.Arbitrary<Made> = fc
  .record({
    start: nanos,
    end: nanos,
    name: text,
    kind: fc.nat({ max: 5 }),
    code: fc.nat({ max: 2 }),
    message: text,
    attributes,
    events: fc.array(fc.record({ name: text, attributes }), { maxLength: 2 }),
    links: fc.array(attributes, { maxLength: 2 }),
    traceId: id(16),
    spanId: id(8),
  })
  .map((r) => {
    const hasTimes = r.start !== '0' && r.end !== '0'
    const nanoseconds = BigInt(r.end) - BigInt(r.start)
    return {
      plain: {
        traceId: Buffer.from(r.traceId),
        spanId: Buffer.from(r.spanId),
        parentSpanId: Buffer.from(r.spanId),
        traceState: 'a=b',
        name: r.name,
        kind: r.kind,
        startTimeUnixNano: r.start,
        endTimeUnixNano: r.end,
        attributes: r.attributes.plain,
        events: r.events.map((e) => ({ timeUnixNano: '5', name: e.name, attributes: e.attributes.plain })),
        links: r.links.map((l) => ({ traceId: Buffer.from(r.traceId), attributes: l.plain })),
        status: { code: r.code, message: r.message },
      },
      rows: [
        {
          ...BLANK,
          timeMs: r.end !== '0' ? ms(r.end) : r.start !== '0' ? ms(r.start) : RECEIVED_MS,
          value: hasTimes ? (nanoseconds > 0n ? Number(nanoseconds) / 1e6 : 0) : Number.NaN,
          status: r.code,
          kind: r.kind,
          textType: VALUE_STRING,
          text: r.name,
          traceId: hex(r.traceId),
          spanId: hex(r.spanId),
          attributes: [
            ...r.attributes.rows,
            ...r.events.flatMap((e) => [...unnamed(e.name), ...asNested(e.attributes.rows)]),
            ...r.links.flatMap((l) => asNested(l.rows)),
            ...unnamed(r.message),
          ],
        },
      ],
    }
  })

const point = fc.record({
  time: nanos,
  attributes,
  number: fc.oneof(double, int64),
  sum: fc.option(double),
  count: fc.nat().map(String),
  noValue: fc.boolean(),
})
const DATA = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const
const metric: fc.Arbitrary<Made> = fc
  .record({
    name: text,
    unit: text,
    kind: fc.constantFrom(...DATA),
    temporality: fc.nat({ max: 2 }),
    isMonotonic: fc.boolean(),
    points: fc.array(point, { maxLength: 4 }),
  })
  .map((r) => {
    const isNumber = r.kind === 'gauge' || r.kind === 'sum'
    const hasTemporality = r.kind !== 'gauge' && r.kind !== 'summary'
    const dataPoints = r.points.map((p) => ({
      timeUnixNano: p.time,
      startTimeUnixNano: '7',
      attributes: p.attributes.plain,
      flags: p.noValue ? 1 : 0,
      ...(isNumber
        ? { [typeof p.number === 'string' ? 'asInt' : 'asDouble']: p.number }
        : { count: p.count, ...(p.sum === null ? {} : { sum: p.sum }) }),
      ...(r.kind === 'histogram' ? { bucketCounts: ['1', '2'], explicitBounds: [0.5] } : {}),
      ...(r.kind === 'exponentialHistogram'
        ? { scale: -3, positive: { offset: 2, bucketCounts: ['1'] } }
        : {}),
      ...(r.kind === 'summary' ? { quantileValues: [{ quantile: 0.5, value: 2 }] } : {}),
    }))
    return {
      plain: {
        name: r.name,
        description: 'd',
        unit: r.unit,
        [r.kind]: {
          dataPoints,
          ...(hasTemporality ? { aggregationTemporality: r.temporality } : {}),
          ...(r.kind === 'sum' ? { isMonotonic: r.isMonotonic } : {}),
        },
      },
      rows: r.points.map((p) => ({
        ...BLANK,
        timeMs: p.time === '0' ? RECEIVED_MS : ms(p.time),
        value: p.noValue ? Number.NaN : isNumber ? Number(p.number) : (p.sum ?? Number.NaN),
        weight: isNumber ? 1 : Number(p.count),
        status: DATA.indexOf(r.kind) + 1,
        flags:
          (hasTemporality && r.temporality === 2 ? FLAG_CUMULATIVE : 0) |
          (r.kind === 'sum' && r.isMonotonic ? FLAG_MONOTONIC : 0),
        textType: VALUE_STRING,
        text: r.name,
        event: r.unit,
        attributes: p.attributes.rows,
      })),
    }
  })

function requests(made: fc.Arbitrary<Made>, groups: string, scopes: string, records: string) {
  const scope = fc.record({ name: text, version: small.map(String), attributes })
  const scoped = fc.record({ scope: fc.option(scope), made: fc.array(made, { maxLength: 3 }) })
  const group = fc.record({ resource: fc.option(attributes), scoped: fc.array(scoped, { maxLength: 2 }) })
  return fc.array(group, { maxLength: 3 }).map((list): Generated => {
    return {
      request: {
        [groups]: list.map((g) => ({
          ...(g.resource === null ? {} : { resource: { attributes: g.resource.plain } }),
          [scopes]: g.scoped.map((s) => ({
            ...(s.scope === null ? {} : { scope: { ...s.scope, attributes: s.scope.attributes.plain } }),
            [records]: s.made.map((m) => m.plain),
            schemaUrl: 'x',
          })),
        })),
      },
      rows: list.flatMap((g) =>
        g.scoped.flatMap((s) =>
          s.made.flatMap((m) =>
            m.rows.map((row) => ({
              ...row,
              resource: g.resource?.rows ?? [],
              scope:
                s.scope === null || (s.scope.name === '' && s.scope.attributes.rows.length === 0)
                  ? null
                  : s.scope.name,
            })),
          ),
        ),
      ),
    }
  })
}

export const GENERATED = {
  logs: requests(log, 'resourceLogs', 'scopeLogs', 'logRecords'),
  spans: requests(span, 'resourceSpans', 'scopeSpans', 'spans'),
  metrics: requests(metric, 'resourceMetrics', 'scopeMetrics', 'metrics'),
} as const

/** How a sender may write the same JSON. */
export interface JsonStyle {
  readonly indent: number
  readonly upperHex: boolean
  readonly numericInts: boolean
  readonly reversed: boolean
  readonly escaped: boolean
}
export const jsonStyle: fc.Arbitrary<JsonStyle> = fc.record({
  indent: fc.constantFrom(0, 0, 1),
  upperHex: fc.boolean(),
  numericInts: fc.boolean(),
  reversed: fc.boolean(),
  escaped: fc.boolean(),
})

/** The request in OTLP/JSON. `reversed` turns the order of members around, `escaped` writes all but ASCII as \u. */
export function toJson(request: Plain, style: JsonStyle): Uint8Array {
  const convert = (value: unknown, name: string): unknown => {
    if (Buffer.isBuffer(value)) {
      if (!/(?:trace|span)Id/i.test(name)) return value.toString('base64')
      return style.upperHex ? value.toString('hex').toUpperCase() : value.toString('hex')
    }
    if (Array.isArray(value)) return value.map((v) => convert(v, name))
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
    if (typeof value === 'string' && style.numericInts && Number.isSafeInteger(Number(value)) && isInt(name))
      return Number(value)
    if (typeof value !== 'object' || value === null) return value
    const members = Object.entries(value).map(([k, v]) => [k, convert(v, k)] as const)
    return Object.fromEntries(style.reversed ? members.reverse() : members)
  }
  const json = JSON.stringify(convert(request, ''), null, style.indent)
  const asciiOnly = (s: string) =>
    s.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return new TextEncoder().encode(style.escaped ? asciiOnly(json) : json)
}

const isInt = (name: string): boolean => /^(intValue|asInt|count|.*UnixNano)$/.test(name)
