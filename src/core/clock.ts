/** Wall time, injected so that replay and tests are exact. */
export interface Clock {
  /** ms since epoch */
  nowMs(): number
}

export const SYSTEM_CLOCK: Clock = { nowMs: () => Date.now() }

/** Uniform numbers in [0, 1), injected for the same reason. */
export type Random = () => number

/** mulberry32: a 32-bit seeded generator. Source: T. Ettinger, public domain, 2017. */
export function seededRandom(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
