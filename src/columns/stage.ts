import type { Finding, FindingEmitter } from '../core/finding.ts'
import type { Outcome } from '../core/outcome.ts'
import type { RecordBatch } from './record-batch.ts'

/** How the payload of a batch is written; `rows`: the adapter has decoded it already. */
export type PayloadFormat = 'otlp_proto' | 'otlp_json' | 'rows'

/**
 * Turns the payload in `batch.bytes[0..payloadEnd)` into rows. Never throws on input.
 * @returns `done`, or `refused` with the reason; records it could tell were bad are counted in `batch.rejected` and
 *   left out.
 */
export type Decode = (batch: RecordBatch, format: PayloadFormat) => Outcome

/** The door of the pipeline. A transport fills a batch's payload and hands it over. */
export interface Intake {
  /** Asked before a body is read: null to go on, else what to answer at once (queue full, draining). */
  admit(payloadBytes: number): Outcome | null
  /**
   * Decodes, detects, scans. `settle` is called exactly once, possibly before `submit` returns; until then the batch
   * belongs to the pipeline. `refused` answers carry the decoder's error; `batch.rejected` and `batch.count` tell a
   * partial success.
   * @param wanted asked when the batch's turn comes: false leaves it unread and settles it as `retry`
   */
  submit(
    batch: RecordBatch,
    format: PayloadFormat,
    settle: (outcome: Outcome) => void,
    wanted?: () => boolean,
  ): void
}

/** Reads a decoded batch and emits findings; keeps nothing of the batch. */
export interface ScannerStage {
  /**
   * A step at a time, none longer than some milliseconds whatever the batch holds: a batch without secrets is one step.
   * To be taken to the end before the next batch.
   */
  scan(batch: RecordBatch, emit: FindingEmitter): Generator<void, void>
  /** Replaces every secret in a short text by its mask, for anything that is about to be shown. */
  mask(text: string): string
}

/** What a stage keeps of a stream between batches, so that a snapshot can hold it. */
export interface StreamMemory {
  save(stream: string): Uint8Array
  /** Replaces what is kept of the stream; null forgets it. What cannot be read is forgotten. Never throws. */
  load(stream: string, saved: Uint8Array | null): void
}

/** What the detectors thought of each row of a batch. The caller makes both arrays at least `batch.count` long. */
export interface RowScores {
  /** Nats: the surprise of the row's value, or else of the row, over all its series; 0 when it has nothing to say. */
  readonly score: Float64Array
  /** 1 where the row itself is evidence of an open finding, else 0. */
  readonly alert: Uint8Array
}

/** The detectors behind one interface; event time drives it, `tick` closes buckets when nothing arrives. */
export interface DetectorStage {
  /** @param rows filled for rows [0, batch.count) when given; only replay asks */
  observe(batch: RecordBatch, emit: FindingEmitter, rows?: RowScores): void
  /** @param nowMs wall time, ms since epoch */
  tick(nowMs: number, emit: FindingEmitter): void
  snapshot(): Uint8Array
  /** The same in pieces, got ready a step at a time; from the first step to the last piece nothing may be observed. */
  readState(): Generator<void, StateReading>
  /** @throws TelltaleError STATE_DAMAGED or STATE_SCHEMA; the stage is unchanged then */
  restore(bytes: Uint8Array): void
  /** Findings open now, as last told. */
  openFindings(): readonly Finding[]
  /** For `/api/v1/profiles` and self-metrics. */
  status(): DetectorStatus
  /** What came and what was expected since this process began; no part of a snapshot. One entry a profile. */
  bands(): readonly ProfileBand[]
  /** The busiest series and those with an open finding, at most `limit`; a step at a time, none longer than a millisecond. */
  survey(limit: number): Generator<void, readonly SeriesView[]>
}

/** The bytes of a state while it lies in memory. */
export interface StateReading {
  readonly bytes: number
  /** Each a megabyte or so, valid until the state changes. */
  readonly pieces: Iterable<Uint8Array>
}

/** A series as it is now. */
export interface SeriesView {
  readonly profile: string
  /** Masked. */
  readonly series: Readonly<Record<string, string>>
  readonly expectedPerS: number
  /** Over the last minute. */
  readonly observedPerS: number
  /** Nats of the detector nearest to its limit, and that limit; null while none is ready to judge. */
  readonly surprise: number
  readonly limit: number | null
  readonly open: boolean
}

/** Events in closed ten-second bins that had an expectation, summed over the series of a profile since the start. */
export interface ProfileBand {
  readonly profile: string
  readonly observed: number
  readonly expected: number
  /** Such that its increase over a minute is the variance of that minute's count, were series independent. */
  readonly variance: number
}

export interface DetectorStatus {
  readonly series: number
  readonly seriesMax: number
  readonly evictions: number
  readonly lateRows: number
  /** Rows of new series for which there was no room, counted once a profile. */
  readonly overflowRows: number
  readonly open: number
  readonly stateBytes: number
  /** No series is old enough to judge yet. */
  readonly warming: boolean
  /** One entry a profile definition. */
  readonly profiles: readonly { readonly name: string; readonly series: number; readonly open: number }[]
}

/** State that was loaded. */
export interface OpenedState {
  /** Everything of the stream below this offset has been observed. */
  readonly offset: number
  /** False when a newer snapshot was there and could not be read. */
  readonly newest: boolean
}

/** Detector state that belongs to a stream; the pipeline keeps it, the stream's receiver says when. */
export interface StreamStates {
  /**
   * Loads the newest snapshot that can be read into the stream's detectors, else starts them cold. Never rejects.
   * @returns null when cold
   */
  open(stream: string): Promise<OpenedState | null>
  /**
   * Says that everything that arrived before a moment has been observed, so that silence up to it is silence. A stream
   * of which this was said once lives by it; others live by the wall clock.
   * @param untilMs ms since epoch
   */
  observedUntil(stream: string, untilMs: number): void
  /**
   * Takes a snapshot at once, before returning its promise: everything below `offset` has been observed.
   * @returns true when it is durable, so are the findings before it, and the stream is still ours
   */
  checkpoint(stream: string, offset: number): Promise<boolean>
  /** Forgets a stream that is no longer ours. */
  close(stream: string): void
}
