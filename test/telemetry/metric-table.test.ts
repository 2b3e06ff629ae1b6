import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { allMetrics } from '../../scripts/all-metrics.ts'
import { metricTable } from '../../src/telemetry/metric-table.ts'

const ROOT = join(import.meta.dirname, '../..')

test('docs/metrics.md says what the daemon registers, and nothing else', async () => {
  const metrics = await allMetrics()
  const page = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8')
  assert.equal(page, metricTable(metrics), 'run npm run docs:metrics')
  const registered = new Set(metrics.map((m) => m.name))
  const written = globSync('src/**/*.ts', { cwd: ROOT }).flatMap((file) => {
    const source = readFileSync(join(ROOT, file), 'utf8')
    return [...source.matchAll(/meter\s*\.\w+\(\s*'(telltale_[a-z0-9_]+)'/g)].map(([, name]) => name!)
  })
  for (const name of written)
    assert.ok(registered.has(name), `${name} is not on the page: no part of a whole daemon makes it`)
})

test('names say what they count: counters end in _total, nothing else does', async () => {
  for (const { name, type } of await allMetrics()) {
    assert.equal(name.endsWith('_total'), type === 'counter', name)
    assert.match(name, /^telltale_[a-z0-9_]+$/)
  }
})
