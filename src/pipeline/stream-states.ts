import type { StreamStates } from '../columns/stage.ts'
import type { BlobStore } from '../core/blob-store.ts'
import type { Clock } from '../core/clock.ts'
import { TelltaleError } from '../core/errors.ts'
import { decodeSnapshot, encodeSnapshot } from '../state/snapshot-format.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Counter, CounterFamily, Meter } from '../telemetry/meter.ts'
import type { Shards } from './shards.ts'

export interface SnapshottedParts {
  readonly shards: Shards
  /** Where a stream's snapshots are kept. */
  readonly storeOf: (stream: string) => BlobStore
  /** Resolves when every finding emitted so far is delivered or safe on disk. */
  readonly durable: () => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
  readonly meter: Meter
}

/** Detector state of each stream, kept as snapshots in a store. */
export class SnapshottedStates implements StreamStates {
  readonly #parts: SnapshottedParts
  readonly #written: Counter
  readonly #failed: Counter
  readonly #skipped: CounterFamily
  readonly #newest = new Map<string, { bytes: number; writtenMs: number }>()

  constructor(parts: SnapshottedParts) {
    this.#parts = parts
    const { meter } = parts
    this.#written = meter.counter('telltale_snapshots_written_total', 'Snapshots made durable.')
    this.#failed = meter.counter('telltale_snapshots_failed_total', 'Snapshots that could not be written.')
    this.#skipped = meter.counterFamily(
      'telltale_snapshots_skipped_total',
      'Snapshots passed over when state was loaded, by reason.',
      ['code'],
    )
    meter.gaugeFamily('telltale_snapshot_bytes', 'Size of the newest snapshot of a stream.', ['stream'], () =>
      [...this.#newest].map(([stream, s]) => ({ labels: { stream }, value: s.bytes })),
    )
    meter.gaugeFamily(
      'telltale_snapshot_timestamp_seconds',
      'When the newest snapshot of a stream was written.',
      ['stream'],
      () => [...this.#newest].map(([stream, s]) => ({ labels: { stream }, value: s.writtenMs / 1000 })),
    )
  }

  async open(stream: string): Promise<number | null> {
    const { shards, storeOf, logger } = this.#parts
    shards.release(stream)
    const skip = (why: TelltaleError) => {
      this.#skipped.with(why.code).add()
      logger.warn({ code: why.code, stream }, `${why.message}; trying an older one, else starting cold`)
    }
    try {
      for await (const bytes of storeOf(stream).get(stream)) {
        try {
          const snapshot = decodeSnapshot(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
          if (snapshot.stream !== stream)
            throw new TelltaleError('STATE_DAMAGED', 'snapshot is of another stream')
          shards.of(stream).restore(snapshot.state)
          this.#newest.set(stream, { bytes: bytes.length, writtenMs: snapshot.writtenMs })
          logger.info({ stream, offset: snapshot.offset, bytes: bytes.length }, 'state restored')
          return snapshot.offset
        } catch (cause) {
          skip(
            cause instanceof TelltaleError
              ? cause
              : new TelltaleError('STATE_DAMAGED', 'snapshot cannot be read'),
          )
        }
      }
    } catch (cause) {
      skip(
        new TelltaleError(
          'STATE_DAMAGED',
          `snapshots cannot be listed (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`,
        ),
      )
    }
    shards.of(stream)
    return null
  }

  async checkpoint(stream: string, offset: number): Promise<boolean> {
    const { shards, storeOf, durable, clock, logger } = this.#parts
    const stage = shards.of(stream)
    const writtenMs = clock.nowMs()
    // before the first await: the state that has seen exactly the records below `offset`
    const bytes = encodeSnapshot({ stream, offset, writtenMs, state: stage.snapshot() })
    try {
      await durable()
      if (!shards.owns(stream, stage)) return false
      await storeOf(stream).put(stream, bytes)
    } catch (cause) {
      this.#failed.add()
      logger.warn(
        { stream, error: (cause as NodeJS.ErrnoException).code ?? (cause as Error).name },
        'snapshot not written',
      )
      return false
    }
    this.#written.add()
    this.#newest.set(stream, { bytes: bytes.length, writtenMs })
    return shards.owns(stream, stage)
  }

  close(stream: string): void {
    this.#parts.shards.release(stream)
    this.#newest.delete(stream)
  }
}
