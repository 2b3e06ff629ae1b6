import type { AnomalyFinding, SecretFinding } from '../../src/core/finding.ts'

const hex = (n: number): string => n.toString(16).padStart(32, '0')

/** An anomaly for tests; `n` makes its id and fingerprint. */
export function anomaly(n: number, over: Partial<AnomalyFinding> = {}): AnomalyFinding {
  return {
    id: hex(n),
    kind: 'anomaly',
    state: 'open',
    startMs: 1_700_000_000_000,
    detectedMs: 1_700_000_001_000,
    endMs: null,
    severity: 'warning',
    score: 0.9,
    summary: 'log volume of checkout fell to nothing',
    fingerprint: hex(0xf000 + n)
      .split('')
      .reverse()
      .join(''),
    source: { stream: 'otlp', offset: n, row: 0 },
    traceId: null,
    spanId: null,
    profile: 'service-logs',
    series: { 'service.name': 'checkout' },
    detectors: [{ name: 'rate', surprise: 21.5, expected: 12.25, observed: 0, unit: '{event}/s' }],
    curve: { stepMs: 1000, endMs: 1_700_000_001_000, values: [12, 13, 0] },
    ...over,
  }
}

/** The same anomaly, over. */
export function resolved(finding: AnomalyFinding, endMs = finding.startMs + 60_000): AnomalyFinding {
  return { ...finding, state: 'resolved', detectedMs: endMs, endMs }
}

/** A sighting of a secret for tests. */
export function secret(n: number, over: Partial<SecretFinding> = {}): SecretFinding {
  return {
    id: hex(n),
    kind: 'secret',
    state: 'open',
    startMs: 1_700_000_000_000,
    detectedMs: 1_700_000_000_000,
    endMs: null,
    severity: 'critical',
    score: 0.97,
    summary: 'an AWS access key in the log of payments',
    fingerprint: hex(0xe000 + n)
      .split('')
      .reverse()
      .join(''),
    source: { stream: 'otlp', offset: n, row: 3 },
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    rule: 'aws-access-key-id',
    series: { 'service.name': 'payments' },
    place: 'body',
    start: 4,
    end: 24,
    masked: 'AKIA****************',
    excerpt: 'key AKIA**************** used',
    stages: [{ stage: 'pattern', delta: 0.5, note: '' }],
    ...over,
  }
}
