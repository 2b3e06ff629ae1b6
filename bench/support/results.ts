import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Ratios of one run, to be committed: bench/results/NAME.json. Absolute figures belong to a machine and are printed only. */
export function writeResult(name: string, result: Readonly<Record<string, unknown>>): void {
  const folder = join(import.meta.dirname, '../results')
  mkdirSync(folder, { recursive: true })
  const text = JSON.stringify({ bench: name, node: process.versions.node, ...result }, null, 2)
  writeFileSync(join(folder, `${name}.json`), `${text}\n`)
}
