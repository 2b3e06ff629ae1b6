import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type StartFacts, startOffset } from '../../../src/ingest/kafka/start-offset.ts'

const facts: StartFacts = {
  snapshot: null,
  committed: null,
  low: 100,
  high: 900,
  topicKnown: false,
  shared: false,
  startFrom: 'latest',
}
const start = (more: Partial<StartFacts>) => startOffset({ ...facts, ...more })

test('a topic never read begins where it is told to', () => {
  assert.deepEqual(start({}), { offset: 900, why: 'first', missed: 0 })
  assert.deepEqual(start({ startFrom: 'earliest' }), { offset: 100, why: 'first', missed: 0 })
})

test('a partition that a topic grew by is read from its beginning, whatever startFrom says', () => {
  assert.deepEqual(start({ topicKnown: true }), { offset: 100, why: 'new', missed: 0 })
})

test('a snapshot is resumed at its own offset, behind or ahead of the commit', () => {
  assert.deepEqual(start({ snapshot: 500, committed: 400 }), { offset: 500, why: 'resumed', missed: 0 })
  assert.deepEqual(start({ snapshot: 300, committed: 400, shared: true }), {
    offset: 300,
    why: 'resumed',
    missed: 0,
  })
})

test('own files older than the commit give way to it: another instance has told what was between', () => {
  assert.deepEqual(start({ snapshot: 300, committed: 400 }), { offset: 400, why: 'committed', missed: 0 })
})

test('what retention deleted is counted, and a log that became shorter is read anew', () => {
  assert.deepEqual(start({ committed: 40 }), { offset: 100, why: 'expired', missed: 60 })
  assert.deepEqual(start({ snapshot: 950 }), { offset: 100, why: 'recreated', missed: 0 })
  assert.deepEqual(start({ committed: 900 }), { offset: 900, why: 'committed', missed: 0 })
})
