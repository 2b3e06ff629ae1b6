import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { builtinRules } from '../../src/scanner/builtin-rules.ts'
import { scannerConfig } from '../../src/scanner/config.ts'
import { ScanEngine } from '../../src/scanner/engine.ts'
import { LOG_CONTEXT } from '../../src/scanner/scan-context.ts'

/**
 * Scans a text file, or the `line` fields of a labelled `.jsonl.gz`, and writes findings as the scorers read them.
 *
 *   node bench/scanner/scan-lines.ts INPUT OUTPUT.json [REPEATS]
 */
const [, , input, output, repeats] = process.argv
let bytes: Uint8Array = readFileSync(input!)
if (input!.endsWith('.jsonl.gz')) {
  const rows = gunzipSync(bytes).toString().trim().split('\n')
  bytes = Buffer.from(`${rows.map((r) => (JSON.parse(r) as { line: string }).line).join('\n')}\n`)
}
const engine = new ScanEngine({
  config: scannerConfig.parse({}),
  rules: builtinRules(),
  fingerprintKey: new Uint8Array(32),
})
const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const out: unknown[] = []
let line = 1
let lineStart = 0
const place = (at: number): [line: number, column: number] => {
  for (let n = buffer.indexOf(10, lineStart); n >= 0 && n < at; n = buffer.indexOf(10, lineStart)) {
    line++
    lineStart = n + 1
  }
  return [line, buffer.toString('utf8', lineStart, at).length + 1]
}
engine.scanSpan(bytes, 0, bytes.length, LOG_CONTEXT, (m) => {
  const [l, column] = place(m.start)
  const endColumn = column + buffer.toString('utf8', m.start, m.end).length
  out.push({
    line: l,
    column,
    endLine: l,
    endColumn,
    ruleId: m.rule.id,
    confidence: m.confidence,
    stages: m.stages,
  })
})
writeFileSync(output!, JSON.stringify(out))
for (let i = 0; i < Number(repeats ?? 0); i++) {
  const before = process.cpuUsage()
  engine.scanSpan(bytes, 0, bytes.length, LOG_CONTEXT, () => {})
  const used = process.cpuUsage(before)
  console.log(`${(bytes.length / (used.user + used.system)).toFixed(0)} MB per CPU second`)
}
