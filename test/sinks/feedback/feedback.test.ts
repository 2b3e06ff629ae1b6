import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Feedback } from '../../../src/sinks/feedback/feedback.ts'
import { JsonFile } from '../../../src/sinks/feedback/json-file.ts'
import { anomaly } from '../../support/findings.ts'
import { scratchDir } from '../../support/sinks.ts'

const about = (n: number) => anomaly(n, { fingerprint: 'f1' })

test('each noise raises the threshold of its series, useful takes it back, no other series changes', async () => {
  const feedback = new Feedback(null)
  await feedback.record(about(1), 'noise')
  const twice = await feedback.record(about(2), 'noise')
  assert.equal(twice.factor, 1.25 ** 2)
  assert.equal(feedback.factorOf('f1'), 1.25 ** 2)
  assert.equal(feedback.factorOf('other'), 1)
  await feedback.record(about(3), 'useful')
  assert.equal(feedback.factorOf('f1'), 1.25)
})

test('said again of the same finding it counts once, and a change of mind replaces it', async () => {
  const feedback = new Feedback(null)
  for (let i = 0; i < 3; i++) await feedback.record(about(1), 'noise')
  assert.equal(feedback.factorOf('f1'), 1.25)
  await feedback.record(about(1), 'useful')
  assert.equal(feedback.factorOf('f1'), 1)
})

test('no amount of noise blinds a series for good', async () => {
  const feedback = new Feedback(null)
  for (let n = 1; n <= 300; n++) await feedback.record(about(n), 'noise')
  assert.equal(feedback.factorOf('f1'), 8)
})

test('it is kept across a restart, and a damaged file is a fresh start', async () => {
  const path = join(scratchDir(), 'sub', 'feedback.json')
  const first = new Feedback(new JsonFile(path))
  await first.load()
  await first.record(about(1), 'noise')
  const second = new Feedback(new JsonFile(path))
  await second.load()
  assert.deepEqual(second.list(), first.list())
  assert.equal(second.factorOf('f1'), 1.25)
  writeFileSync(path, '[{"fingerprint":')
  const third = new Feedback(new JsonFile(path))
  await third.load()
  assert.deepEqual(third.list(), [])
})
