import type { Item } from '../delivery/sink.ts'
import { type PrometheusAlert, prometheusAlert } from '../message/prometheus-alert.ts'
import type { OpenFindings } from '../routing/open-findings.ts'

export interface AlertsOptions {
  readonly sink: string
  readonly open: OpenFindings
  readonly publicUrl: string | undefined
  readonly resendMs: number
  readonly sightingMs: number
  /** Labels added to each alert. */
  readonly labels: Readonly<Record<string, string>>
}

/** Alertmanager ends an alert by itself after this many resend times without it, as Prometheus has it. */
const MISSED_RESENDS = 4

/**
 * The alerts of some findings, one per label set, the latest state of each. An open alert ends in the future, which
 * every resend moves on; a resolved one has ended. A change of severity changes the labels, so the alert under the
 * old ones is ended along with it.
 * @param nowMs wall time, ms since epoch
 */
export function alertsOf(items: readonly Item[], options: AlertsOptions, nowMs: number): PrometheusAlert[] {
  const alerts = new Map<string, PrometheusAlert>()
  const put = (item: Item, endsMs: number, severity = item.finding.severity) => {
    const alert = prometheusAlert(item, endsMs, options.publicUrl, severity)
    const labels = { ...alert.labels, ...options.labels }
    const startsAt = new Date(Math.min(item.finding.startMs, endsMs - 1)).toISOString()
    alerts.set(JSON.stringify(Object.entries(labels).sort()), { ...alert, labels, startsAt })
  }
  for (const item of items) {
    const { finding, previousSeverity } = item
    // Another finding about the same thing is open under the same labels: that alert has to stay.
    const shared = options.open.hasTwin(finding, options.sink)
    if (previousSeverity !== null && previousSeverity !== finding.severity && !shared) {
      put(item, nowMs, previousSeverity)
    }
    if (finding.state === 'resolved') {
      if (!shared) put(item, Math.min(nowMs, finding.endMs ?? nowMs))
      continue
    }
    const untilMs =
      finding.kind === 'anomaly' ? Number.POSITIVE_INFINITY : item.emittedMs + options.sightingMs
    const open = options.open.get(finding.id)
    put(item, Math.min(open?.untilMs ?? untilMs, nowMs + MISSED_RESENDS * options.resendMs))
  }
  return [...alerts.values()]
}
