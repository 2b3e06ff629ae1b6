import { BINS, HISTOGRAM_STRIDE, LOW, SCALE, SIGNALS } from './layout.ts'

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
const LAST = BINS - 1
const HALF = BINS / 2
const MERGES_MAX = Math.log2(BINS)

/** In: the finite values of the signals, then the weight of one value. Out: the weight found in each one's bin. */
export const signals = new Float64Array(SIGNALS + 1)
export const SIGNAL_WEIGHT = SIGNALS

/**
 * Adds a value to each of the histograms and tells how much weight its bin had before, with the neighbours' share and
 * the prior: above 0, and over the total with the value in it is the bin's probability.
 * Numbers come and go through {@link signals}, because doubles in a call that V8 does not inline become objects.
 *
 * @param header LOW and SCALE of the first histogram at `head`
 * @param bins its BINS weights at `first`
 */
export function addSignals(header: Float64Array, head: number, bins: Float32Array, first: number): void {
  const weight = signals[SIGNAL_WEIGHT]!
  for (let s = 0; s < SIGNALS; s++, head += HISTOGRAM_STRIDE, first += BINS) {
    let place = (signals[s]! - header[head + LOW]!) * header[head + SCALE]!
    if (!(place >= 0 && place < BINS) || header[head + SCALE] === 0)
      place = widen(header, head, bins, first, signals[s]!)
    const k = Math.min(LAST, place | 0)
    const at = first + k
    const own = bins[at]!
    const below = k > 0 ? bins[at - 1]! : 0
    const above = k < LAST ? bins[at + 1]! : 0
    bins[at] = own + weight
    signals[s] = own + NEIGHBOUR * (below + above) + PRIOR * weight
  }
}

/** Makes or doubles the range until it holds the value. @returns the value's place in bins, in [0, BINS) */
function widen(header: Float64Array, head: number, bins: Float32Array, first: number, value: number): number {
  let low = header[head + LOW]!
  let scale = header[head + SCALE]!
  if (scale === 0) {
    // the first value gets a range of a thousandth of itself on each side
    const reach = Math.abs(value) * 1e-3 + 1e-9
    low = value - reach
    scale = BINS / (2 * reach)
  }
  let place = (value - low) * scale
  for (let merges = 0; place < 0 || place >= BINS; merges++) {
    const down = place < 0
    // six merges leave all weight in the outermost bin, where it stays: a value 2^100 away costs no more
    if (merges < MERGES_MAX) mergePairs(bins, first, down)
    if (down) low -= BINS / scale
    scale *= 0.5
    place = (value - low) * scale
  }
  header[head + LOW] = low
  header[head + SCALE] = scale
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
