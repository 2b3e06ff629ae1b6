import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BuiltRow } from '../support/row-builder.ts'
import { Bench, byTime, START_MS } from '../support/traffic.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const every = (service: string, gapMs: number, fromMs: number, untilMs: number): BuiltRow[] =>
  Array.from({ length: Math.floor((untilMs - fromMs) / gapMs) }, (_, i) => ({
    timeMs: fromMs + i * gapMs,
    attrs: { 'service.name': service },
  }))

/** Forty services appear in the first hour; another one, which begins with 20 rows a second, after so many hours. */
function openedByNewcomer(hours: number): string[] {
  const comesMs = START_MS + hours * HOUR
  const bench = new Bench()
  const wave = Array.from({ length: 40 }, (_, i) =>
    every(`wave${i}`, 10 * MINUTE, START_MS + (5 + i) * MINUTE, START_MS + 1.5 * HOUR),
  )
  const newcomer = every('newcomer', 50, comesMs, comesMs + MINUTE)
  bench.send(byTime(every('old', MINUTE, START_MS, comesMs + MINUTE), ...wave, newcomer))
  return bench
    .opened()
    .filter((finding) => finding.series['service.name'] === 'newcomer')
    .map((finding) => finding.summary)
}

test('a service that begins busy while services come and go is no news', () => {
  assert.deepEqual(openedByNewcomer(2), [])
})

test('one that begins busy days after the last wave of new services is', () => {
  assert.equal(openedByNewcomer(72).length, 1)
})
