import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runSenders, type Senders, SURGE_FOR_MS, surgeAtMs } from '../../bench/detect/senders.ts'

const load = (senders: number, flushMs: number, perS: number, hours: number, surge: number): Senders => ({
  senders,
  flushMs,
  jitterMs: 400,
  perS,
  hours,
  surge,
  seed: 5,
})

test('requests of one moment that arrive one after the other are no burst', () => {
  const steady = [
    load(2, 1000, 20, 2, 1),
    load(4, 5000, 20, 2, 1),
    load(10, 5000, 50, 1, 1),
    load(3, 0, 10, 1, 1),
  ]
  assert.deepEqual(
    steady.map((one) => runSenders(one).length),
    steady.map(() => 0),
  )
})

for (const [senders, flushMs, perS, surge, withinS] of [
  [1, 1000, 20, 2, 15],
  [3, 1000, 20, 2, 15],
  [10, 1000, 100, 2, 10],
  [4, 5000, 20, 5, 15],
  [10, 1000, 100, 5, 5],
  [10, 0, 100, 2, 5],
] as const)
  test(`a surge times ${surge} over ${senders} senders that send every ${flushMs} ms is found within ${withinS} s of event time`, () => {
    const one = load(senders, flushMs, perS, 0.6, surge)
    const [first, ...rest] = runSenders(one)
    const afterS = (first!.detectedMs - surgeAtMs(one)) / 1000
    assert.ok(afterS > 0 && afterS < withinS, `${afterS} s`)
    assert.ok(rest.every((f) => f.detectedMs < surgeAtMs(one) + 2 * SURGE_FOR_MS))
  })
