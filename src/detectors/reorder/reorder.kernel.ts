import * as layout from './layout.ts'

/**
 * Counts of a series whose rows arrive out of order, put back in order: several senders of one service gather rows and
 * send them one after the other, so rows of one moment come in clumps, some seconds apart.
 *
 *   buckets by event time | open: rows may still come | ... | newest
 *                    HEAD ^-- complete when older than newest - REACH: their events are taken, all in its middle
 *
 * REACH is learned so that about one row in a hundred comes later than it; those count in the oldest open bucket. So the
 * rate detectors see events in order, REACH later. A series whose rows come in order has no slot here at all.
 *
 * Source: the punctuated watermark of Akidau et al., "The Dataflow Model", VLDB 2015, learned as a running quantile
 * (Robbins & Monro 1951).
 */
// V8 folds a local constant into hot code; an exported or imported one is loaded and checked at every use.
const { HEAD, LATEST, OVER, QUIET, REACH, RING, RING_AT, ROWS, WIDTH, WORDS, times } = layout

export * from './layout.ts'

const WIDTH_MIN_MS = 16
/** A reach is this many buckets at most. */
const BUCKETS_REACH = 24
const LATE_SHARE = 0.01
/** With more late rows than this the reach is wrong altogether; with fewer, a wild one does not set it. */
const MANY_LATE_SHARE = 0.1
const DECAY = 0.9
const SHRINK = 0.97
/** Half an hour. */
const QUIET_BINS = 180

/** @param lastMs newest row so far, all of them taken @param reachMs how late the first late row is */
export function reset(
  f: Float64Array,
  f32: Float32Array,
  base: number,
  lastMs: number,
  reachMs: number,
): void {
  f.fill(0, base, base + WORDS)
  f[base + REACH] = reachMs
  setWidth(f, f32, base, lastMs)
}

function widthFor(reachMs: number): number {
  let width = WIDTH_MIN_MS
  while (width * BUCKETS_REACH < reachMs) width *= 2
  return width
}

/** True when the buckets no longer suit the reach: take everything, then {@link setWidth}. */
export function isMisfit(f: Float64Array, base: number): boolean {
  const width = f[base + WIDTH]!
  const fit = widthFor(f[base + REACH]!)
  return fit > width || fit * 4 <= width
}

/** New buckets, all empty, from `lastMs` on. */
export function setWidth(f: Float64Array, f32: Float32Array, base: number, lastMs: number): void {
  const width = widthFor(f[base + REACH]!)
  f[base + WIDTH] = width
  f[base + HEAD] = Math.floor(lastMs / width)
  f32.fill(0, 2 * (base + RING_AT), 2 * (base + RING_AT) + RING)
}

/** Time up to which events were taken: nothing before it will come. ms since epoch */
export function settledMs(f: Float64Array, base: number): number {
  return f[base + HEAD]! * f[base + WIDTH]!
}

/** Everything before this must be taken for a row of this time to have a bucket. */
export function oldestFor(f: Float64Array, base: number, timeMs: number): number {
  const width = f[base + WIDTH]!
  return (Math.floor(timeMs / width) - RING + 1) * width
}

/**
 * One row. @param timeMs as it claims @param lastMs newest row of the series
 * @returns false, and nothing done, when a row so new has no bucket yet: take up to {@link oldestFor} first
 */
export function put(
  f: Float64Array,
  f32: Float32Array,
  base: number,
  timeMs: number,
  lastMs: number,
): boolean {
  const head = f[base + HEAD]!
  const claimed = Math.floor(timeMs / f[base + WIDTH]!)
  if (claimed >= head + RING) return false
  const late = lastMs - timeMs
  f[base + ROWS] = f[base + ROWS]! + 1
  if (late > 0) {
    if (late > f[base + REACH]!) f[base + OVER] = f[base + OVER]! + 1
    if (late > f[base + LATEST]!) f[base + LATEST] = late
  }
  const bucket = claimed > head ? claimed : head
  const at = 2 * (base + RING_AT) + (bucket & (RING - 1))
  f32[at] = f32[at]! + 1
  return true
}

/**
 * Takes the oldest complete bucket that is not empty; its time is in {@link times}. Call until it gives 0.
 * @param untilMs buckets that end by then are complete
 * @returns its events
 */
export function take(f: Float64Array, f32: Float32Array, base: number, untilMs: number): number {
  const width = f[base + WIDTH]!
  const ring = 2 * (base + RING_AT)
  const end = Math.floor(untilMs / width)
  let head = f[base + HEAD]!
  const last = Math.min(end, head + RING)
  for (; head < last; head++) {
    const at = ring + (head & (RING - 1))
    const events = f32[at]!
    if (events === 0) continue
    f32[at] = 0
    times[0] = (head + 0.5) * width
    f[base + HEAD] = head + 1
    return events
  }
  // a whole turn was emptied, so what is left is empty too
  f[base + HEAD] = Math.max(head, end)
  return 0
}

/** True when rows have come in order for half an hour. */
export function isQuiet(f: Float64Array, base: number): boolean {
  return f[base + QUIET]! >= QUIET_BINS
}

/** Closes a ten-second bin: learns the reach. */
export function closeBin(f: Float64Array, base: number): void {
  const latest = f[base + LATEST]!
  const reach = f[base + REACH]!
  if (f[base + OVER]! > LATE_SHARE * f[base + ROWS]! + 1) {
    const isMany = f[base + OVER]! > MANY_LATE_SHARE * f[base + ROWS]!
    f[base + REACH] = Math.max(reach, isMany ? latest : Math.min(latest, 2 * reach + WIDTH_MIN_MS))
    f[base + OVER] = 0
  } else if (latest < reach && f[base + OVER]! < 0.3 * LATE_SHARE * f[base + ROWS]! + 0.5)
    f[base + REACH] = Math.max(latest, reach * SHRINK)
  f[base + ROWS] = f[base + ROWS]! * DECAY
  f[base + OVER] = f[base + OVER]! * DECAY
  f[base + QUIET] = latest > 0 ? 0 : f[base + QUIET]! + 1
  f[base + LATEST] = 0
}
