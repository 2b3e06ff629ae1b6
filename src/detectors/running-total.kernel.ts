import * as seriesLayoutModule from './series-layout.ts'

// V8 folds a local constant into hot code; what is imported is loaded and checked at every use.
const { COUNTER, COUNTER_OF } = seriesLayoutModule

/**
 * What a metric that only ever grows did since its last point: a counter's increase a second, a histogram's mean. Until
 * there are two points, and at a reset (the process began anew, the total fell), there is none: a restart costs a point
 * and is no anomaly of the value.
 *
 * Source: OpenTelemetry metrics data model, "Sums: resets and gaps".
 * @param f, base the series' core slot
 * @param total the point: a counter's value, a histogram's sum
 * @param of what it is divided by: a counter's time in s, a histogram's count
 * @returns NaN when there is none
 */
export function since(f: Float64Array, base: number, total: number, of: number): number {
  const lastTotal = f[base + COUNTER]!
  const lastOf = f[base + COUNTER_OF]!
  if (!(total - total === 0) || !(of > 0) || of === lastOf) return Number.NaN
  f[base + COUNTER] = total
  f[base + COUNTER_OF] = of
  if (lastOf === 0 || of < lastOf || total < lastTotal) return Number.NaN
  return (total - lastTotal) / (of - lastOf)
}
