import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes what a bench measured to bench/results/NAME.json, which is committed; docs/detection.md shows it. */
export function writeResults(name: string, results: unknown): void {
  const dir = join(import.meta.dirname, '../results')
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, `${name}.json`), `${JSON.stringify(results, null, 2)}\n`)
}
