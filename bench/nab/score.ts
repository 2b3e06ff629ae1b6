import type { NabFile } from './files.ts'

/**
 * The benchmark's score, as ../shared/tools/nab-score.py computes it, kept by file and threshold so that files can be
 * recombined. A window's reward is the sigmoid of its earliest detection; a false positive costs by its distance past
 * the last window. Source: A. Lavin, S. Ahmad, "Evaluating real-time anomaly detection algorithms - the Numenta
 * Anomaly Benchmark" (ICMLA 2015).
 */
export interface FileGains {
  readonly windows: number
  /** Points over "nothing detected" for each threshold of THRESHOLDS. */
  readonly gains: Float64Array
}

/** Standard profile: what a false positive costs against 1 for a window. */
const FALSE_POSITIVE = 0.11
const STEP = 0.05
export const THRESHOLDS = Float64Array.from({ length: 240 }, (_, i) => 2 + i * STEP)

const sigmoid = (y: number): number => (y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1)

/** @param scores one a row */
export function gainsOf(file: NabFile, scores: ArrayLike<number>): FileGains {
  const count = file.timeMs.length
  const skip = Math.min(Math.floor(0.15 * count), 750)
  const gains = new Float64Array(THRESHOLDS.length)
  const best = file.windows.map(() => new Float64Array(THRESHOLDS.length).fill(-1))
  let next = 0
  for (let row = 0; row < count; row++) {
    while (next < file.windows.length && row > file.windows[next]![1]) next++
    const inside = next < file.windows.length && row >= file.windows[next]![0]
    const last = Math.min(THRESHOLDS.length, Math.floor((scores[row]! - THRESHOLDS[0]!) / STEP + 1e-9) + 1)
    if (row < skip || last <= 0) continue
    if (inside) {
      const [from, to] = file.windows[next]!
      const reward = sigmoid(-(to - row + 1) / (to - from + 1)) / sigmoid(-1)
      const reached = best[next]!
      for (let k = 0; k < last; k++) if (reward > reached[k]!) reached[k] = reward
    } else {
      const before = file.windows[next - 1]
      const cost = before === undefined ? -1 : sigmoid((row - before[1]) / (before[1] - before[0]))
      for (let k = 0; k < last; k++) gains[k] = gains[k]! + cost * FALSE_POSITIVE
    }
  }
  for (const reached of best) for (let k = 0; k < gains.length; k++) gains[k] = gains[k]! + reached[k]! + 1
  return { windows: file.windows.length, gains }
}

/** Score of these files together at each threshold: 0 detects nothing, 100 is perfect. */
export function curveOf(files: readonly FileGains[]): Float64Array {
  const windows = files.reduce((sum, f) => sum + f.windows, 0)
  return THRESHOLDS.map((_, k) => (100 * files.reduce((sum, f) => sum + f.gains[k]!, 0)) / (2 * windows))
}

export function bestOf(curve: Float64Array): number {
  let best = 0
  for (let k = 1; k < curve.length; k++) if (curve[k]! > curve[best]!) best = k
  return best
}

/** Threshold chosen on one half of the files, score on the other, over random halves. */
export function halfToHalf(
  files: readonly FileGains[],
  random: () => number,
  splits = 200,
): { mean: number; deviation: number } {
  const scores: number[] = []
  for (let i = 0; i < splits; i++) {
    const order = files.map((f) => ({ f, at: random() })).sort((a, b) => a.at - b.at)
    const half = order.length >> 1
    const a = order.slice(0, half).map((o) => o.f)
    const b = order.slice(half).map((o) => o.f)
    for (const [chosen, tested] of [
      [a, b],
      [b, a],
    ] as const)
      scores.push(curveOf(tested)[bestOf(curveOf(chosen))]!)
  }
  const mean = scores.reduce((s, x) => s + x, 0) / scores.length
  const variance = scores.reduce((s, x) => s + (x - mean) ** 2, 0) / scores.length
  return { mean, deviation: Math.sqrt(variance) }
}
