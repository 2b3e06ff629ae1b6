import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ruleTable } from '../../src/scanner/rule-table.ts'

test('docs/rules.md is what the rules say (npm run docs:rules)', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/rules.md'), 'utf8')
  assert.ok(page === ruleTable(), 'docs/rules.md is not current: run npm run docs:rules')
})
