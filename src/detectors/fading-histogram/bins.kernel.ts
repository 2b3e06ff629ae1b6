import { BINS, LOW, TOTAL, WIDTH } from './layout.ts'

/**
 * A histogram whose range doubles by merging bin pairs, and whose past fades: each new value weighs a little more
 * than the one before, which equals an exponential decay of all bins at the cost of one.
 * Source: G. Cormode et al., "Forward decay" (ICDE 2009), section III; range doubling as in Y. Ioannidis' merging
 * histograms. Smoothing and prior were measured on the Numenta Anomaly Benchmark, docs/detection/fading-histogram.md.
 */

/** Share of a neighbour's weight that counts for a bin, so that a value at an edge is not rare by its place. */
const NEIGHBOUR = 0.3
/** Weight, in values, of a bin nobody saw. */
const PRIOR = 0.1
const HALF = BINS / 2
const MERGES_MAX = Math.log2(BINS)

/**
 * Adds a finite value and tells how probable its bin was before.
 *
 * @param header LOW, WIDTH and TOTAL of this histogram at `head`
 * @param bins BINS weights at `first`
 * @param weight weight of this value
 * @returns probability, in (0, 1.1]
 */
export function addValue(
  header: Float64Array,
  head: number,
  bins: Float32Array,
  first: number,
  value: number,
  weight: number,
): number {
  if (header[head + WIDTH] === 0) {
    // the first value gets a range of a thousandth of itself on each side
    const reach = Math.abs(value) * 1e-3 + 1e-9
    header[head + LOW] = value - reach
    header[head + WIDTH] = (2 * reach) / BINS
  }
  let place = (value - header[head + LOW]!) / header[head + WIDTH]!
  if (place < 0 || place >= BINS) place = widen(header, head, bins, first, value)
  const k = first + Math.min(BINS - 1, Math.floor(place))
  const below = k > first ? bins[k - 1]! : 0
  const above = k < first + BINS - 1 ? bins[k + 1]! : 0
  const own = bins[k]!
  const total = header[head + TOTAL]!
  bins[k] = own + weight
  header[head + TOTAL] = total + weight
  return (own + NEIGHBOUR * (below + above) + PRIOR * weight) / (total + weight)
}

/** Doubles the range until it holds the value. @returns the value's place in bins, in [0, BINS) */
function widen(header: Float64Array, head: number, bins: Float32Array, first: number, value: number): number {
  let low = header[head + LOW]!
  let width = header[head + WIDTH]!
  let place = (value - low) / width
  for (let merges = 0; place < 0 || place >= BINS; merges++) {
    const down = place < 0
    // six merges leave all weight in the outermost bin, where it stays: a value 2^100 away costs no more
    if (merges < MERGES_MAX) mergePairs(bins, first, down)
    if (down) low -= width * BINS
    width *= 2
    place = (value - low) / width
  }
  header[head + LOW] = low
  header[head + WIDTH] = width
  return place
}

/** Bin pairs become one; the free half is below (`down`) or above. */
function mergePairs(bins: Float32Array, first: number, down: boolean): void {
  if (down) {
    for (let i = BINS - 1; i >= HALF; i--)
      bins[first + i] = bins[first + 2 * i - BINS]! + bins[first + 2 * i - BINS + 1]!
    bins.fill(0, first, first + HALF)
  } else {
    for (let i = 0; i < HALF; i++) bins[first + i] = bins[first + 2 * i]! + bins[first + 2 * i + 1]!
    bins.fill(0, first + HALF, first + BINS)
  }
}
