import { styleText } from 'node:util'
import type { FileFinding } from '../files/file-finding.ts'
import { counted, placeOf, printable, type Report, type ReportInput } from './report.ts'

type Style = Parameters<typeof styleText>[0]

function* block(finding: FileFinding, paint: (style: Style, text: string) => string): Iterable<string> {
  const planted = finding.kind === 'honeytoken'
  const badge = planted ? 'PLANTED TOKEN' : finding.severity === 'mortal' ? 'mortal' : 'venial'
  const style: Style = planted
    ? ['magenta', 'bold']
    : finding.severity === 'mortal'
      ? ['red', 'bold']
      : 'yellow'
  yield `${paint(style, badge)}  ${paint('bold', printable(placeOf(finding)))}\n`
  yield `  ${finding.description} (${finding.ruleId}, confidence ${finding.confidence.toFixed(2)})\n`
  yield `  ${paint('dim', printable(finding.snippet).trim())}\n`
  if (finding.commit !== undefined) {
    const { id, author, date } = finding.commit
    yield `  ${paint('dim', `commit ${id.slice(0, 12)} by ${printable(author)}, ${date}`)}\n`
  }
  if (finding.secret !== undefined) yield `  secret: ${printable(finding.secret)}\n`
  yield `  ${paint('dim', `fingerprint ${finding.fingerprint}`)}\n\n`
}

/** For a person. */
export const terminalReport: Report = function* (input) {
  const paint = (style: Style, text: string): string =>
    input.colour ? styleText(style, text, { validateStream: false }) : text
  for (const finding of input.findings) yield* block(finding, paint)
  yield `${summaryOf(input)}\n`
}

/** The last line, also of scans that write a report elsewhere. */
export function summaryOf({ findings, totals, elapsedMs }: ReportInput): string {
  const parts = [
    `${findings.length === 0 ? 'no secrets' : counted(findings.length, 'secret')} in ${counted(totals.files, 'file')}`,
    `${(totals.bytes / 1e6).toFixed(1)} MB in ${(elapsedMs / 1000).toFixed(1)} s`,
  ]
  if (totals.commits > 0) parts.push(counted(totals.commits, 'commit'))
  if (totals.cached > 0) parts.push(`${totals.cached.toLocaleString('en')} unchanged`)
  if (totals.suppressed > 0) parts.push(`${totals.suppressed.toLocaleString('en')} let pass`)
  if (totals.skippedBinary > 0) parts.push(`${totals.skippedBinary.toLocaleString('en')} binary`)
  if (totals.skippedLarge > 0) parts.push(`${totals.skippedLarge.toLocaleString('en')} too large`)
  if (totals.problems.length > 0) parts.push(counted(totals.problems.length, 'problem'))
  return parts.join(', ')
}
