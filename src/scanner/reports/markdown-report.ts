import { counted, printable, type Report } from './report.ts'

/** For a table cell: no line breaks, no pipes, no markup. */
const cell = (text: string): string =>
  printable(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>()#+!|~-]/g, '\\$&')

/** For a comment on a change request. */
export const markdownReport: Report = function* ({ findings, totals }) {
  yield `## telltale: ${findings.length === 0 ? 'no secrets' : counted(findings.length, 'secret')} in ${counted(totals.files, 'file')}\n`
  if (findings.length > 0) {
    yield '\n| where | rule | severity | confidence | secret |\n|---|---|---|---|---|\n'
    for (const finding of findings) {
      const where = `${cell(finding.path)}:${finding.line}${finding.commit === undefined ? '' : ` (${finding.commit.id.slice(0, 10)})`}`
      yield `| ${where} | ${cell(finding.ruleId)} | ${finding.kind === 'honeytoken' ? 'planted token' : finding.severity} | ${finding.confidence.toFixed(2)} | ${cell(finding.secret ?? finding.masked)} |\n`
    }
  }
  if (totals.problems.length > 0) {
    yield `\n${counted(totals.problems.length, 'problem')}:\n\n`
    for (const problem of totals.problems) yield `- ${cell(problem)}\n`
  }
}
