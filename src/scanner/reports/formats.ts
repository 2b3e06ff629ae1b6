import { csvReport } from './csv-report.ts'
import { htmlReport } from './html-report.ts'
import { jsonLinesReport, jsonReport } from './json-report.ts'
import { junitReport } from './junit-report.ts'
import { markdownReport } from './markdown-report.ts'
import type { Report } from './report.ts'
import { sarifReport } from './sarif-report.ts'
import { terminalReport } from './terminal-report.ts'

/** Reports by the name `--format` takes. */
export const REPORTS = {
  terminal: terminalReport,
  json: jsonReport,
  jsonl: jsonLinesReport,
  sarif: sarifReport,
  junit: junitReport,
  csv: csvReport,
  html: htmlReport,
  markdown: markdownReport,
} as const satisfies Record<string, Report>

export type ReportFormat = keyof typeof REPORTS
export const REPORT_FORMATS = Object.keys(REPORTS) as readonly ReportFormat[]
