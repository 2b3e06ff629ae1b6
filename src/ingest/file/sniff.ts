import { guessDelimiter, readHeader } from './csv-reader.ts'
import { FieldMap, type FieldMapping } from './field-map.ts'

export const FORMATS = ['csv', 'jsonl', 'otlp', 'text'] as const
export type FileFormat = (typeof FORMATS)[number]

const decoder = new TextDecoder()
const OTLP_KEY =
  /"(resourceLogs|resourceSpans|resourceMetrics|resource_logs|resource_spans|resource_metrics)"/

/**
 * Format by the first line that is not blank: an object with a resource list is OTLP, another object is JSON lines,
 * a line of several cells of which one names a time is a CSV header, and the rest is plain text.
 */
export function sniffFormat(
  bytes: Uint8Array,
  start: number,
  end: number,
  mapping: FieldMapping,
): FileFormat {
  const head = decoder.decode(bytes.subarray(start, Math.min(end, start + 4096)))
  if (/^\uFEFF?\s*\{/.test(head)) return OTLP_KEY.test(head) ? 'otlp' : 'jsonl'
  const names = readHeader(bytes, start, end, guessDelimiter(bytes, start, end))
  const roles = new FieldMap(mapping).settle(names)
  return names.length > 1 && roles.includes('time') ? 'csv' : 'text'
}
