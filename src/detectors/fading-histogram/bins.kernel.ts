import * as layoutModule from './layout.ts'

// V8 folds a local constant into hot code; what is imported is loaded and checked at every use.
const { BINS, HISTOGRAM_STRIDE, LOW, SCALE, SIGNAL_WEIGHT, SIGNALS, signals } = layoutModule

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
/** A range that uses no more than this many bins is halved; far fewer than half of them, so that it rarely happens. */
const NARROW_SPAN = 10
/** Bins with less weight, in values, hold nothing any more: one value gets there in 2,800. */
const FORGOTTEN = 0.25

/**
 * Adds a value to each of the histograms and tells how much weight its bin had before, with the neighbours' share and
 * the prior: above 0, and over the total with the value in it is the bin's probability.
 * Numbers come and go through {@link signals}, because doubles in a call that V8 does not inline become objects.
 *
 * @param header LOW and SCALE of the first histogram at `head`
 * @param bins its BINS weights at `first`
 * @param doublings the range may grow by for one value; what is still outside counts at the edge
 */
export function addSignals(
  header: Float64Array,
  head: number,
  bins: Float32Array,
  first: number,
  doublings: number,
): void {
  const weight = signals[SIGNAL_WEIGHT]!
  for (let s = 0; s < SIGNALS; s++, head += HISTOGRAM_STRIDE, first += BINS) {
    let place = (signals[s]! - header[head + LOW]!) * header[head + SCALE]!
    if (!(place >= 0 && place < BINS) || header[head + SCALE] === 0)
      place = widen(header, head, bins, first, signals[s]!, doublings)
    const k = place < 0 ? 0 : place < BINS ? place | 0 : LAST
    const at = first + k
    const own = bins[at]!
    const below = k > 0 ? bins[at - 1]! : 0
    const above = k < LAST ? bins[at + 1]! : 0
    bins[at] = own + weight
    signals[s] = own + NEIGHBOUR * (below + above) + PRIOR * weight
  }
}

/** Makes or doubles the range until it holds the value. @returns the value's place in bins, in range if it fits */
function widen(
  header: Float64Array,
  head: number,
  bins: Float32Array,
  first: number,
  value: number,
  doublings: number,
): number {
  let low = header[head + LOW]!
  let scale = header[head + SCALE]!
  if (scale === 0) {
    low = value - reachOf(value)
    scale = HALF / reachOf(value)
  }
  let place = (value - low) * scale
  for (let merges = 0; (place < 0 || place >= BINS) && merges < doublings; merges++) {
    const down = place < 0
    // six merges leave all weight in the outermost bin, where it stays
    if (merges < MERGES_MAX) mergePairs(bins, first, down)
    if (down) low -= BINS / scale
    scale *= 0.5
    place = (value - low) * scale
  }
  header[head + LOW] = low
  header[head + SCALE] = scale
  return place
}

/** Half of the least range around a value: a thousandth of it. */
const reachOf = (value: number): number => Math.abs(value) * 1e-3 + 1e-9

const wide = new Float32Array(BINS)

/**
 * Halves the range of a histogram whose weight has come to lie in few bins, so that one wild value does not coarsen
 * it for good. Each bin is split evenly; what is left outside goes to the edges.
 * @param weight of one value now
 */
export function narrow(
  header: Float64Array,
  head: number,
  bins: Float32Array,
  first: number,
  weight: number,
): void {
  const empty = FORGOTTEN * weight
  let from = 0
  let to = LAST
  while (from < to && bins[first + from]! < empty) from++
  while (to > from && bins[first + to]! < empty) to--
  const scale = header[head + SCALE]!
  const middle = header[head + LOW]! + (from + to + 1) / 2 / scale
  if (to - from + 1 > NARROW_SPAN || scale > HALF / 2 / reachOf(middle)) return
  const keep = Math.max(0, Math.min(HALF, from - ((HALF - (to - from + 1)) >> 1)))
  let below = 0
  let above = 0
  for (let i = 0; i < BINS; i++) {
    const w = bins[first + i]!
    wide[i] = w
    if (i < keep) below += w
    else if (i >= keep + HALF) above += w
  }
  for (let i = 0; i < BINS; i++) bins[first + i] = wide[keep + (i >> 1)]! / 2
  bins[first] = bins[first]! + below
  bins[first + LAST] = bins[first + LAST]! + above
  header[head + LOW] = header[head + LOW]! + keep / scale
  header[head + SCALE] = 2 * scale
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
