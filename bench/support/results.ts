import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a bench measured, to be committed and shown in docs: bench/results/NAME.json. */
export function writeRows(name: string, rows: unknown): void {
  const folder = join(import.meta.dirname, '../results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(rows, null, 2)}\n`)
}

/** The same for ratios of one run, headed by what ran. Absolute figures belong to a machine and are printed only. */
export function writeResult(name: string, result: Readonly<Record<string, unknown>>): void {
  writeRows(name, { bench: name, node: process.versions.node, ...result })
}
