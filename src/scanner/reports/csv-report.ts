import { printable, type Report } from './report.ts'

const COLUMNS = [
  'path',
  'line',
  'column',
  'endLine',
  'endColumn',
  'kind',
  'ruleId',
  'severity',
  'confidence',
  'masked',
  'fingerprint',
  'description',
  'commit',
  'author',
  'date',
] as const

/** RFC 4180; a cell that a spreadsheet would run as a formula gets a quote before it. */
function cell(given: string | number): string {
  if (typeof given === 'number') return String(given)
  const value = printable(given)
  const safe = value.length > 1 && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const csvReport: Report = function* ({ findings }) {
  const revealed = findings.some((finding) => finding.secret !== undefined)
  yield `${[...COLUMNS, ...(revealed ? ['secret'] : [])].join(',')}\r\n`
  for (const finding of findings) {
    const { commit } = finding
    const values: Record<string, string | number> = {
      ...(finding as unknown as Record<string, string | number>),
      commit: commit?.id ?? '',
      author: commit?.author ?? '',
      date: commit?.date ?? '',
    }
    const row = COLUMNS.map((column) => cell(values[column]!))
    yield `${[...row, ...(revealed ? [cell(finding.secret ?? '')] : [])].join(',')}\r\n`
  }
}
