import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { TelltaleError } from '../../core/errors.ts'
import type { FileFinding } from './file-finding.ts'

/**
 * Findings someone has looked at, as a file to commit: later scans tell what is new. Fingerprints are keyed by the
 * file's own salt, so that every machine makes the same ones and two baselines share none.
 */
const baselineSchema = z.strictObject({
  telltaleBaseline: z.literal(1),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  findings: z.array(
    z.strictObject({ ruleId: z.string(), path: z.string(), fingerprint: z.string(), line: z.int() }),
  ),
})

export interface Baseline {
  readonly salt: string
  readonly known: ReadonlySet<string>
}

const keyOf = (finding: { ruleId: string; path: string; fingerprint: string }): string =>
  `${finding.ruleId}\u0000${finding.path}\u0000${finding.fingerprint}`

export const newSalt = (): string => randomBytes(16).toString('hex')

/** Key of the fingerprints of a scan that reads or writes a baseline. @param secret TELLTALE_FINGERPRINT_KEY, if set */
export const baselineKey = (salt: string, secret: string): Uint8Array =>
  createHash('sha256').update(`telltale baseline\u0000${salt}\u0000${secret}`).digest()

/** @throws TelltaleError INPUT_UNREADABLE */
export function readBaseline(path: string): Baseline {
  let values: unknown
  try {
    values = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw new TelltaleError('INPUT_UNREADABLE', `baseline ${path} cannot be read`)
  }
  const parsed = baselineSchema.safeParse(values)
  if (!parsed.success) throw new TelltaleError('INPUT_UNREADABLE', `${path} is no baseline of telltale`)
  return { salt: parsed.data.salt, known: new Set(parsed.data.findings.map(keyOf)) }
}

export function writeBaseline(path: string, salt: string, findings: readonly FileFinding[]): void {
  const rows = new Map(
    findings.map((f) => [
      keyOf(f),
      { ruleId: f.ruleId, path: f.path, fingerprint: f.fingerprint, line: f.line },
    ]),
  )
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  const lines = sorted.map((row) => `\n    ${JSON.stringify(row)}`).join(',')
  const text = `{\n  "telltaleBaseline": 1,\n  "salt": "${salt}",\n  "findings": [${lines}${lines === '' ? '' : '\n  '}]\n}\n`
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
}

/** What the baseline does not know, and how much of it is no longer found. */
export function compareBaseline(
  baseline: Baseline,
  findings: readonly FileFinding[],
): { readonly fresh: FileFinding[]; readonly gone: number } {
  const seen = new Set(findings.map(keyOf))
  return {
    fresh: findings.filter((finding) => finding.kind === 'honeytoken' || !baseline.known.has(keyOf(finding))),
    gone: [...baseline.known].filter((key) => !seen.has(key)).length,
  }
}
