import { seededRandom } from '../../src/core/clock.ts'
import { observeValue, reset, WORDS } from '../../src/detectors/fading-histogram/fading-histogram.kernel.ts'
import type { NabFile } from './files.ts'
import { type FileGains, gainsOf } from './score.ts'

/** Share of a file's standard deviation that the noise spans. */
const NOISE = 0.002

/**
 * The same files, moved by what should not matter: the first value is scaled by up to a half octave, so that bin edges
 * fall elsewhere, and every value gets a little noise. What a score loses here was luck.
 */
export function jittered(files: readonly NabFile[], seed: number): FileGains[] {
  const random = seededRandom(seed)
  const f = new Float64Array(WORDS)
  const bins = new Float32Array(f.buffer)
  return files.map((file) => {
    const spread = NOISE * deviation(file.value)
    reset(f, bins, 0)
    const scores = file.value.map((value, row) => {
      const scale = row === 0 ? 2 ** (random() - 0.5) : 1
      return observeValue(f, bins, 0, value * scale + spread * (random() - 0.5), file.timeMs[row]!)
    })
    return gainsOf(file, scores)
  })
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length)
}
