import { Readable } from 'node:stream'
import { KeyTable } from '../../../src/columns/key-table.ts'
import {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  KEY_END,
  KEY_START,
  RES_ATTR_START,
  RESOURCE,
  RESOURCE_STRIDE,
  RecordBatch,
  ROW_STRIDE,
  SEVERITY,
  TEXT_END,
  TEXT_START,
  VALUE_END,
  VALUE_START,
} from '../../../src/columns/record-batch.ts'
import { DONE } from '../../../src/core/outcome.ts'
import { type FileSettings, FileSource, type InputLine } from '../../../src/ingest/file/file-source.ts'
import { openInput } from '../../../src/ingest/file/open-input.ts'

export interface ReadRow {
  position: number
  timeMs: number
  value: number
  severity: number
  service: string
  body: string
  attributes: Record<string, string>
}

export interface ReadResult {
  rows: ReadRow[]
  lines: InputLine[]
  source: FileSource
}

/** Reads the text as `stdin`, in chunks of this many bytes, and copies every row out of its batch. */
export async function readAll(
  input: string | Uint8Array,
  settings: Partial<FileSettings> = {},
  chunkBytes = 1 << 16,
): Promise<ReadResult> {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input
  const chunks: Uint8Array[] = []
  for (let i = 0; i < bytes.length; i += chunkBytes) chunks.push(bytes.subarray(i, i + chunkBytes))
  const opened = await openInput('-', Readable.from(chunks))
  const source = new FileSource(
    opened,
    {
      format: 'auto',
      name: 'stdin',
      fields: {},
      columns: null,
      year: 2000,
      timePattern: null,
      withLines: true,
      decodeOtlp: () => DONE,
      rowsPerBatch: 512,
      ...settings,
    },
    new RecordBatch(new KeyTable(7)),
  )
  const rows: ReadRow[] = []
  const lines: InputLine[] = []
  for await (const { batch, lines: read } of source.batches()) {
    for (const line of read) lines.push(line.row < 0 ? line : { ...line, row: rows.length + line.row })
    for (let row = 0; row < batch.count; row++) rows.push(copyRow(batch, row))
  }
  return { rows, lines, source }
}

function copyRow(batch: RecordBatch, row: number): ReadRow {
  const at = (word: number) => batch.rows[row * ROW_STRIDE + word]!
  const text = (attr: number, from: number, to: number) =>
    batch.text(batch.attrs[attr * ATTR_STRIDE + from]!, batch.attrs[attr * ATTR_STRIDE + to]!)
  const attributes: Record<string, string> = {}
  for (let a = at(ATTR_START); a < at(ATTR_END); a++)
    attributes[text(a, KEY_START, KEY_END)] = text(a, VALUE_START, VALUE_END)
  return {
    position: batch.offset + row,
    timeMs: batch.timeMs[row]!,
    value: batch.value[row]!,
    severity: at(SEVERITY),
    service: text(batch.resources[at(RESOURCE) * RESOURCE_STRIDE + RES_ATTR_START]!, VALUE_START, VALUE_END),
    body: batch.text(at(TEXT_START), at(TEXT_END)),
    attributes,
  }
}
