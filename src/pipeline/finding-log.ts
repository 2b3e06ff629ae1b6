import type { Clock } from '../core/clock.ts'
import { type Finding, type FindingEmitter, SEVERITIES } from '../core/finding.ts'
import type { CounterFamily, Meter } from '../telemetry/meter.ts'
import type { Exemplar } from '../telemetry/samples.ts'

/**
 * The newest findings by id, for the API, and their counts, for /metrics. An update replaces its predecessor.
 * A Map keeps insertion order, so the first is the one longest untouched.
 */
export class FindingLog {
  readonly #byId = new Map<string, Finding>()
  readonly #max: number
  readonly #clock: Clock
  readonly #total: CounterFamily

  constructor(max: number, meter: Meter, clock: Clock) {
    this.#max = max
    this.#clock = clock
    this.#total = meter.counterFamily(
      'telltale_findings_total',
      'Findings: profile of an anomaly, rule of a secret.',
      ['kind', 'profile', 'severity'],
    )
    meter.gaugeFamily(
      'telltale_findings_open',
      'Anomalies open now, of the newest findings kept.',
      ['severity'],
      () => this.#openBySeverity(),
    )
  }

  /** An emitter that counts and keeps a finding, then passes it on. */
  tee(next: FindingEmitter): FindingEmitter {
    return (finding) => {
      this.#record(finding)
      next(finding)
    }
  }

  get(id: string): Finding | undefined {
    return this.#byId.get(id)
  }

  /** Newest first. */
  list(filter: { kind?: string; state?: string; sinceMs?: number; limit: number }): Finding[] {
    const { kind, state, sinceMs = 0, limit } = filter
    const out: Finding[] = []
    for (const f of [...this.#byId.values()].reverse()) {
      if (out.length >= limit) break
      if ((kind ?? f.kind) === f.kind && (state ?? f.state) === f.state && f.detectedMs >= sinceMs)
        out.push(f)
    }
    return out
  }

  #record(finding: Finding): void {
    if (finding.state === 'open') {
      const about = finding.kind === 'anomaly' ? finding.profile : finding.rule
      const counter = this.#total.with(finding.kind, about, finding.severity)
      counter.add()
      if (finding.traceId !== null) counter.exemplar = this.#exemplar(finding, finding.traceId)
    }
    this.#byId.delete(finding.id)
    this.#byId.set(finding.id, finding)
    if (this.#byId.size > this.#max) this.#byId.delete(this.#byId.keys().next().value!)
  }

  /** Where the evidence is: what a dashboard links a point of the counter to. */
  #exemplar({ id, spanId }: Finding, traceId: string): Exemplar {
    const labels = { trace_id: traceId, ...(spanId !== null && { span_id: spanId }), finding_id: id }
    return { labels, value: 1, timestampMs: this.#clock.nowMs() }
  }

  #openBySeverity(): { labels: Record<string, string>; value: number }[] {
    const open = [...this.#byId.values()].filter((f) => f.kind === 'anomaly' && f.state !== 'resolved')
    return SEVERITIES.map((severity) => ({
      labels: { severity },
      value: open.filter((f) => f.severity === severity).length,
    }))
  }
}
