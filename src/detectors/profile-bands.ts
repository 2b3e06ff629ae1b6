import type { ProfileBand } from '../columns/stage.ts'
import * as baselineModule from './holt-winters/baseline.kernel.ts'

// V8 folds what a local constant object holds into hot code; what is imported is loaded and checked at every use.
const baseline = { ...baselineModule }

/** A profile's band without its name. */
export type BandSums = Omit<ProfileBand, 'profile'>

/** Scale of a minute in the baseline's dispersion, and ten-second bins in it. */
const MINUTE = 2
const MINUTE_BINS = 6

/**
 * What was expected of each profile and what came, as sums that only grow: the rate of each over any window is their
 * increase, so nobody has to walk the series to draw a band. Three additions a closed bin.
 */
export class ProfileBands {
  /** By profile: observed, expected, variance. */
  readonly #sums: Float64Array[] = []

  /** A bin of a series that is about to close. @param at base of its baseline */
  take(f: Float64Array, at: number, profile: number): void {
    const lambda = f[at + baseline.LAMBDA]!
    if (!(lambda > 0)) return
    this.#sums[profile] ??= new Float64Array(3)
    const sums = this.#sums[profile]
    const expected = lambda * baseline.BIN_MS
    sums[0] = sums[0]! + f[at + baseline.BIN_COUNT]!
    sums[1] = sums[1]! + expected
    // six bins of this add up to m + m^2 V with m the minute's expectation
    sums[2] = sums[2]! + expected + MINUTE_BINS * expected * expected * baseline.variance(f, at, MINUTE)
  }

  of(profile: number): BandSums {
    const [observed = 0, expected = 0, variance = 0] = this.#sums[profile] ?? []
    return { observed, expected, variance }
  }
}
