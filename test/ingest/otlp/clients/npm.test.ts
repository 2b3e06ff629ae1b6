import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { SeverityNumber } from '@opentelemetry/api-logs'
import { OTLPLogExporter as GrpcLogs } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter as GrpcMetrics } from '@opentelemetry/exporter-metrics-otlp-grpc'
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter as GrpcTraces } from '@opentelemetry/exporter-trace-otlp-grpc'
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs'
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base'
import { type FakeIntake, refuseOnce } from '../../../support/fake-intake.ts'
import { grpcRig, httpRig } from '../../../support/otlp-receiver.ts'
import { receivedTexts } from '../../../support/received.ts'

/** The OpenTelemetry exporters of npm, unchanged, against the receivers. */

const COUNT = 700 // more than one batch of 512
const resource = resourceFromAttributes({ 'service.name': 'npm' })
const expected = (what: string): string[] =>
  Array.from({ length: COUNT }, (_, i) => `npm/${what} ${i}`).sort()

async function logs(exporter: LogRecordExporter): Promise<void> {
  const provider = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter, maxExportBatchSize: 512 })],
  })
  const logger = provider.getLogger('test')
  for (let i = 0; i < COUNT; i++) logger.emit({ body: `log ${i}`, severityNumber: SeverityNumber.INFO })
  await provider.forceFlush()
  await provider.shutdown()
}

async function traces(exporter: SpanExporter): Promise<void> {
  const provider = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] })
  const tracer = provider.getTracer('test')
  for (let i = 0; i < COUNT; i++) tracer.startSpan(`span ${i}`).end()
  await provider.forceFlush()
  await provider.shutdown()
}

async function metrics(exporter: PushMetricExporter): Promise<void> {
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ resource, readers: [reader] })
  const meter = provider.getMeter('test')
  for (let i = 0; i < COUNT; i++) meter.createCounter(`metric ${i}`).add(i)
  await provider.shutdown()
}

// The packages give their enum CompressionAlgorithm no name of their own; these are its values.
type Gzip =
  NonNullable<ConstructorParameters<typeof ProtoLogs>[0]> extends { compression?: infer C } ? C : never
const gzip = 'gzip' as Gzip

type Start = (t: TestContext) => Promise<{ intake: FakeIntake; endpoint: (path: string) => string }>
const http: Start = async (t) => {
  const { intake, port } = await httpRig(t)
  return { intake, endpoint: (path) => `http://127.0.0.1:${port}${path}` }
}
const grpc: Start = async (t) => {
  const { intake, port } = await grpcRig(t)
  return { intake, endpoint: () => `http://127.0.0.1:${port}` }
}

for (const compression of [undefined, gzip]) {
  const squeeze = compression === undefined ? {} : { compression }
  const how = compression === undefined ? 'plain' : 'gzip'
  const clients = [
    ['JSON', http, JsonLogs, JsonTraces, JsonMetrics],
    ['protobuf', http, ProtoLogs, ProtoTraces, ProtoMetrics],
    ['gRPC', grpc, GrpcLogs, GrpcTraces, GrpcMetrics],
  ] as const
  for (const [name, start, Logs, Traces, Metrics] of clients) {
    test(`the npm exporters deliver logs, spans and metrics by ${name}, ${how}`, async (t) => {
      const { intake, endpoint } = await start(t)
      const got = (): string[] => receivedTexts(intake.submissions.splice(0)).sort()
      await logs(new Logs({ url: endpoint('/v1/logs'), ...squeeze }))
      assert.deepEqual(got(), expected('log'))
      await traces(new Traces({ url: endpoint('/v1/traces'), ...squeeze }))
      assert.deepEqual(got(), expected('span'))
      await metrics(new Metrics({ url: endpoint('/v1/metrics'), ...squeeze }))
      assert.deepEqual(got(), expected('metric'))
    })
  }
}

// Over gRPC the npm exporter never tries again; telemetrygen does, see telemetrygen.test.ts.
test('the npm exporter tries again when told the queue is full', async (t) => {
  const { intake, endpoint } = await http(t)
  const refusals = refuseOnce(t, intake)
  await logs(new ProtoLogs({ url: endpoint('/v1/logs') }))
  assert.deepEqual(receivedTexts(intake.submissions).sort(), expected('log'))
  assert.equal(refusals(), 1)
})
