import type { Severity } from '../../core/finding.ts'
import { VERSION } from '../../core/version.ts'
import type { Item } from '../delivery/sink.ts'
import { describe, findingUrl } from '../message/describe.ts'

/** Severity numbers of the OpenTelemetry log data model, mapped as its appendix B maps syslog. */
const SEVERITY: Readonly<Record<Severity, readonly [number, string]>> = {
  info: [9, 'INFO'],
  warning: [13, 'WARN'],
  critical: [18, 'ERROR2'],
}

/** AnyValue of OTLP/JSON; 64-bit integers are strings there. */
type AnyValue =
  | { readonly stringValue: string }
  | { readonly doubleValue: number }
  | { readonly kvlistValue: { readonly values: readonly KeyValue[] } }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } }

interface KeyValue {
  readonly key: string
  readonly value: AnyValue
}

/** JSON has no infinities; protobuf's JSON mapping writes them as strings. */
function number(value: number): AnyValue {
  return Number.isFinite(value) ? { doubleValue: value } : { stringValue: String(value) }
}

const attribute = (key: string, value: string | number): KeyValue => ({
  key,
  value: typeof value === 'string' ? { stringValue: value } : number(value),
})

/** @param ms since epoch, with fractions */
export function unixNano(ms: number): string {
  const whole = Math.trunc(ms)
  return (BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6))).toString()
}

function attributesOf(item: Item, publicUrl: string | undefined): KeyValue[] {
  const { finding } = item
  const { expected, observed } = describe(finding)
  const url = findingUrl(publicUrl, finding)
  const own: Record<string, string | number | null> = {
    'telltale.finding.id': finding.id,
    'telltale.finding.kind': finding.kind,
    'telltale.finding.state': finding.state,
    'telltale.finding.fingerprint': finding.fingerprint,
    'telltale.finding.severity': finding.severity,
    'telltale.finding.score': finding.score,
    'telltale.finding.expected': expected,
    'telltale.finding.observed': observed,
    'telltale.finding.start': new Date(finding.startMs).toISOString(),
    'telltale.finding.end': finding.endMs === null ? null : new Date(finding.endMs).toISOString(),
    'telltale.finding.source': `${finding.source.stream}/${finding.source.offset}/${finding.source.row}`,
    'url.full': url,
  }
  if (finding.kind === 'anomaly') own['telltale.profile'] = finding.profile
  else {
    own['telltale.rule'] = finding.rule
    own['telltale.finding.place'] = finding.place
    own['telltale.finding.excerpt'] = finding.excerpt
  }
  const attributes: KeyValue[] = []
  for (const [key, value] of Object.entries(own)) if (value !== null) attributes.push(attribute(key, value))
  for (const [key, value] of Object.entries(finding.series))
    attributes.push(attribute(`telltale.series.${key}`, value))
  if (finding.kind === 'anomaly') {
    const values = finding.detectors.map(({ name, surprise, expected: e, observed: o, unit }) => ({
      kvlistValue: {
        values: [
          attribute('name', name),
          attribute('surprise', surprise),
          attribute('expected', e),
          attribute('observed', o),
          attribute('unit', unit),
        ],
      },
    }))
    attributes.push({ key: 'telltale.detectors', value: { arrayValue: { values } } })
  }
  return attributes
}

function recordOf(item: Item, publicUrl: string | undefined) {
  const { finding } = item
  const [severityNumber, severityText] = SEVERITY[finding.severity]
  return {
    timeUnixNano: unixNano(finding.detectedMs),
    observedTimeUnixNano: unixNano(item.emittedMs),
    severityNumber,
    severityText,
    eventName: 'telltale.finding',
    body: { stringValue: finding.summary },
    attributes: attributesOf(item, publicUrl),
    ...(finding.traceId === null ? {} : { traceId: finding.traceId }),
    ...(finding.traceId === null || finding.spanId === null ? {} : { spanId: finding.spanId }),
  }
}

/** An ExportLogsServiceRequest in OTLP/JSON. */
export function exportLogsRequest(items: readonly Item[], publicUrl: string | undefined): string {
  return JSON.stringify({
    resourceLogs: [
      {
        resource: {
          attributes: [attribute('service.name', 'telltale'), attribute('service.version', VERSION)],
        },
        scopeLogs: [
          {
            scope: { name: 'telltale.findings', version: VERSION },
            logRecords: items.map((item) => recordOf(item, publicUrl)),
          },
        ],
      },
    ],
  })
}

/** Log records the receiver says it rejected for good; 0 when it says nothing. */
export function rejectedRecords(answer: string): number {
  try {
    const parsed = JSON.parse(answer) as { partialSuccess?: { rejectedLogRecords?: string | number } }
    const rejected = Number(parsed?.partialSuccess?.rejectedLogRecords ?? 0)
    return Number.isFinite(rejected) && rejected > 0 ? rejected : 0
  } catch {
    return 0
  }
}
