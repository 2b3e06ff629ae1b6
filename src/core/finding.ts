/** What telltale says. Every sink, the API and replay write this shape; nothing in it holds a secret. */

export type FindingKind = 'anomaly' | 'secret' | 'honeytoken'

/** Ordered from least to most urgent. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** An anomaly opens, updates while evidence grows, and resolves. A sighting of a secret is `open` once. */
export type FindingState = 'open' | 'update' | 'resolved'

/** Where in the input a finding comes from; replaying the same input gives the same position. */
export interface SourcePosition {
  /** `otlp`, `kafka:TOPIC/PARTITION`, or `file:NAME` */
  readonly stream: string
  /** Offset, line or running batch number within the stream. */
  readonly offset: number
  /** Row within the batch. */
  readonly row: number
}

/** What one detector saw. */
export interface DetectorEvidence {
  /** e.g. `rate`, `burst`, `distribution`, `cardinality`, `mix` */
  readonly name: string
  /** How unlikely, in nats: -ln of the tail probability, or a log-likelihood ratio. */
  readonly surprise: number
  readonly expected: number
  readonly observed: number
  /** Unit of expected and observed (UCUM where one exists), e.g. `ms`, `{event}/s`, `{subject}`, `1`. */
  readonly unit: string
}

interface FindingBase {
  /** Deterministic: the same input gives the same id. 32 hex characters. */
  readonly id: string
  readonly kind: FindingKind
  readonly state: FindingState
  /** Event time of the first evidence, ms since epoch. */
  readonly startMs: number
  /** Event time at which telltale said so, ms since epoch. */
  readonly detectedMs: number
  /** Event time at which it resolved, or null while open. */
  readonly endMs: number | null
  readonly severity: Severity
  /** Anomaly: surprise over its threshold, 0 to 1. Secret: confidence, 0 to 1. */
  readonly score: number
  /** One line for a person. */
  readonly summary: string
  /** Same for all findings about the same thing; groups and deduplicates. 32 hex characters. */
  readonly fingerprint: string
  readonly source: SourcePosition
  /** W3C trace context of the first row of evidence, lower-case hex, or null. */
  readonly traceId: string | null
  readonly spanId: string | null
}

export interface AnomalyFinding extends FindingBase {
  readonly kind: 'anomaly'
  readonly profile: string
  /** Series key, attribute name to value, e.g. `{ 'service.name': 'checkout' }`. Values are scanned and masked. */
  readonly series: Readonly<Record<string, string>>
  readonly detectors: readonly DetectorEvidence[]
  /** Recent curve of the leading detector, oldest first. */
  readonly curve: {
    readonly stepMs: number
    readonly endMs: number
    readonly values: readonly number[]
  } | null
}

export interface SecretFinding extends FindingBase {
  readonly kind: 'secret' | 'honeytoken'
  readonly rule: string
  /** The service that logged it, and any other identifying resource attribute. */
  readonly series: Readonly<Record<string, string>>
  /** `body` or the name of the attribute. */
  readonly place: string
  /** Byte offsets within the place. */
  readonly start: number
  readonly end: number
  /** What a person may see, e.g. `AKIA****************`. */
  readonly masked: string
  /** The place's text around it with every secret masked, cut to a bounded length. */
  readonly excerpt: string
  /** Which scoring stage did what to the confidence. */
  readonly stages: readonly { readonly stage: string; readonly delta: number; readonly note: string }[]
}

export type Finding = AnomalyFinding | SecretFinding

/** Where findings go. Called synchronously from the functional core; must not block or throw. */
export type FindingEmitter = (finding: Finding) => void
