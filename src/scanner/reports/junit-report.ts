import type { FileFinding } from '../files/file-finding.ts'
import { escapeMarkup, messageOf, placeOf, type Report } from './report.ts'

/** JUnit XML as Jenkins and GitLab read it: a test suite a file, a failed test case a finding. */
export const junitReport: Report = function* ({ findings, totals, elapsedMs }) {
  const byPath = new Map<string, FileFinding[]>()
  for (const finding of findings) {
    const list = byPath.get(finding.path)
    if (list === undefined) byPath.set(finding.path, [finding])
    else list.push(finding)
  }
  const seconds = (elapsedMs / 1000).toFixed(3)
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<testsuites name="telltale" tests="${Math.max(1, findings.length)}" failures="${findings.length}" time="${seconds}">\n`
  if (findings.length === 0) {
    yield '  <testsuite name="telltale" tests="1" failures="0">\n'
    yield `    <testcase classname="telltale" name="no secrets in ${totals.files} files"/>\n  </testsuite>\n`
  }
  for (const [path, list] of byPath) {
    const name = escapeMarkup(path)
    yield `  <testsuite name="${name}" tests="${list.length}" failures="${list.length}">\n`
    for (const finding of list) {
      yield `    <testcase classname="${name}" name="${escapeMarkup(`${finding.ruleId} at line ${finding.line}`)}" file="${name}" line="${finding.line}">\n`
      yield `      <failure type="${escapeMarkup(finding.ruleId)}" message="${escapeMarkup(messageOf(finding))}">${escapeMarkup(`${placeOf(finding)}\n${finding.snippet}`)}</failure>\n`
      yield '    </testcase>\n'
    }
    yield '  </testsuite>\n'
  }
  yield '</testsuites>\n'
}
