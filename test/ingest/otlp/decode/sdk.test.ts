import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { SeverityNumber } from '@opentelemetry/api-logs'
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { KeyTable } from '../../../../src/columns/key-table.ts'
import {
  FLAG_CUMULATIVE,
  FLAG_MONOTONIC,
  METRIC_GAUGE,
  METRIC_HISTOGRAM,
  METRIC_SUM,
  RecordBatch,
  SIGNAL_LOGS,
  SIGNAL_METRICS,
  SIGNAL_SPANS,
  type Signal,
} from '../../../../src/columns/record-batch.ts'
import type { PayloadFormat } from '../../../../src/columns/stage.ts'
import { decodeOtlp } from '../../../../src/ingest/otlp/decode/decode-otlp.ts'
import { DEFAULT_DECODE_LIMITS } from '../../../../src/ingest/otlp/decode/limits.ts'
import { type PlainAttribute, type PlainRow, plainRows } from '../../../support/batch-rows.ts'

const resource = resourceFromAttributes({ 'service.name': 'checkout' })
const batch = new RecordBatch(new KeyTable(3), 'linear')

const byKeyAndValue = (a: PlainAttribute, b: PlainAttribute): number =>
  `${a.key} ${a.value}` < `${b.key} ${b.value}` ? -1 : 1

/** Rows of what the OpenTelemetry SDK itself writes, which must be the same in both encodings. */
function rowsOf(signal: Signal, proto: Uint8Array | undefined, json: Uint8Array | undefined): PlainRow[] {
  const [first, second] = (
    [
      ['otlp_proto', proto],
      ['otlp_json', json],
    ] as const
  ).map(([format, payload]: readonly [PayloadFormat, Uint8Array | undefined]) => {
    batch.reset(signal)
    batch.append(payload!)
    assert.deepEqual(decodeOtlp(batch, format, DEFAULT_DECODE_LIMITS), { kind: 'done' })
    // what is nested in a span follows the order of its members, which differs
    return plainRows(batch).map((row) =>
      signal === SIGNAL_SPANS ? { ...row, attributes: row.attributes.toSorted(byKeyAndValue) } : row,
    )
  })
  assert.deepEqual(second, first)
  for (const row of first!) assert.equal(row.resource[0]!.value, 'checkout')
  return first!
}

test('logs of the OpenTelemetry SDK decode alike from protobuf and JSON', () => {
  const exporter = new InMemoryLogRecordExporter()
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] })
  const logger = provider.getLogger('scope')
  logger.emit({
    severityNumber: SeverityNumber.WARN,
    body: 'disk "sda" at 91 %',
    timestamp: new Date(1_760_000_000_123),
    eventName: 'disk.full',
    attributes: {
      'host.name': 'a',
      used: 91,
      ratio: 0.91,
      ok: false,
      tags: ['x', 'y'],
      raw: new Uint8Array([1, 2]),
    },
  })
  logger.emit({ body: { user: 'ann', deep: { token: 'abc' } } })
  const records = exporter.getFinishedLogRecords()
  const rows = rowsOf(
    SIGNAL_LOGS,
    ProtobufLogsSerializer.serializeRequest(records),
    JsonLogsSerializer.serializeRequest(records),
  )
  assert.equal(rows.length, 2)
  assert.equal(rows[0]!.severity, 13)
  assert.equal(rows[0]!.text, 'disk "sda" at 91 %')
  assert.equal(rows[0]!.timeMs, 1_760_000_000_123)
  assert.equal(rows[0]!.event, 'disk.full')
  assert.equal(rows[0]!.scope, 'scope')
  assert.deepEqual(
    rows[0]!.attributes.map((a) => [a.key, a.value]),
    [
      ['host.name', 'a'],
      ['used', 91],
      ['ratio', 0.91],
      ['ok', 'false'],
      ['tags', null],
      ['', 'x'],
      ['', 'y'],
      ['raw', '\u0001\u0002'],
    ],
  )
  assert.deepEqual(
    rows[1]!.attributes.map((a) => [a.key, a.value, a.nested]),
    [
      ['user', 'ann', true],
      ['token', 'abc', true],
    ],
  )
})

test('spans of the OpenTelemetry SDK decode alike from protobuf and JSON', () => {
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const span = provider.getTracer('scope').startSpan('GET /cart', { kind: SpanKind.SERVER, startTime: 1000 })
  span.setAttribute('http.route', '/cart')
  span.addEvent('exception', { 'exception.message': 'no stock' }, 1001)
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'failed' })
  span.end(1042)
  const spans = exporter.getFinishedSpans()
  const [row] = rowsOf(
    SIGNAL_SPANS,
    ProtobufTraceSerializer.serializeRequest(spans),
    JsonTraceSerializer.serializeRequest(spans),
  )
  assert.equal(row!.text, 'GET /cart')
  assert.equal(row!.value, 42)
  assert.equal(row!.kind, 2)
  assert.equal(row!.status, 2)
  assert.equal(row!.traceId, span.spanContext().traceId)
  assert.equal(row!.spanId, span.spanContext().spanId)
  assert.deepEqual(
    row!.attributes.map((a) => [a.key, a.value]),
    [
      ['', 'exception'],
      ['', 'failed'],
      ['exception.message', 'no stock'],
      ['http.route', '/cart'],
    ],
  )
})

test('metrics of the OpenTelemetry SDK decode alike from protobuf and JSON', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ resource, readers: [reader] })
  const meter = provider.getMeter('scope')
  meter.createCounter('requests', { unit: '{request}' }).add(3, { route: '/cart' })
  meter.createGauge('temperature').record(21.5)
  const histogram = meter.createHistogram('latency', { unit: 'ms' })
  for (const ms of [1, 2, 30]) histogram.record(ms)
  await provider.forceFlush()
  const [metrics] = exporter.getMetrics()
  await provider.shutdown()
  const rows = rowsOf(
    SIGNAL_METRICS,
    ProtobufMetricsSerializer.serializeRequest(metrics!),
    JsonMetricsSerializer.serializeRequest(metrics!),
  )
  assert.deepEqual(
    rows.map((r) => [r.text, r.event, r.value, r.weight, r.status, r.flags]),
    [
      ['requests', '{request}', 3, 1, METRIC_SUM, FLAG_CUMULATIVE | FLAG_MONOTONIC],
      ['temperature', '', 21.5, 1, METRIC_GAUGE, 0],
      ['latency', 'ms', 33, 3, METRIC_HISTOGRAM, FLAG_CUMULATIVE],
    ],
  )
  assert.equal(rows[0]!.attributes[0]!.value, '/cart')
})
