/** What the simulated shop emits, before any encoding. Times are ms since epoch, fractions allowed. */

export type SimSignal = 'logs' | 'spans' | 'metrics'
export const SIM_SIGNALS: readonly SimSignal[] = ['logs', 'spans', 'metrics']

export type Attributes = Record<string, string | number | boolean>

/** One running copy of a service; its OpenTelemetry resource. */
export interface Instance {
  readonly service: string
  readonly version: string
  readonly host: string
  readonly id: string
}

export interface LogEvent {
  readonly signal: 'logs'
  readonly timeMs: number
  readonly instance: Instance
  /** severity_number of the OpenTelemetry log data model. */
  readonly severity: number
  readonly body: string
  readonly attributes: Attributes
  readonly traceId: string
  readonly spanId: string
}

export interface SpanEvent {
  readonly signal: 'spans'
  /** End of the span. */
  readonly timeMs: number
  readonly startMs: number
  readonly instance: Instance
  readonly name: string
  readonly kind: 'server' | 'client'
  readonly failed: boolean
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string
  readonly attributes: Attributes
}

/** One collection of an instance's metrics. */
export interface MetricEvent {
  readonly signal: 'metrics'
  readonly timeMs: number
  /** Start of the interval that delta points cover. */
  readonly startMs: number
  readonly instance: Instance
  readonly points: readonly MetricPoint[]
}

export type MetricPoint =
  | {
      readonly type: 'gauge' | 'updown'
      readonly name: string
      readonly unit: string
      readonly value: number
    }
  | {
      readonly type: 'histogram'
      readonly name: string
      readonly unit: string
      readonly attributes: Attributes
      readonly bounds: readonly number[]
      readonly counts: readonly number[]
      readonly sum: number
      readonly min: number
      readonly max: number
    }

export type SimEvent = LogEvent | SpanEvent | MetricEvent

export const SEVERITY_INFO = 9
export const SEVERITY_WARN = 13
export const SEVERITY_ERROR = 17

/** A stream of moments in time order. */
export interface Source {
  /** Time of what {@link take} returns next; Infinity when there is no more. */
  readonly nextMs: number
  take(): readonly SimEvent[]
}
