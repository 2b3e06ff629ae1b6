import { SIGNAL_NAMES } from '../columns/record-batch.ts'
import type { Counter, CounterFamily, Histogram, Meter } from '../telemetry/meter.ts'

/** What the pipeline counts, once per batch. Lists are indexed by signal. */
export class PipelineMetrics {
  readonly rows: readonly Counter[]
  readonly batches: readonly Counter[]
  readonly bytes: readonly Counter[]
  readonly rejected: Counter
  readonly deep: Counter
  readonly refusals: CounterFamily
  readonly decodeSeconds: Histogram
  readonly scanSeconds: Histogram
  readonly observeSeconds: Histogram

  constructor(meter: Meter) {
    const bySignal = (name: string, help: string) => {
      const family = meter.counterFamily(name, help, ['signal'])
      return SIGNAL_NAMES.map((signal) => family.with(signal))
    }
    this.rows = bySignal('telltale_rows_total', 'Records read: log records, spans, metric points.')
    this.batches = bySignal('telltale_batches_total', 'Requests or fetches read.')
    this.bytes = bySignal('telltale_payload_bytes_total', 'Payload bytes read, after decompression.')
    this.rejected = meter.counter('telltale_rows_rejected_total', 'Records left out of an accepted request.')
    this.deep = meter.counter(
      'telltale_values_deep_total',
      'Values nested deeper than `limits.depth`: scanned as bytes, not as fields.',
    )
    this.refusals = meter.counterFamily('telltale_refusals_total', 'Requests not accepted, by error code.', [
      'code',
    ])
    this.decodeSeconds = meter.histogram('telltale_decode_seconds', 'Time to decode one batch.')
    this.scanSeconds = meter.histogram('telltale_scan_seconds', 'Time to scan one batch for secrets.')
    this.observeSeconds = meter.histogram('telltale_observe_seconds', 'Time of the detectors on one batch.')
  }
}
