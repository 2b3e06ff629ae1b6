import type { FileFinding, ScanTotals } from '../files/file-finding.ts'

/** What every report is made from. */
export interface ReportInput {
  readonly findings: readonly FileFinding[]
  readonly totals: ScanTotals
  readonly version: string
  readonly elapsedMs: number
  /** Colours and a layout for a person's terminal. */
  readonly colour: boolean
}

/** Pieces of text, in order; nothing in them holds a secret unless `--reveal` put it into the findings. */
export type Report = (input: ReportInput) => Iterable<string>

/** Where a finding is, as people and tools write it. */
export const placeOf = (finding: FileFinding): string => `${finding.path}:${finding.line}:${finding.column}`

/** One sentence about a finding. */
export const messageOf = (finding: FileFinding): string =>
  finding.kind === 'honeytoken'
    ? `Planted token seen: ${finding.masked}`
    : `${finding.description}: ${finding.masked}`

/** Control characters would move a terminal's cursor, break a line of output, or are not allowed in XML. */
export const printable = (text: string): string =>
  text.replace(
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]/gu,
    '\ufffd',
  )

/** For text and attributes of XML and HTML. */
export const escapeMarkup = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

export const counted = (count: number, one: string): string =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`
