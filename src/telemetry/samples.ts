/** A sample's evidence: labels of at most 128 characters together, by OpenMetrics. */
export interface Exemplar {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  /** ms since epoch */
  readonly timestampMs: number
}

/** One value of a metric. */
export interface Sample {
  labels: Record<string, string>
  value: number
  metricName?: string
  exemplar?: Exemplar | null
}
