import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'

const ROOT = join(import.meta.dirname, '../..')
const RULES = 'deploy/prometheus/telltale.rules.yaml'

function missing(): string | false {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' })
    return false
  } catch {
    return 'no promtool on this machine (Debian: prometheus)'
  }
}

test('promtool accepts the rules, and their unit tests pass', { skip: missing() }, () => {
  execFileSync('promtool', ['check', 'rules', RULES], { cwd: ROOT, stdio: 'pipe' })
  execFileSync('promtool', ['test', 'rules', 'deploy/prometheus/telltale.test.yaml'], {
    cwd: ROOT,
    stdio: 'pipe',
  })
})

test('rules and dashboards ask only for metrics that the daemon has', () => {
  // the page is checked against what a whole daemon registers; see metric-table.test.ts
  const page = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8')
  const known = new Set([...page.matchAll(/^\| `(telltale_[a-z0-9_]+)`/gm)].map(([, name]) => name!))
  const files = [RULES, ...globSync('deploy/grafana/dashboards/*.json', { cwd: ROOT })]
  for (const file of files) {
    const text = readFileSync(join(ROOT, file), 'utf8')
    for (const [, name] of text.matchAll(/(?<![\w:/-])(telltale_[a-z0-9_]+)/g)) {
      const base = name!.replace(/_(sum|count|bucket)$/, '')
      assert.ok(known.has(name!) || known.has(base), `${file} asks for ${name}`)
    }
  }
})

test('every alert has a runbook that exists', () => {
  const operations = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8').toLowerCase()
  const { groups } = parse(readFileSync(join(ROOT, RULES), 'utf8')) as {
    groups: { rules: { alert?: string; annotations?: Record<string, string> }[] }[]
  }
  const alerts = groups.flatMap((g) => g.rules).filter((r) => r.alert !== undefined)
  assert.ok(alerts.length > 10)
  for (const { alert, annotations } of alerts) {
    assert.equal(annotations?.['runbook_url'], `docs/operations.md#${alert!.toLowerCase()}`)
    assert.ok(operations.includes(`### ${alert!.toLowerCase()}`), `no runbook for ${alert}`)
  }
})
