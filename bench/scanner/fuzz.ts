import { seededRandom } from '../../src/core/clock.ts'
import { builtinRules } from '../../src/scanner/builtin-rules.ts'
import { DEFAULT_SCANNER_CONFIG } from '../../src/scanner/config.ts'
import { ScanEngine } from '../../src/scanner/engine.ts'
import { LOG_CONTEXT } from '../../src/scanner/scan-context.ts'
import { WindowScanner } from '../../src/scanner/window-scanner.ts'
import { generateCorpus } from './corpus/generate.ts'

/**
 * Mutates lines of the corpus and scans them, for a time: nothing may throw, matches lie inside and apart, windows tell
 * what one span tells, and no line may take longer than its length allows.
 *
 *   node bench/scanner/fuzz.ts [SECONDS] [SEED]
 */
const seconds = Number(process.argv[2] ?? 60)
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000)
const random = seededRandom(seed)
const below = (n: number): number => Math.floor(random() * n)
const engine = new ScanEngine({
  config: DEFAULT_SCANNER_CONFIG,
  rules: builtinRules(),
  fingerprintKey: new Uint8Array(32),
})
const lines = generateCorpus(seed, 20).map((l) => Buffer.from(l.line))
const SIGNS = Buffer.from('"\'`\\:=,;&?@#%<>[]{}()|/ \n\t\0-_.$*')
/** A microsecond a byte is 1 MB/s, far below what any text takes; the constant covers collection pauses. */
const MAX_US_PER_BYTE = 20
const PAUSE_US = 400_000

function mutate(line: Buffer): Buffer {
  let out = Buffer.from(line)
  for (let i = 0; i < 1 + below(6); i++) {
    const at = below(out.length + 1)
    switch (below(6)) {
      case 0:
        out = Buffer.concat([out.subarray(0, at), out.subarray(at + below(8))])
        break
      case 1:
        out = Buffer.concat([out.subarray(0, at), Buffer.from([below(256)]), out.subarray(at)])
        break
      case 2:
        out = Buffer.concat([
          out.subarray(0, at),
          SIGNS.subarray(below(SIGNS.length)).subarray(0, 1),
          out.subarray(at),
        ])
        break
      case 3:
        out = Buffer.concat([out.subarray(0, at), lines[below(lines.length)]!, out.subarray(at)])
        break
      case 4: {
        const piece = out.subarray(at, at + 1 + below(12))
        out = Buffer.concat([
          out.subarray(0, at),
          ...Array.from({ length: below(200) }, () => piece),
          out.subarray(at),
        ])
        break
      }
      default:
        if (at < out.length) out[at] = below(256)
    }
  }
  return out.subarray(0, 20_000)
}

let runs = 0
let found = 0
const until = performance.now() + seconds * 1000
while (performance.now() < until) {
  const bytes = mutate(lines[below(lines.length)]!)
  const before = process.cpuUsage()
  const offsets: number[] = []
  let last = 0
  engine.scanSpan(bytes, 0, bytes.length, LOG_CONTEXT, (m) => {
    if (m.start < last || m.end <= m.start || m.end > bytes.length)
      throw new Error(
        `seed ${seed}: match out of place: ${m.rule.id} ${m.start} ${m.end} of ${bytes.length} after ${last}: ${JSON.stringify(
          bytes
            .toString('latin1')
            .slice(Math.max(0, m.start - 80), m.end + 20)
            .slice(0, 300),
        )}`,
      )
    last = m.end
    offsets.push(m.start)
  })
  const used = process.cpuUsage(before)
  if (used.user + used.system > PAUSE_US + bytes.length * MAX_US_PER_BYTE)
    throw new Error(`seed ${seed}, run ${runs}: too slow`)
  if (runs % 50 === 0) {
    const told: number[] = []
    const windows = new WindowScanner(engine, LOG_CONTEXT, (s) => told.push(s.offset))
    const cut = below(bytes.length + 1)
    windows.push(bytes.subarray(0, cut))
    windows.push(bytes.subarray(cut))
    windows.end()
    if (told.join() !== offsets.join())
      throw new Error(`seed ${seed}, run ${runs}: windows tell something else`)
  }
  runs++
  found += offsets.length
}
console.log(`${runs} lines, ${found} findings, seed ${seed}: nothing thrown, nothing slow`)
