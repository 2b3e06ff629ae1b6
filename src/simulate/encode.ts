import type { HrTime } from '@opentelemetry/api'
import { ValueType } from '@opentelemetry/api'
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { Instance, LogEvent, MetricEvent, MetricPoint, SimEvent, SimSignal, SpanEvent } from './event.ts'

/** Events as OTLP export requests, by OpenTelemetry's own serialisers. */

export type WireFormat = 'protobuf' | 'json'

const SCOPE = { name: 'telltale.simulate', version: '1' }
const SEVERITY_TEXT: Readonly<Record<number, string>> = { 9: 'INFO', 13: 'WARN', 17: 'ERROR' }
const NO_TIME: HrTime = [0, 0]

/** Resources must keep their identity: the serialisers group by it. */
const resources = new WeakMap<Instance, Resource>()

function resourceOf(instance: Instance): Resource {
  let resource = resources.get(instance)
  if (resource === undefined) {
    resource = resourceFromAttributes({
      'service.name': instance.service,
      'service.namespace': 'shop',
      'service.version': instance.version,
      'service.instance.id': instance.id,
      'host.name': instance.host,
      'deployment.environment.name': 'simulated',
    })
    resources.set(instance, resource)
  }
  return resource
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.min(999_999_999, Math.round((ms - seconds * 1000) * 1e6))]
}

const logOf = (e: LogEvent): ReadableLogRecord => ({
  hrTime: hrTime(e.timeMs),
  hrTimeObserved: hrTime(e.timeMs),
  severityNumber: e.severity,
  severityText: SEVERITY_TEXT[e.severity] ?? '',
  body: e.body,
  resource: resourceOf(e.instance),
  instrumentationScope: SCOPE,
  attributes: e.attributes,
  droppedAttributesCount: 0,
  ...(e.traceId === '' ? {} : { spanContext: { traceId: e.traceId, spanId: e.spanId, traceFlags: 1 } }),
})

const spanOf = (e: SpanEvent): ReadableSpan => ({
  name: e.name,
  kind: e.kind === 'server' ? 1 : 2, // SpanKind.SERVER, CLIENT of @opentelemetry/api
  spanContext: () => ({ traceId: e.traceId, spanId: e.spanId, traceFlags: 1 }),
  ...(e.parentId === ''
    ? {}
    : { parentSpanContext: { traceId: e.traceId, spanId: e.parentId, traceFlags: 1 } }),
  startTime: hrTime(e.startMs),
  endTime: hrTime(e.timeMs),
  status: { code: e.failed ? 2 : 0 },
  attributes: e.attributes,
  links: [],
  events: [],
  duration: NO_TIME,
  ended: true,
  resource: resourceOf(e.instance),
  instrumentationScope: SCOPE,
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
})

function metricOf(point: MetricPoint, startTime: HrTime, endTime: HrTime): MetricData {
  const descriptor = { name: point.name, unit: point.unit, description: '', valueType: ValueType.DOUBLE }
  if (point.type === 'histogram') {
    const value = {
      buckets: { boundaries: [...point.bounds], counts: [...point.counts] },
      sum: point.sum,
      min: point.min,
      max: point.max,
      count: point.counts.reduce((a, b) => a + b, 0),
    }
    return {
      descriptor,
      aggregationTemporality: AggregationTemporality.DELTA,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [{ attributes: point.attributes, startTime, endTime, value }],
    }
  }
  const dataPoints = [{ attributes: {}, startTime, endTime, value: point.value }]
  const aggregationTemporality = AggregationTemporality.CUMULATIVE
  return point.type === 'gauge'
    ? { descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints }
    : { descriptor, aggregationTemporality, dataPointType: DataPointType.SUM, isMonotonic: false, dataPoints }
}

const metricsOf = (e: MetricEvent): ResourceMetrics => ({
  resource: resourceOf(e.instance),
  scopeMetrics: [
    { scope: SCOPE, metrics: e.points.map((p) => metricOf(p, hrTime(e.startMs), hrTime(e.timeMs))) },
  ],
})

/** The export requests that carry `events` of one signal; metrics take one request an instance. */
export function encodeRequests(
  signal: SimSignal,
  events: readonly SimEvent[],
  format: WireFormat,
): readonly Uint8Array[] {
  const json = format === 'json'
  switch (signal) {
    case 'logs': {
      const records = events.filter((e) => e.signal === 'logs').map(logOf)
      return [(json ? JsonLogsSerializer : ProtobufLogsSerializer).serializeRequest(records)!]
    }
    case 'spans': {
      const spans = events.filter((e) => e.signal === 'spans').map(spanOf)
      return [(json ? JsonTraceSerializer : ProtobufTraceSerializer).serializeRequest(spans)!]
    }
    case 'metrics': {
      const serializer = json ? JsonMetricsSerializer : ProtobufMetricsSerializer
      return events
        .filter((e) => e.signal === 'metrics')
        .map((e) => serializer.serializeRequest(metricsOf(e))!)
    }
  }
}

/** Records, spans or points an event counts for. */
export const weightOf = (event: SimEvent): number => (event.signal === 'metrics' ? event.points.length : 1)
