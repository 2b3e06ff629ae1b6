import type { Finding } from '../../src/core/finding.ts'
import { notification } from '../../src/sinks/delivery/notify.ts'
import type { Item, Notification } from '../../src/sinks/delivery/sink.ts'

/** Wall time of the items below, ms since epoch. */
export const EMITTED_MS = 1_800_000_000_000

/** A finding as a sink sees it. */
export function itemOf(finding: Finding, over: Partial<Item> = {}): Item {
  const event = finding.state === 'resolved' ? 'resolved' : 'firing'
  return { sequence: 1, emittedMs: EMITTED_MS, finding, event, previousSeverity: null, ...over }
}

export function notificationOf(...findings: Finding[]): Notification {
  return notification(
    { route: '0', group: {} },
    findings.map((f) => itemOf(f)),
  )
}
