import { SIGNAL_LOGS, SIGNAL_SPANS } from '../../src/columns/record-batch.ts'
import type { Submission } from './fake-intake.ts'
import { OTLP } from './otlp-proto.ts'

/** What a client sent, read by protobufjs or JSON.parse: `service/text` a record, text being body, span or metric name. */
export function receivedTexts(submissions: readonly Submission[]): string[] {
  return submissions.flatMap((submission) => {
    const request = parse(submission)
    if (submission.signal === SIGNAL_LOGS) {
      return request.resourceLogs!.flatMap((r) =>
        r.scopeLogs.flatMap((s) => s.logRecords.map((l) => `${service(r)}/${l.body.stringValue}`)),
      )
    }
    if (submission.signal === SIGNAL_SPANS) {
      return request.resourceSpans!.flatMap((r) =>
        r.scopeSpans.flatMap((s) => s.spans.map((span) => `${service(r)}/${span.name}`)),
      )
    }
    return request.resourceMetrics!.flatMap((r) =>
      r.scopeMetrics.flatMap((s) => s.metrics.map((metric) => `${service(r)}/${metric.name}`)),
    )
  })
}

interface Resourced {
  resource: { attributes: { key: string; value: { stringValue: string } }[] }
}
interface Request {
  resourceLogs?: (Resourced & { scopeLogs: { logRecords: { body: { stringValue: string } }[] }[] })[]
  resourceSpans?: (Resourced & { scopeSpans: { spans: { name: string }[] }[] })[]
  resourceMetrics?: (Resourced & { scopeMetrics: { metrics: { name: string }[] }[] })[]
}

function parse({ signal, format, payload }: Submission): Request {
  if (format === 'otlp_json') return JSON.parse(payload.toString())
  const type = signal === SIGNAL_LOGS ? OTLP.logs : signal === SIGNAL_SPANS ? OTLP.spans : OTLP.metrics
  return type.toObject(type.decode(payload), { longs: String, arrays: true }) as Request
}

const service = ({ resource }: Resourced): string =>
  resource.attributes.find((a) => a.key === 'service.name')?.value.stringValue ?? '?'
