import type { Notification } from '../delivery/sink.ts'
import { findingUrl } from '../message/describe.ts'
import { prometheusAlert } from '../message/prometheus-alert.ts'

/** telltale's own payload, version 1. */
export function telltalePayload(n: Notification, publicUrl: string | undefined): string {
  return JSON.stringify({
    version: '1',
    deliveryId: n.deliveryId,
    group: n.group,
    findings: n.items.map(({ event, finding, previousSeverity }) => ({
      event,
      previousSeverity,
      link: findingUrl(publicUrl, finding),
      finding,
    })),
  })
}

/** Labels that all alerts share. */
function common(sets: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first, ...rest] = sets
  return Object.fromEntries(
    Object.entries(first ?? {}).filter(([name, value]) => rest.every((set) => set[name] === value)),
  )
}

/**
 * The payload of Alertmanager's webhook receiver, version 4. An open alert ends at the zero time, as Alertmanager
 * writes it. Source: prometheus.io/docs/alerting/latest/configuration, `webhook_config`.
 */
export function alertmanagerPayload(
  n: Notification,
  receiver: string,
  publicUrl: string | undefined,
): string {
  const alerts = n.items.map((item) => {
    const resolved = item.finding.state === 'resolved'
    const alert = prometheusAlert(item, item.finding.endMs ?? item.finding.detectedMs, publicUrl)
    return {
      status: resolved ? 'resolved' : 'firing',
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: alert.startsAt,
      endsAt: resolved ? alert.endsAt : '0001-01-01T00:00:00Z',
      generatorURL: alert.generatorURL,
      fingerprint: item.finding.fingerprint.slice(0, 16),
    }
  })
  const labels = Object.entries(n.group)
  const matchers = labels.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')
  return JSON.stringify({
    version: '4',
    groupKey: `{}/{route=${JSON.stringify(n.route)}}:{${matchers}}`,
    truncatedAlerts: 0,
    status: alerts.some((a) => a.status === 'firing') ? 'firing' : 'resolved',
    receiver,
    groupLabels: n.group,
    commonLabels: common(alerts.map((a) => a.labels)),
    commonAnnotations: common(alerts.map((a) => a.annotations)),
    externalURL: publicUrl ?? '',
    alerts,
  })
}
