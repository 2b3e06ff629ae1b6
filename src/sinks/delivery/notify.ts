import { createHash } from 'node:crypto'
import type { LogRecord } from '../spool/log-record.ts'
import type { Item, Notification } from './sink.ts'

export interface Loaded {
  readonly sequence: number
  readonly record: LogRecord
}

/** The item a sink sees of a record; null when the record is not meant for it. */
export function itemFor(sink: string, { sequence, record }: Loaded): (Item & { key: GroupKey }) | null {
  const target = record.targets.find((t) => t.sink === sink)
  if (target === undefined) return null
  return {
    sequence,
    emittedMs: record.emittedMs,
    finding: record.finding,
    event: target.event,
    previousSeverity: target.previousSeverity,
    key: { route: target.route, group: target.group },
  }
}

export interface GroupKey {
  readonly route: string
  readonly group: Readonly<Record<string, string>>
}

/** Stable over retries and restarts: made of what is told, not of where it lies. */
function deliveryId(items: readonly Item[]): string {
  const hash = createHash('sha256')
  for (const { finding, event, sequence } of items) {
    hash.update(`${finding.id} ${event} ${finding.state} ${finding.detectedMs} ${sequence}\n`)
  }
  return hash.digest('hex').slice(0, 32)
}

export function notification(key: GroupKey, items: readonly Item[]): Notification {
  return { route: key.route, group: key.group, items, deliveryId: deliveryId(items) }
}

/**
 * Splits items, in order, into notifications: by route and grouping labels, by finding where a route does not group,
 * and never more than `maxItems`. Items of one finding stay in one notification or in successive ones, in order.
 */
export function groupItems(
  items: readonly (Item & { key: GroupKey })[],
  maxItems: number,
  mixesGroups: boolean,
): Notification[] {
  const groups = new Map<string, (Item & { key: GroupKey })[]>()
  for (const item of items) {
    const { route, group } = item.key
    const labels = Object.entries(group)
    let name = ''
    if (!mixesGroups) name = labels.length > 0 ? JSON.stringify([route, labels]) : item.finding.id
    const known = groups.get(name)
    if (known === undefined) groups.set(name, [item])
    else known.push(item)
  }
  const notifications: Notification[] = []
  for (const members of groups.values()) {
    const key = mixesGroups ? { route: '', group: {} } : members[0]!.key
    for (let i = 0; i < members.length; i += maxItems) {
      notifications.push(notification(key, members.slice(i, i + maxItems)))
    }
  }
  return notifications
}
