import type { Finding } from '../../core/finding.ts'

/** That a sink was told of a finding, and under which route and group. */
export interface Told {
  readonly sink: string
  readonly route: string
  readonly group: Readonly<Record<string, string>>
  /** Wall time it was last told, ms since epoch. */
  atMs: number
}

export interface OpenFinding {
  finding: Finding
  readonly told: Told[]
  /** Wall time of the last news of it, ms since epoch. */
  newsMs: number
  /** When a sighting (a secret) stops counting as open; null for an anomaly, which resolves. */
  readonly untilMs: number | null
}

/** What is open now, by finding id; bounded, the oldest goes first. */
export class OpenFindings {
  readonly #byId = new Map<string, OpenFinding>()
  readonly #capacity: number

  constructor(capacity = 10_000) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#byId.size
  }

  get(id: string): OpenFinding | undefined {
    return this.#byId.get(id)
  }

  set(open: OpenFinding): void {
    this.#byId.set(open.finding.id, open)
    if (this.#byId.size > this.#capacity) {
      const oldest = this.#byId.keys().next()
      if (oldest.done !== true) this.#byId.delete(oldest.value)
    }
  }

  delete(id: string): void {
    this.#byId.delete(id)
  }

  values(): IterableIterator<OpenFinding> {
    return this.#byId.values()
  }

  /** Another open finding about the same thing, known to the sink. */
  hasTwin(finding: Finding, sink: string): boolean {
    for (const other of this.#byId.values()) {
      if (other.finding.fingerprint !== finding.fingerprint || other.finding.id === finding.id) continue
      if (other.untilMs === null && other.told.some((t) => t.sink === sink)) return true
    }
    return false
  }

  /** Sightings whose time is over leave; anomalies without news since `sinceMs` are returned and leave. */
  expire(nowMs: number, sinceMs: number): Finding[] {
    const stale: Finding[] = []
    for (const open of this.#byId.values()) {
      if (open.untilMs !== null && open.untilMs <= nowMs) this.#byId.delete(open.finding.id)
      else if (open.untilMs === null && open.newsMs < sinceMs) stale.push(open.finding)
    }
    return stale
  }
}
