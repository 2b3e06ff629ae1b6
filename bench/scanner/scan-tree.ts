import { globSync, readFileSync, statSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { builtinRules } from '../../src/scanner/builtin-rules.ts'
import { scannerConfig } from '../../src/scanner/config.ts'
import { ScanEngine } from '../../src/scanner/engine.ts'

/**
 * Scans trees of real text and prints every finding for a person to look at; masked spans are shown in clear, so use it
 * on public text only.
 *
 *   node bench/scanner/scan-tree.ts [--by-kind] DIR...
 *
 * `--by-kind` (`npm run bench:scanner-text`) prints no text: findings by tree, kind of file and rule, copies once.
 */
const byKind = process.argv.includes('--by-kind')
const kinds = new Map<string, { count: number; distinct: Set<string> }>()
const engine = new ScanEngine({
  config: scannerConfig.parse({}),
  rules: builtinRules(),
  fingerprintKey: new Uint8Array(32),
})
let lines = 0
let bytesTotal = 0
let found = 0
let cpu = 0
for (const dir of process.argv.slice(2).filter((a) => !a.startsWith('--'))) {
  const linesBefore = lines
  const foundBefore = found
  for (const file of globSync('**/*', { cwd: dir })) {
    const path = `${dir}/${file}`
    let bytes: Uint8Array
    try {
      if (!statSync(path).isFile()) continue
      bytes = readFileSync(path)
      if (path.endsWith('.gz')) bytes = gunzipSync(bytes)
    } catch {
      continue
    }
    if (bytes.subarray(0, 8192).includes(0)) continue
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    bytesTotal += bytes.length
    for (let at = buffer.indexOf(10); at >= 0; at = buffer.indexOf(10, at + 1)) lines++
    const before = process.cpuUsage()
    const format = /\.(?:md|txt|log)$/.test(path) ? 'text' : /\.json$/.test(path) ? 'json' : 'source'
    engine.scanSpan(
      bytes,
      0,
      bytes.length,
      { name: null, format, testFile: /test|spec/i.test(file) },
      (m) => {
        found++
        if (byKind) {
          const kind = `${dir}  ${file
            .replace(/\.gz$/, '')
            .replace(/^.*\//, '')
            .replace(/^[^.]*$/, '(no ending)')
            .replace(/^.*\./, '.')}  ${m.rule.id}`
          const of = kinds.get(kind) ?? { count: 0, distinct: new Set<string>() }
          kinds.set(kind, of)
          of.count++
          of.distinct.add(m.fingerprint)
          return
        }
        const context = buffer.toString('latin1', Math.max(0, m.start - 60), m.start).replace(/\s+/g, ' ')
        const after = buffer.toString('latin1', m.end, m.end + 20).replace(/\s+/g, ' ')
        console.log(
          m.rule.id,
          m.confidence,
          '|',
          `${context}»${buffer.toString('latin1', m.start, Math.min(m.end, m.start + 80))}«${after}`,
          '|',
          path,
        )
      },
    )
    const used = process.cpuUsage(before)
    cpu += used.user + used.system
  }
  if (byKind) console.log(`${dir}: ${found - foundBefore} findings in ${lines - linesBefore} lines`)
}
for (const [kind, of] of [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`${kind}: ${of.count}, ${of.distinct.size} different`)
console.log(
  `${found} findings in ${lines} lines, ${(bytesTotal / 1e6).toFixed(0)} MB, ${(bytesTotal / cpu).toFixed(0)} MB per CPU second`,
)
