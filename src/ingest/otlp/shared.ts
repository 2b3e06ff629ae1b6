import type { BatchPool } from '../../columns/batch-pool.ts'
import type { Intake } from '../../columns/stage.ts'
import type { Clock } from '../../core/clock.ts'
import type { ErrorCode } from '../../core/errors.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Counter, CounterFamily, Meter } from '../../telemetry/meter.ts'
import { ROUTES } from './signal.ts'

export type Transport = 'http' | 'grpc'

/** What a receiver is made with; all injected. */
export interface OtlpDeps {
  readonly intake: Intake
  readonly pool: BatchPool
  readonly clock: Clock
  readonly logger: Logger
  readonly meter: Meter
}

const LOG_WINDOW_MS = 60_000

/** What both receivers of one process share: metrics, what is under way, and the numbering of batches. */
export class OtlpShared {
  readonly #requests: CounterFamily
  /** The usual case without a look-up, by transport and signal name; there from the start, at 0. */
  readonly #taken: Record<Transport, ReadonlyMap<string, Counter>>
  readonly #wireBytes: Record<Transport, Counter>
  readonly #payloadBytes: Record<Transport, Counter>
  readonly #lastLogMs = new Map<string, number>()
  /** Requests whose answer is not settled yet. */
  readonly requests: Record<Transport, number> = { http: 0, grpc: 0 }
  /** Bytes those requests hold. */
  readonly bytes: Record<Transport, number> = { http: 0, grpc: 0 }
  #offset: number

  constructor(meter: Meter, clock: Clock) {
    this.#requests = meter.counterFamily(
      'telltale_otlp_requests_total',
      'OTLP requests by transport, signal and what became of them (OK or an error code).',
      ['transport', 'signal', 'code'],
    )
    const taken = (transport: Transport) =>
      new Map(ROUTES.map(({ name }) => [name as string, this.#requests.with(transport, name, 'OK')]))
    this.#taken = { http: taken('http'), grpc: taken('grpc') }
    const wire = meter.counterFamily('telltale_otlp_wire_bytes_total', 'OTLP request bytes as sent.', [
      'transport',
    ])
    const payload = meter.counterFamily(
      'telltale_otlp_payload_bytes_total',
      'OTLP request bytes once decompressed.',
      ['transport'],
    )
    this.#wireBytes = { http: wire.with('http'), grpc: wire.with('grpc') }
    this.#payloadBytes = { http: payload.with('http'), grpc: payload.with('grpc') }
    const each = (of: Record<Transport, number>) => () => [
      { labels: { transport: 'http' }, value: of.http },
      { labels: { transport: 'grpc' }, value: of.grpc },
    ]
    meter.gaugeFamily(
      'telltale_otlp_in_flight_requests',
      'OTLP requests under way.',
      ['transport'],
      each(this.requests),
    )
    meter.gaugeFamily('telltale_otlp_in_flight_bytes', 'Bytes they hold.', ['transport'], each(this.bytes))
    // Findings are identified by stream and offset, so numbering must not start over with the process: it starts at
    // the microsecond, and passes the next start's first number only above a million batches a second.
    this.#offset = Math.floor(clock.nowMs()) * 1000
  }

  static readonly #known = new WeakMap<Meter, OtlpShared>()

  static of(deps: Pick<OtlpDeps, 'meter' | 'clock'>): OtlpShared {
    let shared = OtlpShared.#known.get(deps.meter)
    if (shared === undefined) {
      shared = new OtlpShared(deps.meter, deps.clock)
      OtlpShared.#known.set(deps.meter, shared)
    }
    return shared
  }

  /** Number of the next batch within the stream `otlp`. */
  nextOffset(): number {
    return this.#offset++
  }

  /** Once a request. */
  count(transport: Transport, signal: string, code: ErrorCode | 'OK', wire: number, payload: number): void {
    const taken = code === 'OK' ? this.#taken[transport].get(signal) : undefined
    ;(taken ?? this.#requests.with(transport, signal, code)).add()
    this.#wireBytes[transport].add(wire)
    this.#payloadBytes[transport].add(payload)
  }

  /** True once a window for each key: what clients can cause at will is not logged at will. */
  mayLog(key: string, nowMs: number): boolean {
    const last = this.#lastLogMs.get(key)
    if (last !== undefined && nowMs - last < LOG_WINDOW_MS) return false
    this.#lastLogMs.set(key, nowMs)
    return true
  }
}
