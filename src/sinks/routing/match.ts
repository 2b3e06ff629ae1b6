import { type Finding, SEVERITIES, type Severity } from '../../core/finding.ts'

/** What a route or a silence picks; everything given must hold. */
export interface MatchConfig {
  readonly kind?: readonly string[] | undefined
  readonly profile?: readonly string[] | undefined
  readonly severity?: readonly string[] | undefined
  /** Label to value; `*` stands for any run of characters. */
  readonly labels?: Readonly<Record<string, string>> | undefined
}

export type Matcher = (finding: Finding) => boolean

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}

/** The profile of an anomaly, the rule of a secret. */
export function subjectOf(finding: Finding): string {
  return finding.kind === 'anomaly' ? finding.profile : finding.rule
}

/** `kind`, `profile`, `rule`, `severity`, or a label of the series; empty when there is none. */
export function labelOf(finding: Finding, label: string): string {
  if (label === 'kind') return finding.kind
  if (label === 'severity') return finding.severity
  if (label === 'profile') return finding.kind === 'anomaly' ? finding.profile : ''
  if (label === 'rule') return finding.kind === 'anomaly' ? '' : finding.rule
  return Object.hasOwn(finding.series, label) ? (finding.series[label] ?? '') : ''
}

/** Whether `text` fits `pattern`, where `*` is any run of characters; linear in both but for their product at worst. */
export function globMatches(pattern: string, text: string): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return pattern === text
  const first = parts[0]!
  const last = parts[parts.length - 1]!
  if (text.length < first.length + last.length) return false
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= text.length - last.length
}

export function compileMatch(config: MatchConfig): Matcher {
  const labels = Object.entries(config.labels ?? {})
  const among = (wanted: readonly string[] | undefined, value: string): boolean =>
    wanted === undefined || wanted.some((pattern) => globMatches(pattern, value))
  return (finding) =>
    among(config.kind, finding.kind) &&
    among(config.severity, finding.severity) &&
    among(config.profile, subjectOf(finding)) &&
    labels.every(([label, pattern]) => globMatches(pattern, labelOf(finding, label)))
}
