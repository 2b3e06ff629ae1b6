import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Finding } from '../../../src/core/finding.ts'
import { findingJsonSchema, findingSchema } from '../../../src/sinks/kafka/finding-schema.ts'
import { anomaly, resolved, secret } from '../../support/findings.ts'

/** Does not compile when the schema and the type come apart. */
const parsed = (finding: Finding): Finding => findingSchema.parse(finding)

test('the published JSON Schema is that of the code', () => {
  const path = join(import.meta.dirname, '../../../docs/formats/finding.schema.json')
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), findingJsonSchema())
})

test('findings of each kind have exactly the fields of the schema', () => {
  const findings = [
    anomaly(1),
    resolved(anomaly(2)),
    secret(3),
    { ...secret(4), kind: 'honeytoken' as const },
  ]
  for (const finding of findings) assert.deepEqual(parsed(finding), finding)
})

test('what lacks a field or holds another type is no finding', () => {
  const { fingerprint: _, ...rest } = anomaly(1)
  for (const wrong of [rest, { ...anomaly(1), score: 2 }, { ...secret(1), kind: 'other' }]) {
    assert.equal(findingSchema.safeParse(wrong).success, false)
  }
})
