import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { test } from 'node:test'

/** Who may import whom: the house of docs/architecture.md. A part not named here may import nothing of ours. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  columns: ['core'],
  config: ['core'],
  telemetry: ['core'],
  ingest: ['core', 'columns', 'config/scalars', 'telemetry'],
  detectors: ['core', 'columns', 'config/scalars', 'telemetry'],
  scanner: ['core', 'columns', 'config/scalars', 'telemetry'],
  sinks: ['core', 'columns', 'config/scalars', 'telemetry'],
  state: ['core', 'columns'],
  pipeline: ['core', 'columns', 'state', 'telemetry', 'config/scalars'],
  server: ['core', 'telemetry', 'config/scalars'],
  simulate: ['core'],
  registry: [
    'core',
    'columns',
    'config',
    'telemetry',
    'ingest',
    'detectors',
    'scanner',
    'sinks',
    'state',
    'pipeline',
    'server',
  ],
  app: [
    'core',
    'columns',
    'config',
    'telemetry',
    'ingest',
    'detectors',
    'scanner',
    'sinks',
    'state',
    'pipeline',
    'server',
    'registry',
  ],
  cli: [
    'core',
    'columns',
    'config',
    'telemetry',
    'app',
    'registry',
    'scanner',
    'simulate',
    'pipeline',
    'state',
    'ingest',
    'detectors',
  ],
  main: ['core', 'cli'],
  lib: ['core', 'columns', 'detectors', 'scanner', 'ingest'],
}

const SRC = join(import.meta.dirname, '../src')
const part = (path: string): string => path.split('/')[0]!.replace(/\.ts$/, '')

test('every import follows the rules of the house', () => {
  const broken: string[] = []
  for (const file of globSync('**/*.ts', { cwd: SRC })) {
    const from = part(file)
    const text = readFileSync(join(SRC, file), 'utf8')
    for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
      const resolved = normalize(relative(SRC, join(SRC, dirname(file), target!)))
      const to = part(resolved)
      if (to === from) continue
      const allowed = ALLOWED[from]?.some(
        (rule) => rule === to || resolved.startsWith(`${rule}.`) || resolved.startsWith(`${rule}/`),
      )
      if (allowed !== true) broken.push(`${file} imports ${resolved}`)
    }
  }
  assert.deepEqual(broken, [])
})

test('ingest, detectors, scanner and sinks hold the parts the rules name', () => {
  const parts = new Set(globSync('*', { cwd: SRC }).map(part))
  for (const p of parts) assert.ok(p in ALLOWED, `src/${p} has no import rule`)
})
