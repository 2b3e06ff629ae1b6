import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DetectorEvidence } from '../../../src/core/finding.ts'
import { JsonFile } from '../../../src/sinks/feedback/json-file.ts'
import { Silences, silenceRequest } from '../../../src/sinks/feedback/silences.ts'
import { anomaly, secret } from '../../support/findings.ts'
import { scratchDir } from '../../support/sinks.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')
const UNTIL = '2026-01-01T01:00:00Z'
const request = (match: object) => silenceRequest.parse({ match, until: UNTIL })

test('a silence covers its series until it expires', async () => {
  const silences = new Silences(null)
  await silences.add(request({ profile: ['service-logs'], labels: { 'service.name': 'checkout' } }), NOW)
  assert.equal(silences.covers(anomaly(1), NOW), true)
  assert.equal(silences.covers(anomaly(1, { series: { 'service.name': 'cart' } }), NOW), false)
  assert.equal(silences.covers(anomaly(1), Date.parse(UNTIL)), false)
  assert.deepEqual(silences.list(Date.parse(UNTIL)), [])
})

test('a silence of a detector covers only what no other detector saw', async () => {
  const silences = new Silences(null)
  await silences.add(request({ detector: ['rate'] }), NOW)
  const seen = (...names: string[]): DetectorEvidence[] =>
    names.map((name) => ({ name, surprise: 9, expected: 1, observed: 2, unit: '1' }))
  assert.equal(silences.covers(anomaly(1, { detectors: seen('rate') }), NOW), true)
  assert.equal(silences.covers(anomaly(1, { detectors: seen('rate', 'cardinality') }), NOW), false)
  assert.equal(silences.covers(secret(1), NOW), false)
})

test('a silence that would match everything is not accepted', () => {
  for (const match of [{}, { labels: {} }, { kind: [] }]) {
    assert.equal(silenceRequest.safeParse({ match, until: UNTIL }).success, false)
  }
})

test('silences are kept across a restart and can be removed', async () => {
  const path = join(scratchDir(), 'silences.json')
  const first = new Silences(new JsonFile(path))
  const kept = await first.add(request({ kind: ['secret'] }), NOW)
  const second = new Silences(new JsonFile(path))
  await second.load()
  assert.deepEqual(second.list(NOW), [kept])
  assert.equal(second.covers(secret(1), NOW), true)
  assert.equal(await second.remove(kept!.id), true)
  assert.equal(await second.remove(kept!.id), false)
  const third = new Silences(new JsonFile(path))
  await third.load()
  assert.deepEqual(third.list(NOW), [])
})
