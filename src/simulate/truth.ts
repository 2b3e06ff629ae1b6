import { writeFileSync } from 'node:fs'
import type { Window } from './conditions.ts'
import type { Leak } from './leaks.ts'
import type { SimTraffic } from './traffic.ts'

/** What really happened, beside the traffic: for scoring. A leaked credential is named by its SHA-256 only. */
export interface Truth {
  readonly scenario: string
  readonly seed: number
  readonly startMs: number
  readonly endMs: number
  readonly windows: readonly Window[]
  readonly leaks: readonly Leak[]
}

export function truthOf(traffic: SimTraffic, scenario: string, seed: number): Truth {
  const { startMs, endMs, windows, leaks } = traffic
  return { scenario, seed, startMs, endMs, windows, leaks }
}

export function writeTruth(path: string, truth: Truth): void {
  writeFileSync(path, `${JSON.stringify(truth, null, 2)}\n`)
}
