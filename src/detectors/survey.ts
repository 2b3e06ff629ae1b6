import type { SeriesView } from '../columns/stage.ts'
import { DETECTORS } from './detector-table.ts'
import * as baseline from './holt-winters/baseline.kernel.ts'
import type { SeriesStore } from './series.ts'
import * as layout from './series-layout.ts'

/** Series looked at between two yields: well under a millisecond. */
const SLICE = 2048
/** Bins of ten seconds that a rate is taken over. */
const BINS = 6

export interface Surveyed {
  readonly store: SeriesStore
  readonly has: (slot: number) => boolean
  /** Event time, ms since epoch. */
  readonly nowMs: () => number
  /** What may be shown of a series: profile and masked key texts. */
  readonly nameOf: (slot: number) => { readonly profile: string; readonly series: Record<string, string> }
}

/**
 * The busiest series, and every one with an open finding, up to `limit`. Looks at all of them, a slice at a time, so
 * that a table of half a million holds nothing up; what changes meanwhile is seen before or after.
 */
export function* survey(of: Surveyed, limit: number): Generator<void, readonly SeriesView[]> {
  const { store } = of
  const best: { slot: number; weight: number }[] = []
  let least = Number.NEGATIVE_INFINITY
  for (let slot = 0; slot < store.core.high; slot++) {
    if (slot % SLICE === SLICE - 1) yield
    if (!of.has(slot)) continue
    const { f64 } = store.core.chunk(slot)
    const base = store.core.base(slot)
    // an open finding goes before any rate
    const open = f64[base + layout.OPEN]! > 0 ? 1e12 : 0
    const weight = open + ratePerS(of, slot)
    if (best.length === limit && weight <= least) continue
    best.push({ slot, weight })
    if (best.length <= limit) continue
    best.sort((a, b) => b.weight - a.weight)
    best.length = limit
    least = best[limit - 1]!.weight
  }
  best.sort((a, b) => b.weight - a.weight)
  return best.filter(({ slot }) => of.has(slot)).map(({ slot }) => view(of, slot))
}

function view(of: Surveyed, slot: number): SeriesView {
  const { store } = of
  const { f64 } = store.core.chunk(slot)
  const base = store.core.base(slot)
  let surprise = 0
  let limit: number | null = null
  for (let d = 0; d < DETECTORS; d++) {
    const bound = store.limitOf(slot, d)
    if (!Number.isFinite(bound)) continue // not ready to judge
    const score = store.scoreOf(slot, d)
    if (limit !== null && score / bound <= surprise / limit) continue
    surprise = score
    limit = bound
  }
  return {
    ...of.nameOf(slot),
    expectedPerS: f64[base + layout.BASELINE + baseline.LAMBDA]! * 1000,
    observedPerS: ratePerS(of, slot),
    surprise,
    limit,
    open: f64[base + layout.OPEN]! > 0,
  }
}

/** Bins of a silent series close late: what they hold is old by then. */
function ratePerS({ store, nowMs }: Surveyed, slot: number): number {
  if (store.silentMs(slot, nowMs()) > (BINS + 1) * baseline.BIN_MS) return 0
  return store.recentPerS(slot, nowMs(), BINS)
}
