import { builtinRules } from '../../src/scanner/builtin-rules.ts'
import { scannerConfig } from '../../src/scanner/config.ts'
import { ScanEngine } from '../../src/scanner/engine.ts'
import type { Match } from '../../src/scanner/match.ts'
import { LOG_CONTEXT, type ScanContext } from '../../src/scanner/scan-context.ts'

let shared: ScanEngine | null = null

/** An engine with every built-in rule, made once. */
export function testEngine(): ScanEngine {
  shared ??= new ScanEngine({
    config: scannerConfig.parse({}),
    rules: builtinRules(),
    fingerprintKey: new Uint8Array(32).fill(7),
  })
  return shared
}

export function matchesIn(
  text: string | Uint8Array,
  context: Partial<ScanContext> = {},
  engine = testEngine(),
): Match[] {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const out: Match[] = []
  engine.scanSpan(bytes, 0, bytes.length, { ...LOG_CONTEXT, ...context }, (m) => out.push(m))
  return out
}

/** The texts of the secrets found. */
export function secretsIn(text: string, context: Partial<ScanContext> = {}, engine = testEngine()): string[] {
  const bytes = new TextEncoder().encode(text)
  return matchesIn(text, context, engine).map((m) => Buffer.from(bytes.subarray(m.start, m.end)).toString())
}
