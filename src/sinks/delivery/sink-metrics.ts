import type { Counter, CounterFamily, Histogram, Meter } from '../../telemetry/meter.ts'
import { VERDICTS, type Verdict } from '../routing/router.ts'

/** What became of a finding at a sink. */
export type SinkOutcome = 'delivered' | 'refused' | 'expired' | 'overflow' | 'damaged'

export interface SinkState {
  readonly name: string
  readonly type: string
  pending(): number
  up(): boolean
  lastSuccessMs(): number
}

/** Counters of routing and delivery, registered once. */
export class SinkMetrics {
  readonly #routed: Map<Verdict, Counter>
  readonly #findings: CounterFamily
  readonly #attempts: CounterFamily
  readonly #wait: Histogram
  #sinks: readonly SinkState[] = []
  #spoolBytes: () => number = () => 0
  #spoolMaxBytes = 0

  constructor(meter: Meter) {
    const routed = meter.counterFamily(
      'telltale_sink_routed_findings_total',
      'Findings the pipeline emitted, by what the router made of them.',
      ['verdict'],
    )
    this.#routed = new Map(VERDICTS.map((v) => [v, routed.with(v)]))
    this.#findings = meter.counterFamily(
      'telltale_sink_findings_total',
      'Findings by sink and outcome: delivered, refused by the receiver, expired, overflow (SPOOL_FULL) or damaged on disk.',
      ['sink', 'outcome'],
    )
    this.#attempts = meter.counterFamily(
      'telltale_sink_attempts_total',
      'Sends by sink and result: done, retry or refused.',
      ['sink', 'result'],
    )
    this.#wait = meter.histogram(
      'telltale_sink_delivery_seconds',
      'Time from emission of a finding to its delivery.',
      [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600],
    )
    const each = (read: (s: SinkState) => number) => () =>
      this.#sinks.map((s) => ({ labels: { sink: s.name, type: s.type }, value: read(s) }))
    const labels = ['sink', 'type']
    meter.gaugeFamily(
      'telltale_sink_pending_findings',
      'Findings that wait for their receiver.',
      labels,
      each((s) => s.pending()),
    )
    meter.gaugeFamily(
      'telltale_sink_up',
      'Whether the last send succeeded (1) or failed (0).',
      labels,
      each((s) => (s.up() ? 1 : 0)),
    )
    meter.gaugeFamily(
      'telltale_sink_last_success_timestamp_seconds',
      'When a send last succeeded; 0 when none did.',
      labels,
      each((s) => s.lastSuccessMs() / 1000),
    )
    meter.gauge('telltale_sink_spool_bytes', 'Size of the spool on disk.', () => this.#spoolBytes())
    meter.gauge('telltale_sink_spool_max_bytes', 'Cap of the spool on disk.', () => this.#spoolMaxBytes)
  }

  watch(sinks: readonly SinkState[], spoolBytes: () => number, spoolMaxBytes: number): void {
    this.#spoolMaxBytes = spoolMaxBytes
    this.#sinks = sinks
    this.#spoolBytes = spoolBytes
    for (const { name } of sinks) {
      for (const outcome of ['delivered', 'refused', 'expired', 'overflow'])
        this.#findings.with(name, outcome)
      for (const result of ['done', 'retry', 'refused']) this.#attempts.with(name, result)
    }
  }

  routed(verdict: Verdict): void {
    this.#routed.get(verdict)!.add()
  }

  finding(sink: string, outcome: SinkOutcome, n = 1): void {
    this.#findings.with(sink, outcome).add(n)
  }

  attempt(sink: string, result: 'done' | 'retry' | 'refused'): void {
    this.#attempts.with(sink, result).add()
  }

  /** @param waitMs from emission to delivery */
  delivered(sink: string, waitMs: number): void {
    this.finding(sink, 'delivered')
    this.#wait.observe(Math.max(0, waitMs) / 1000)
  }
}
