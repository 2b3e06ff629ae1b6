import { DOWN, ERRORS, FROZEN, RARE, SHIFT, SUBJECTS, TAIL, UP } from './detector-table.ts'
import * as burst from './ewma-cusum/ewma-cusum.kernel.ts'
import * as baseline from './holt-winters/baseline.kernel.ts'
import * as sketch from './hyperloglog/hyperloglog.kernel.ts'
import * as errors from './mix/errors.kernel.ts'
import type { SeriesStore } from './series.ts'
import * as layout from './series-layout.ts'
import { SHIFT_AT } from './value-layout.ts'
import * as shift from './value-shift/value-shift.kernel.ts'

/**
 * Is this row part of the anomaly, or one of the ordinary ones in its midst? The log-odds, in nats, over the detectors
 * that carry the open finding: the excess of the rate as prior, then the likelihood ratio of its value (against a flat
 * density eight standard deviations wide), of its being an error, of its subject being new. Nothing is learned; call
 * before the row is observed, so that its subject is still new.
 * @param mask bits of the detectors of the open finding, 0 for none
 * @param error as observed; negative when errors are not watched
 * @param value NaN when it has none
 * @param hashA, hashB the subject; both 0 when it has none
 */
export function rowEvidence(
  store: SeriesStore,
  slot: number,
  mask: number,
  error: number,
  value: number,
  hashA: number,
  hashB: number,
): number {
  const { f64 } = store.core.chunk(slot)
  const base = store.core.base(slot)
  const has = (detector: number): boolean => ((mask >> detector) & 1) === 1
  const byValue = has(SHIFT) || has(TAIL) || has(RARE)
  const v = f64[base + layout.VALUE_SLOT]! - 1
  let odds = 0
  if (Number.isFinite(value) && v >= 0 && (byValue || mask === 0)) {
    const z = shift.standardised(store.values.chunk(v).f64, store.values.base(v) + SHIFT_AT, value)
    const far = Math.min(10, (z * z) / 2 - FLAT)
    if (mask === 0) return Math.max(0, far)
    odds += ofSome(far)
  }
  if (mask === 0) return 0
  if (has(UP)) {
    const ratio =
      1 /
      Math.max(
        1e-9,
        f64[base + layout.BURST + burst.GAP_MS]! * f64[base + layout.BASELINE + baseline.LAMBDA]!,
      )
    odds += Math.log(Math.max(0.05, Math.min(100, ratio - 1)))
  }
  if (mask === 1 << DOWN) return 0
  if (has(ERRORS) && error >= 0) {
    const at = base + layout.ERRORS_AT
    const p = errors.usual(f64, at)
    const p1 = Math.min(0.97, Math.max(2 * p, f64[at + errors.RECENT]!))
    odds += error === 1 ? Math.log(p1 / p) : Math.log((1 - p1) / (1 - p))
  }
  if (has(FROZEN) && v >= 0) {
    const repeats = store.values.chunk(v).f64[store.values.base(v) + SHIFT_AT + shift.LAST] === value
    odds += ofSome(repeats ? 3 : -3)
  }
  const s = f64[base + layout.SUBJECT_SLOT]! - 1
  if (has(SUBJECTS) && (hashA | hashB) !== 0 && s >= 0) {
    const { f64: g, u8 } = store.subjects.chunk(s)
    const at = store.subjects.base(s)
    const usual = sketch.usualShare(g, at)
    odds += sketch.isFresh(u8, at, store.precision, hashA, hashB)
      ? Math.log(0.5 / Math.min(0.5, usual))
      : -0.7
  }
  return odds
}

/** Half of an anomaly's rows show a sign of this log-likelihood ratio, nats; the others have ordinary values. */
const ofSome = (nats: number): number => Math.log(0.5 + 0.5 * Math.exp(nats))

/** ln of the ratio of a standard normal density at 0 to a flat one over 16 standard deviations. */
const FLAT = Math.log(16 / Math.sqrt(2 * Math.PI))
