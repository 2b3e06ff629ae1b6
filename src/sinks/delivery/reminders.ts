import type { OpenFindings } from '../routing/open-findings.ts'
import type { GroupKey } from './notify.ts'
import type { Item, SinkTraits } from './sink.ts'

/**
 * What is open and due to be told again to this sink: by the sink's own resend time when it has one, else by the
 * route's repeat interval.
 * @param repeatMs ms of a route; 0 for never
 */
export function dueItems(
  open: OpenFindings,
  sink: string,
  traits: SinkTraits,
  repeatMs: (route: string) => number,
  nowMs: number,
): (Item & { key: GroupKey })[] {
  if (traits.resendMs === null && !traits.reminds) return []
  const due: (Item & { key: GroupKey })[] = []
  for (const { finding, told, untilMs } of open.values()) {
    if (untilMs !== null && (traits.resendMs === null || untilMs <= nowMs)) continue
    for (const t of told) {
      if (t.sink !== sink) continue
      const everyMs = traits.resendMs ?? repeatMs(t.route)
      if (everyMs === 0 || nowMs - t.atMs < everyMs) continue
      const key = { route: t.route, group: t.group }
      due.push({ sequence: 0, emittedMs: nowMs, finding, event: 'reminder', previousSeverity: null, key })
    }
  }
  return due
}
