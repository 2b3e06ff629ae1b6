import type { Finding } from '../../core/finding.ts'
import type { Item } from '../delivery/sink.ts'
import { describe, findingUrl } from '../message/describe.ts'

/** Limits of the Events API v2: developer.pagerduty.com/docs/events-api-v2/trigger-events */
export const MAX_SUMMARY_CHARS = 1024
export const MAX_DEDUP_KEY_CHARS = 255

export interface PagerdutyEvent {
  readonly routing_key: string
  readonly event_action: 'trigger' | 'resolve'
  readonly dedup_key: string
  readonly client?: string
  readonly client_url?: string
  readonly links?: readonly { readonly href: string; readonly text: string }[]
  readonly payload?: {
    readonly summary: string
    readonly source: string
    readonly severity: 'critical' | 'error' | 'warning' | 'info'
    readonly timestamp: string
    readonly component: string
    readonly group: string
    readonly class: string
    readonly custom_details: Readonly<Record<string, unknown>>
  }
}

/** The same thing found again goes to the incident that is open for it. */
export function dedupKey(finding: Finding): string {
  return `telltale/${finding.fingerprint}`.slice(0, MAX_DEDUP_KEY_CHARS)
}

export function pagerdutyEvent(
  item: Item,
  routingKey: string,
  publicUrl: string | undefined,
): PagerdutyEvent {
  const { finding } = item
  const head = { routing_key: routingKey, dedup_key: dedupKey(finding) }
  if (finding.state === 'resolved') return { ...head, event_action: 'resolve' }
  const { expected, observed, where } = describe(finding)
  const url = findingUrl(publicUrl, finding)
  const subject = finding.kind === 'anomaly' ? finding.profile : finding.rule
  const service = finding.series['service.name'] ?? ''
  const evidence =
    finding.kind === 'anomaly' ? { detectors: finding.detectors } : { excerpt: finding.excerpt }
  return {
    ...head,
    event_action: 'trigger',
    client: 'telltale',
    ...(url === null ? {} : { client_url: url, links: [{ href: url, text: 'Finding' }] }),
    payload: {
      summary: finding.summary.slice(0, MAX_SUMMARY_CHARS),
      source: service === '' ? finding.source.stream : service,
      severity: finding.severity,
      timestamp: new Date(finding.startMs).toISOString(),
      component: subject,
      group: service,
      class: finding.kind,
      custom_details: { finding: finding.id, where, observed, expected, trace: finding.traceId, ...evidence },
    },
  }
}
