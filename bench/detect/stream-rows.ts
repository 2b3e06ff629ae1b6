import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { RecordBatch } from '../../src/columns/record-batch.ts'
import { appendRow } from '../../test/support/row-builder.ts'

/** Labelled streams as columns of text; see the data's README: time_ms,service,subject,value,severity_number,status,.. */
export function readStream(path: string): string[][] {
  const text = gunzipSync(readFileSync(path)).toString('latin1')
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
}

/** One line of a stream as a log row by the semantic conventions. */
export function appendStreamRow(batch: RecordBatch, line: readonly string[]): void {
  const attrs: Record<string, string | number> = { 'service.name': line[1]! }
  if (line[2] !== '') attrs['client.address'] = line[2]!
  if (line[3] !== '') attrs['duration_ms'] = Number(line[3])
  if (line[5] !== '') attrs['http.response.status_code'] = Number(line[5])
  appendRow(batch, { timeMs: Number(line[0]), severity: Number(line[4]), attrs })
}
