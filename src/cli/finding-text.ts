import type { AnomalyFinding, DetectorEvidence, Finding, SecretFinding } from '../core/finding.ts'

/** A finding as a person would want to read it on a terminal. */

export type Paint = (colour: 'red' | 'yellow' | 'cyan' | 'green' | 'bold' | 'dim', text: string) => string
export const PLAIN: Paint = (_colour, text) => text

const COLOURS = { critical: 'red', warning: 'yellow', info: 'cyan' } as const
const MARKS = { critical: '!!', warning: '! ', info: '- ' } as const
const INDENT = ' '.repeat(13)

/** Text that came from outside, without anything a terminal would obey: control characters and bidirectional marks. */
export function safeText(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '\u00b7')
}

/** Three significant digits. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return '?'
  const size = Math.abs(value)
  if (size >= 1000) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}

/** UCUM as people say it: `{event}/s` is events/s, `1` is a share. */
export function quantity(value: number, unit: string): string {
  if (unit === '1') return Math.abs(value) <= 1 ? `${figure(value * 100)} %` : figure(value)
  const spoken = unit.replace(/\{([^}]*)\}/g, (_all, name: string) => (name === '' ? '' : `${name}s`))
  return `${figure(value)} ${safeText(spoken)}`.trimEnd()
}

/** Where it ran, which tells people less than what it was. */
const PLACE_KEYS: ReadonlySet<string> = new Set([
  'service.namespace',
  'service.instance.id',
  'host.name',
  'k8s.pod.name',
])

/** The service, with what else names the series behind it. */
function subjectOf(series: Readonly<Record<string, string>>): { service: string; rest: string } {
  const { 'service.name': service = '(no service)', ...others } = series
  const named = Object.entries(others).filter(([key]) => !PLACE_KEYS.has(key))
  const rest = named.map(([key, value]) => `${safeText(key)}=${safeText(value)}`)
  return { service: safeText(service), rest: rest.join(' ') }
}

function headline(finding: Finding, what: string, paint: Paint): string {
  const { service, rest } = subjectOf(finding.series)
  const time = new Date(finding.detectedMs).toISOString().slice(11, 19)
  const mark = paint(COLOURS[finding.severity], `${MARKS[finding.severity]} ${finding.severity.padEnd(8)}`)
  return `  ${paint('dim', time)}  ${mark}  ${paint('bold', service)}${rest === '' ? '' : ` ${rest}`}: ${what}`
}

const evidenceLine = (e: DetectorEvidence): string =>
  `${e.name.padEnd(13)} expected ${quantity(e.expected, e.unit)}, saw ${quantity(e.observed, e.unit)}`

function resolvedLine(finding: AnomalyFinding, paint: Paint): string {
  const endMs = finding.endMs ?? finding.detectedMs
  const seconds = Math.max(0, Math.round((endMs - finding.startMs) / 1000))
  const { service, rest } = subjectOf(finding.series)
  const time = paint('dim', new Date(endMs).toISOString().slice(11, 19))
  const name = `${paint('bold', service)}${rest === '' ? '' : ` ${rest}`}`
  return `  ${time}  ${paint('green', 'ok resolved')}  ${name}: ${safeText(finding.profile)} is itself again after ${seconds} s`
}

function anomalyLines(finding: AnomalyFinding, paint: Paint): string[] {
  if (finding.state === 'resolved') return [resolvedLine(finding, paint)]
  const strongest = [...finding.detectors].sort((a, b) => b.surprise - a.surprise)
  return [
    headline(finding, `${safeText(finding.profile)} is not what it was`, paint),
    ...strongest.slice(0, 4).map((e) => `${INDENT}${evidenceLine(e)}`),
    ...(finding.curve === null ? [] : [`${INDENT}${paint('dim', curveText(finding.curve))}`]),
  ]
}

function secretLines(finding: SecretFinding, paint: Paint): string[] {
  const what = finding.kind === 'honeytoken' ? 'a honeytoken was used' : 'a credential was logged'
  return [
    headline(finding, `${what}, ${safeText(finding.rule)}`, paint),
    `${INDENT}in ${safeText(finding.place)}, confidence ${figure(finding.score)}: ${paint('bold', safeText(finding.masked))}`,
    `${INDENT}${paint('dim', safeText(finding.excerpt))}`,
  ]
}

const BARS = '\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588'

/** The recent curve as a line of bars, newest right. */
export function curveText(curve: { readonly stepMs: number; readonly values: readonly number[] }): string {
  const values = curve.values.filter((v) => Number.isFinite(v))
  if (values.length === 0) return ''
  const low = Math.min(0, ...values)
  const high = Math.max(...values)
  const bars = values.map((v) => BARS[high === low ? 0 : Math.round(((v - low) / (high - low)) * 7)])
  return `${bars.join('')}  last ${figure((values.length * curve.stepMs) / 1000)} s`
}

/** Lines of one finding, without line ends. Never holds more of a secret than its mask. */
export function findingLines(finding: Finding, paint: Paint): string[] {
  return finding.kind === 'anomaly' ? anomalyLines(finding, paint) : secretLines(finding, paint)
}

/** One line for a finding that says more of what another one said already. */
export function briefLine(finding: AnomalyFinding, paint: Paint): string {
  const { rest } = subjectOf(finding.series)
  const [first] = [...finding.detectors].sort((a, b) => b.surprise - a.surprise)
  const name = [safeText(finding.profile), rest].filter((part) => part !== '').join(' ')
  return `${INDENT}${paint('dim', `also ${name}${first === undefined ? '' : `: ${evidenceLine(first).replace(/ +/g, ' ')}`}`)}`
}
