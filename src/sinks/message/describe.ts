import type { DetectorEvidence, Finding } from '../../core/finding.ts'

const UNIT_WORDS: Readonly<Record<string, string>> = { '1': '', '%': '%' }

/** A number for people: four significant digits, `{event}/s` as `event/s`. */
export function quantity(value: number, unit: string): string {
  const number = Number.isFinite(value) ? String(Number(value.toPrecision(4))) : 'unknown'
  const word = UNIT_WORDS[unit] ?? unit.replace(/[{}]/g, '')
  if (word === '') return number
  return word === '%' ? `${number}%` : `${number} ${word}`
}

/** The detector that is most surprised. */
export function leading(detectors: readonly DetectorEvidence[]): DetectorEvidence | null {
  let best: DetectorEvidence | null = null
  for (const d of detectors) if (best === null || d.surprise > best.surprise) best = d
  return best
}

export interface Description {
  /** e.g. `12 event/s`; null for a secret, which has no expectation */
  readonly expected: string | null
  readonly observed: string
  /** e.g. `service.name=checkout, http.route=/pay` */
  readonly where: string
}

/** Expected, observed and place in words; nothing here is a secret, for findings hold masked text only. */
export function describe(finding: Finding): Description {
  const where = Object.entries(finding.series)
    .map(([k, v]) => `${k}=${v}`)
    .join(', ')
  if (finding.kind !== 'anomaly') {
    return { expected: null, observed: `${finding.masked} in ${finding.place}`, where }
  }
  const lead = leading(finding.detectors)
  if (lead === null) return { expected: null, observed: finding.summary, where }
  return {
    expected: quantity(lead.expected, lead.unit),
    observed: quantity(lead.observed, lead.unit),
    where,
  }
}

/** A link to the finding, or null without a public address. */
export function findingUrl(publicUrl: string | undefined, finding: Finding): string | null {
  return publicUrl === undefined ? null : `${publicUrl.replace(/\/+$/, '')}/api/v1/findings/${finding.id}`
}
