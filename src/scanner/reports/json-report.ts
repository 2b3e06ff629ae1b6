import type { Report } from './report.ts'

/** `{ version, findings: [...], totals }`, one finding a line. */
export const jsonReport: Report = function* ({ findings, totals, version, elapsedMs }) {
  yield `{"version":${JSON.stringify(version)},"findings":[`
  for (const [i, finding] of findings.entries()) yield `${i === 0 ? '\n' : ',\n'}${JSON.stringify(finding)}`
  yield `${findings.length === 0 ? '' : '\n'}],"totals":${JSON.stringify({ ...totals, findings: findings.length, elapsedMs })}}\n`
}

/** One finding a line and nothing else. */
export const jsonLinesReport: Report = function* ({ findings }) {
  for (const finding of findings) yield `${JSON.stringify(finding)}\n`
}
