import { type Random, seededRandom } from '../../src/core/clock.ts'

/** Kinds of ordinary traffic that a false-alarm budget must hold on. */
export const KINDS = ['poisson', 'gamma-1s', 'gamma-10s', 'wander', 'diurnal', 'clusters', 'jobs'] as const
export type Kind = (typeof KINDS)[number]

export const DAY_MS = 86_400_000

export const exponential = (random: Random): number => -Math.log(1 - random())
export const normal = (random: Random): number =>
  Math.sqrt(2 * exponential(random)) * Math.cos(2 * Math.PI * random())

/** Gamma variate of mean 1 and shape k. Source: Marsaglia & Tsang (2000). */
export function gamma(random: Random, k: number): number {
  const d = k - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return (d * v) / k
  }
}

/** Calls `event` at the arrival times of one series; `scale` changes the rate over time, for injected anomalies. */
export function arrivals(
  kind: Kind,
  seed: number,
  perS: number,
  fromMs: number,
  untilMs: number,
  event: (timeMs: number) => void,
  scale: (timeMs: number) => number = () => 1,
): void {
  const random = seededRandom(seed)
  let wander = 0
  let factor = 1
  for (let second = fromMs; second < untilMs; second += 1000) {
    const index = Math.round((second - fromMs) / 1000)
    switch (kind) {
      case 'gamma-1s':
        factor = gamma(random, 8)
        break
      case 'gamma-10s':
        if (index % 10 === 0) factor = gamma(random, 12)
        break
      case 'wander':
        // Ornstein-Uhlenbeck log rate, sd 0.2, time constant 5 minutes
        wander += -wander / 300 + 0.2 * Math.sqrt(2 / 300) * normal(random)
        factor = Math.exp(wander)
        break
      case 'diurnal': {
        const day = (2 * Math.PI * second) / DAY_MS
        const weekend = Math.floor(second / DAY_MS + 4) % 7 >= 5 ? 0.6 : 1
        factor = weekend * (1 + 0.6 * Math.sin(day))
        break
      }
      case 'jobs':
        // every ten minutes, give or take, a job of some seconds
        if (random() < 1 / 600) factor = 8
        else if (random() < 0.25) factor = 1
        break
      default:
    }
    const rate = (perS * factor * scale(second)) / 1000
    if (rate <= 0) continue
    let t = second
    for (;;) {
      t += exponential(random) / (kind === 'clusters' ? rate / 6 : rate)
      if (t >= second + 1000) break
      event(t)
      // clusters of mean size 6 within a second or two
      if (kind === 'clusters') {
        let at = t
        while (random() < 5 / 6 && at < t + 400) {
          at += exponential(random) * 20
          event(at)
        }
      }
    }
  }
}

/** Poisson variate by counting arrivals; for means of a few tens at most. */
export function poissonCount(random: Random, mean: number): number {
  let n = 0
  for (let t = exponential(random); t < mean; t += exponential(random)) n++
  return n
}
