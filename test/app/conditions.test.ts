import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conditions, type Standing } from '../../src/app/conditions.ts'

const GOOD: Standing = { phase: 'running', warming: false, sinks: [], broker: null }
const sink = (healthy: boolean) => ({
  sink: 'pager',
  healthy,
  reason: 'SINK_FAILED: 503',
  sinceMs: 1,
  pending: 7,
})
const named = (over: Partial<Standing>) =>
  conditions({ ...GOOD, ...over }).map((c) => `${c.name}${c.blocking ? ' blocks' : ''}`)

test('a daemon with nothing to say has no conditions', () => {
  assert.deepEqual(conditions(GOOD), [])
  assert.deepEqual(named({ sinks: [sink(true)] }), [])
})

test('each condition has its name; only a start or a stop under way keeps senders off', () => {
  assert.deepEqual(named({ phase: 'starting' }), ['starting blocks'])
  assert.deepEqual(named({ phase: 'draining' }), ['draining blocks'])
  assert.deepEqual(named({ warming: true }), ['warming'])
  assert.deepEqual(named({ broker: 'the brokers do not answer' }), ['broker'])
  assert.deepEqual(named({ sinks: [sink(true), sink(false)] }), ['sink pager'])
})

test('a sink that is down says why and what waits', () => {
  const [condition] = conditions({ ...GOOD, sinks: [sink(false)] })
  assert.equal(condition!.message, 'SINK_FAILED: 503; 7 findings waiting')
})
