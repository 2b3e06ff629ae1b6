import type { Meter } from '../telemetry/meter.ts'
import type { Shards } from './shards.ts'

/** What the detectors hold, read when scraped. */
export function addDetectorMetrics(meter: Meter, shards: Shards): void {
  const status = oncePerTurn(() => shards.status())
  const bandsNow = oncePerTurn(() => shards.bands())
  meter.gauge('telltale_series', 'Series held by the detectors.', () => status().series)
  meter.gauge('telltale_series_max', 'Most series the detectors hold.', () => status().seriesMax)
  meter.gauge('telltale_detector_state_bytes', 'Memory of detector state.', () => status().stateBytes)
  meter.counterFrom(
    'telltale_series_evictions_total',
    'Idle series given up to make room.',
    () => status().evictions,
  )
  meter.counterFrom(
    'telltale_rows_late_total',
    'Rows older than the lateness allowed: scanned, not detected on.',
    () => status().lateRows,
  )
  meter.counterFrom(
    'telltale_rows_overflow_total',
    'Rows of new series that found every slot busy, once a profile: scanned, not detected on.',
    () => status().overflowRows,
  )
  meter.gaugeFamily('telltale_profile_series', 'Series of a profile.', ['profile'], () =>
    status().profiles.map((p) => ({ labels: { profile: p.name }, value: p.series })),
  )
  meter.gaugeFamily(
    'telltale_profile_open_findings',
    'Series of a profile with an open anomaly.',
    ['profile'],
    () => status().profiles.map((p) => ({ labels: { profile: p.name }, value: p.open })),
  )
  const bands = [
    ['observed_events', 'Events in closed ten-second bins that had an expectation.', 'observed'],
    ['expected_events', 'Events expected in those bins.', 'expected'],
    [
      'expected_variance',
      'Increases in a minute by the variance of its count, series taken as independent.',
      'variance',
    ],
  ] as const
  for (const [name, help, field] of bands) {
    meter.counterFamilyFrom(`telltale_profile_${name}_total`, help, ['profile'], () =>
      bandsNow().map((b) => ({ labels: { profile: b.profile }, value: b[field] })),
    )
  }
}

/** Each metric of a scrape asks; what they ask for looks at every stream. */
function oncePerTurn<T>(read: () => T): () => T {
  let known: { readonly value: T } | null = null
  return () => {
    if (known === null) {
      known = { value: read() }
      setImmediate(() => {
        known = null
      }).unref()
    }
    return known.value
  }
}
