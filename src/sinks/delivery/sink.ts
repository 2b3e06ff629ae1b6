import type { Finding, Severity } from '../../core/finding.ts'
import type { Outcome } from '../../core/outcome.ts'

/** One thing to tell a receiver. */
export interface Item {
  /** Place in the spool; 0 for a reminder, which is not spooled. */
  readonly sequence: number
  /** ms since epoch, wall time at which it was emitted */
  readonly emittedMs: number
  readonly finding: Finding
  /** `firing` when this sink hears of the finding for the first time, whatever state the finding is in. */
  readonly event: 'firing' | 'update' | 'reminder' | 'resolved'
  /** Set when the severity changed since this sink last heard of the finding. */
  readonly previousSeverity: Severity | null
}

/** Findings that share a route and its grouping labels; sent together. */
export interface Notification {
  readonly route: string
  /** The labels grouped by; empty when the route does not group. */
  readonly group: Readonly<Record<string, string>>
  readonly items: readonly Item[]
  /** Stable for the same items, so that a receiver can drop what it gets twice. 32 hex characters. */
  readonly deliveryId: string
}

/** What a sink does besides sending; the lane around it queues, retries, spools and counts. */
export interface SinkTraits {
  /** Most findings in one send. */
  readonly maxItems: number
  /** Takes findings of several groups in one send. */
  readonly mixesGroups: boolean
  /** Tells again of what is still open, for people who did not look. */
  readonly reminds: boolean
  /** ms between resends of everything open, or null; Alertmanager forgets what is not resent. */
  readonly resendMs: number | null
  /** How long a sighting (a secret) counts as open for resending, ms. */
  readonly sightingMs: number
}

export interface Sink {
  readonly traits: SinkTraits
  start(): Promise<void>
  /**
   * Sends one notification. Never rejects: `done`, `retry` (later, `afterMs` 0 leaves the wait to the lane's backoff)
   * or `refused` (the same again would fail again). Error messages hold neither address nor token.
   */
  send(notification: Notification, signal: AbortSignal): Promise<Outcome>
  stop(): Promise<void>
}
