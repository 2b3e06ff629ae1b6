import { SIGNAL_LOGS, SIGNAL_METRICS, SIGNAL_SPANS, type Signal } from '../../columns/record-batch.ts'

/** What the three signals are called on the wire. Source: OTLP 1.x specification and its .proto files. */
export interface SignalRoute {
  readonly signal: Signal
  /** Label of our metrics. */
  readonly name: 'logs' | 'traces' | 'metrics'
  readonly httpPath: string
  readonly grpcPath: string
  /** JSON name of the count in Export*PartialSuccess. */
  readonly rejectedField: 'rejectedLogRecords' | 'rejectedSpans' | 'rejectedDataPoints'
  /** Message of a partial success; holds nothing of the payload. */
  readonly partialMessage: string
}

const collector = 'opentelemetry.proto.collector'

export const ROUTES: readonly SignalRoute[] = [
  {
    signal: SIGNAL_LOGS,
    name: 'logs',
    httpPath: '/v1/logs',
    grpcPath: `/${collector}.logs.v1.LogsService/Export`,
    rejectedField: 'rejectedLogRecords',
    partialMessage: 'some log records were left out: malformed, or past what a batch may hold',
  },
  {
    signal: SIGNAL_SPANS,
    name: 'traces',
    httpPath: '/v1/traces',
    grpcPath: `/${collector}.trace.v1.TraceService/Export`,
    rejectedField: 'rejectedSpans',
    partialMessage: 'some spans were left out: malformed, or past what a batch may hold',
  },
  {
    signal: SIGNAL_METRICS,
    name: 'metrics',
    httpPath: '/v1/metrics',
    grpcPath: `/${collector}.metrics.v1.MetricsService/Export`,
    rejectedField: 'rejectedDataPoints',
    partialMessage: 'some data points were left out: malformed, or past what a batch may hold',
  },
]
