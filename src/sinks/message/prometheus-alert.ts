import type { Finding } from '../../core/finding.ts'
import type { Item } from '../delivery/sink.ts'
import { describe, findingUrl } from './describe.ts'

/** An alert as Alertmanager's API v2 and its webhooks have it. */
export interface PrometheusAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly generatorURL: string
}

const ALERT_NAMES = { anomaly: 'TelltaleAnomaly', secret: 'TelltaleSecret', honeytoken: 'TelltaleHoneytoken' }

/** A Prometheus label name: letters, digits and underscores, not beginning with a digit. */
export function labelName(name: string): string {
  const safe = name.replace(/[^a-zA-Z0-9_]/g, '_')
  return /^[0-9]/.test(safe) ? `_${safe}` : safe
}

/**
 * What identifies the alert: the same for the same thing after any restart. The fingerprint keeps apart what the other
 * labels do not; severity is part of it, as routing trees go by it.
 */
export function alertLabels(finding: Finding, severity = finding.severity): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const [name, value] of Object.entries(finding.series)) {
    if (value !== '') labels[labelName(name)] = value
  }
  labels['alertname'] = ALERT_NAMES[finding.kind]
  labels['kind'] = finding.kind
  labels['severity'] = severity
  labels['fingerprint'] = finding.fingerprint.slice(0, 16)
  if (finding.kind === 'anomaly') labels['profile'] = finding.profile
  else labels['rule'] = finding.rule
  return labels
}

export function alertAnnotations(finding: Finding): Record<string, string> {
  const { expected, observed, where } = describe(finding)
  const annotations: Record<string, string> = { summary: finding.summary, observed, finding_id: finding.id }
  if (expected !== null) annotations['expected'] = expected
  if (where !== '') annotations['where'] = where
  if (finding.traceId !== null) annotations['trace_id'] = finding.traceId
  if (finding.kind === 'anomaly') {
    annotations['detectors'] = finding.detectors
      .map((d) => `${d.name} ${d.surprise.toFixed(1)} nats`)
      .join(', ')
  } else {
    annotations['excerpt'] = finding.excerpt
  }
  return annotations
}

/** @param endsMs ms since epoch at which the alert ends unless it is sent again */
export function prometheusAlert(
  item: Item,
  endsMs: number,
  publicUrl: string | undefined,
  severity = item.finding.severity,
): PrometheusAlert {
  const { finding } = item
  return {
    labels: alertLabels(finding, severity),
    annotations: alertAnnotations(finding),
    startsAt: new Date(finding.startMs).toISOString(),
    endsAt: new Date(Math.max(endsMs, finding.startMs + 1)).toISOString(),
    generatorURL: findingUrl(publicUrl, finding) ?? '',
  }
}
