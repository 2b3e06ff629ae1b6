import { type AnyValueMap, SeverityNumber } from '@opentelemetry/api-logs'
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
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { Daemon } from '../support/daemon.ts'

/** OpenTelemetry's own JavaScript SDK and exporters pointed at the daemon. */

export const PROTOCOLS = ['http/json', 'http/protobuf', 'grpc'] as const
export type Protocol = (typeof PROTOCOLS)[number]

const resource = resourceFromAttributes({
  'service.name': 'e2e',
  'service.version': '1.2.3',
  'host.name': 'h1',
})

export interface LogLine {
  readonly body: string
  readonly attributes?: AnyValueMap
}

const gzipped = { compression: 'gzip' as never }

export async function exportLogs(
  daemon: Daemon,
  protocol: Protocol,
  lines: readonly LogLine[],
): Promise<void> {
  const url = `${daemon.httpUrl}/v1/logs`
  const exporter =
    protocol === 'grpc'
      ? new GrpcLogs({ url: daemon.grpcUrl })
      : protocol === 'http/json'
        ? new JsonLogs({ url })
        : new ProtoLogs({ url, ...gzipped })
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] })
  const logger = provider.getLogger('e2e')
  for (const { body, attributes = {} } of lines) {
    logger.emit({ body, attributes, severityNumber: SeverityNumber.INFO, severityText: 'INFO' })
  }
  await provider.forceFlush()
  await provider.shutdown()
}

export async function exportSpans(daemon: Daemon, protocol: Protocol, count: number): Promise<void> {
  const url = `${daemon.httpUrl}/v1/traces`
  const exporter =
    protocol === 'grpc'
      ? new GrpcTraces({ url: daemon.grpcUrl })
      : protocol === 'http/json'
        ? new JsonTraces({ url, ...gzipped })
        : new ProtoTraces({ url })
  const provider = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] })
  const tracer = provider.getTracer('e2e')
  for (let i = 0; i < count; i++)
    tracer.startSpan(`GET /items/${i}`, { attributes: { 'http.route': '/items/{id}' } }).end()
  await provider.forceFlush()
  await provider.shutdown()
}

export async function exportMetrics(daemon: Daemon, protocol: Protocol, points: number): Promise<void> {
  const url = `${daemon.httpUrl}/v1/metrics`
  const exporter =
    protocol === 'grpc'
      ? new GrpcMetrics({ url: daemon.grpcUrl })
      : protocol === 'http/json'
        ? new JsonMetrics({ url })
        : new ProtoMetrics({ url })
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ resource, readers: [reader] })
  const histogram = provider.getMeter('e2e').createHistogram('http.server.request.duration', { unit: 's' })
  for (let i = 0; i < points; i++) histogram.record(0.01 * i, { 'http.route': `/r/${i}` })
  await provider.shutdown() // exports once; a flush before would be a second export
}
