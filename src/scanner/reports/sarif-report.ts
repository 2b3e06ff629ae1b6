import type { Log, ReportingDescriptor, Result } from 'sarif'
import type { FileFinding } from '../files/file-finding.ts'
import { messageOf, printable, type Report } from './report.ts'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'
/** GitHub's scale: critical from 9.0, medium from 4.0. */
const SECURITY_SEVERITY = { mortal: '9.5', venial: '5.5' } as const

/** The path as a relative URI reference, RFC 3986. */
const uriOf = (path: string): string => printable(path).split('/').map(encodeURIComponent).join('/')

const descriptor = (finding: FileFinding): ReportingDescriptor => ({
  id: finding.ruleId,
  shortDescription: { text: finding.description },
  defaultConfiguration: { level: finding.severity === 'mortal' ? 'error' : 'warning' },
  properties: { tags: ['security', 'secret'], 'security-severity': SECURITY_SEVERITY[finding.severity] },
})

const result = (finding: FileFinding, ruleIndex: number): Result => ({
  ruleId: finding.ruleId,
  ruleIndex,
  level: finding.severity === 'mortal' ? 'error' : 'warning',
  message: { text: printable(messageOf(finding)) },
  rank: Math.round(finding.confidence * 1000) / 10,
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: uriOf(finding.path) },
        region: {
          startLine: finding.line,
          startColumn: finding.column,
          endLine: finding.endLine,
          endColumn: finding.endColumn,
          snippet: { text: printable(finding.snippet) },
        },
      },
    },
  ],
  partialFingerprints: { 'telltaleSecret/v1': finding.fingerprint },
  properties: {
    confidence: finding.confidence,
    kind: finding.kind,
    stages: finding.stages,
    ...(finding.commit === undefined
      ? {}
      : { commit: { ...finding.commit, author: printable(finding.commit.author) } }),
    ...(finding.secret === undefined ? {} : { secret: finding.secret }),
  },
})

/** SARIF 2.1.0, OASIS standard; columns are UTF-16 code units, its default. */
export const sarifReport: Report = function* ({ findings, totals, version }) {
  const rules = new Map<string, { index: number; descriptor: ReportingDescriptor }>()
  for (const finding of findings) {
    if (!rules.has(finding.ruleId))
      rules.set(finding.ruleId, { index: rules.size, descriptor: descriptor(finding) })
  }
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'telltale',
            semanticVersion: version,
            rules: [...rules.values()].map((rule) => rule.descriptor),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: totals.problems.map((text) => ({
              level: 'warning',
              message: { text: printable(text) },
            })),
          },
        ],
        results: findings.map((finding) => result(finding, rules.get(finding.ruleId)!.index)),
      },
    ],
  }
  yield `${JSON.stringify(log, null, 2)}\n`
}
