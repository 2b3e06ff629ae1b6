import { DOWN, ERRORS, FROZEN, NAMES, RARE, SHIFT, SUBJECTS, TAIL, TEMPLATES, UP } from './detector-table.ts'
import * as burst from './ewma-cusum/ewma-cusum.kernel.ts'
import * as histogram from './fading-histogram/fading-histogram.kernel.ts'
import * as baseline from './holt-winters/baseline.kernel.ts'
import * as sketch from './hyperloglog/hyperloglog.kernel.ts'
import * as errors from './mix/errors.kernel.ts'
import { member } from './rate-score.kernel.ts'
import type { SeriesStore } from './series.ts'
import * as layout from './series-layout.ts'
import { SHIFT_AT } from './value-layout.ts'
import * as shift from './value-shift/value-shift.kernel.ts'

/** What one detector saw when its score was highest. */
export interface Observation {
  readonly name: string
  readonly surprise: number
  readonly limit: number
  readonly expected: number
  readonly observed: number
  readonly unit: string
}

/** CUSUM index from which on an UP counts as a burst. */
const BURST_INDEX = 2

/** Reads expected and observed off a series at the moment of the score. */
export function observation(
  store: SeriesStore,
  slot: number,
  detector: number,
  score: number,
  timeMs: number,
): Observation {
  const { f64, f32 } = store.core.chunk(slot)
  const base = store.core.base(slot)
  const limit = store.limitOf(slot, detector)
  const make = (
    expected: number,
    observed: number,
    unit: string,
    name: string = NAMES[detector]!,
  ): Observation => ({
    name,
    surprise: score,
    limit,
    expected,
    observed,
    unit,
  })
  if (detector === UP || detector === DOWN) {
    const expected = f64[base + layout.BASELINE + baseline.LAMBDA]! * 1000
    if (detector === UP) {
      const gap = f64[base + layout.BURST + burst.GAP_MS]!
      const isBurst = member >= BURST_INDEX
      const recent = store.recentPerS(slot, timeMs, 3)
      return make(
        expected,
        Math.max(recent, isBurst ? 1000 / Math.max(gap, 1) : 0),
        '{event}/s',
        isBurst ? 'burst' : 'rate',
      )
    }
    const silent = store.silentMs(slot, timeMs)
    const observed = silent * expected > 5000 ? 0 : recentPerS(f64, f32, base, timeMs, 6)
    return make(expected, observed, '{event}/s')
  }
  if (detector === ERRORS) {
    const at = base + layout.ERRORS_AT
    return make(errors.usual(f64, at), f64[at + errors.RECENT]!, '1')
  }
  if (detector === SUBJECTS) {
    const s = f64[base + layout.SUBJECT_SLOT]! - 1
    const g = store.subjects.chunk(s).f64
    const at = store.subjects.base(s)
    return make(sketch.usualShare(g, at), Math.min(1, g[at + sketch.RECENT_NEW]!), '1')
  }
  if (detector === TEMPLATES) {
    const { usual, recent } = store.templateFamily.shares(f64, base)
    return make(usual, recent, '1')
  }
  const v = f64[base + layout.VALUE_SLOT]! - 1
  const g = store.values.chunk(v).f64
  const at = store.values.base(v) + SHIFT_AT
  const usual = shift.valueAt(g, at, 0)
  if (detector === SHIFT) return make(usual, shift.valueAt(g, at, g[at + shift.RECENT]!), '1')
  if (detector === RARE) return make(histogram.expected, g[at + shift.LAST]!, '1')
  if (detector === TAIL || detector === FROZEN) return make(usual, g[at + shift.LAST]!, '1')
  return make(0, 0, '1')
}

/** Mean rate of the last `bins` bins and the running one, events per s. */
export function recentPerS(
  f64: Float64Array,
  f32: Float32Array,
  base: number,
  timeMs: number,
  bins: number,
): number {
  const at = base + layout.BASELINE
  const closed = baseline.recentCount(f64, f32, at, 2 * (base + layout.RING_AT), bins)
  const have = Math.min(bins, f64[at + baseline.BINS]!)
  const running = timeMs - (f64[at + baseline.BIN_END_MS]! - baseline.BIN_MS)
  const spanMs = have * baseline.BIN_MS + Math.max(0, Math.min(running, baseline.BIN_MS))
  return spanMs > 0 ? ((closed + f64[at + baseline.BIN_COUNT]!) * 1000) / spanMs : 0
}
