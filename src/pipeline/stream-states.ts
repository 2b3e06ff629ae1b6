import { crc32 } from 'node:zlib'
import type { DetectorStage, OpenedState, StreamMemory, StreamStates } from '../columns/stage.ts'
import type { BlobStore } from '../core/blob-store.ts'
import type { Clock } from '../core/clock.ts'
import { TelltaleError } from '../core/errors.ts'
import type { Finding } from '../core/finding.ts'
import {
  CHECKSUM_BYTES,
  decodeSnapshot,
  type Snapshot,
  snapshotHead,
  snapshotTail,
} from '../state/snapshot-format.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Counter, CounterFamily, Meter } from '../telemetry/meter.ts'
import { HeldState } from './held-state.ts'
import type { Shards } from './shards.ts'

export interface SnapshottedParts {
  readonly shards: Shards
  /** What the scanner keeps of a stream; none when left out. */
  readonly memory?: StreamMemory
  /** Hears what is open in a state that was loaded: another instance may have told it. */
  readonly adopt?: (finding: Finding) => void
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
  /** The newest write of each stream: one at a time, in the order the snapshots were taken. */
  readonly #writes = new Map<string, Promise<boolean>>()
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

  async open(stream: string): Promise<OpenedState | null> {
    const { shards, memory, adopt, storeOf, logger } = this.#parts
    shards.release(stream)
    memory?.load(stream, null)
    const stage = shards.of(stream)
    const current = () => shards.owns(stream, stage) // else it went away while we read, and may be back already
    await this.#writes.get(stream) // or what it writes could be passed over
    let newest = true
    const skip = (why: TelltaleError) => {
      newest = false
      this.#skipped.with(why.code).add()
      logger.warn({ code: why.code, stream }, `${why.message}; trying an older one, else starting cold`)
    }
    try {
      for await (const bytes of storeOf(stream).get(stream)) {
        if (!current()) return null
        try {
          const snapshot = decodeSnapshot(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
          if (snapshot.stream !== stream)
            throw new TelltaleError('STATE_DAMAGED', 'snapshot is of another stream')
          stage.restore(snapshot.state)
          memory?.load(stream, snapshot.memory)
          if (adopt !== undefined) for (const finding of stage.openFindings()) adopt(finding)
          this.#newest.set(stream, { bytes: bytes.length, writtenMs: snapshot.writtenMs })
          logger.info({ stream, offset: snapshot.offset, bytes: bytes.length }, 'state restored')
          return { offset: snapshot.offset, newest }
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
    return null
  }

  checkpoint(stream: string, offset: number): Promise<boolean> {
    const { shards, memory, clock } = this.#parts
    const stage = shards.find(stream)
    if (stage === undefined) return Promise.resolve(false)
    const writtenMs = clock.nowMs()
    // at once: the state that has seen exactly the records below `offset`; the rest of the work can wait its turn
    const state = new HeldState(stage.readState(), shards.hold(stage))
    const seen = { stream, offset, writtenMs, memory: memory?.save(stream) ?? new Uint8Array(0) }
    const before = this.#writes.get(stream) ?? Promise.resolve(false)
    const safe = this.#parts.durable().then(() => {
      if (!shards.owns(stream, stage)) throw new Error('the stream is no longer ours')
    })
    safe.catch(() => {}) // looked at when all is written
    const write = before.then(() => this.#write(stage, seen, state, safe)).finally(() => state.end())
    this.#writes.set(stream, write)
    void write.then(() => {
      if (this.#writes.get(stream) === write) this.#writes.delete(stream)
    })
    return write
  }

  observedUntil(stream: string, untilMs: number): void {
    this.#parts.shards.observedUntil(stream, untilMs)
  }

  /** Never rejects. @param safe resolves when the findings before are delivered or on disk, and the stream is ours */
  async #write(
    stage: DetectorStage,
    seen: Omit<Snapshot, 'state'>,
    state: HeldState,
    safe: Promise<void>,
  ): Promise<boolean> {
    const { shards, storeOf, logger } = this.#parts
    const { stream, writtenMs } = seen
    let bytes = 0
    try {
      const stateBytes = await state.bytes
      const head = snapshotHead(seen, stateBytes)
      bytes = head.length + stateBytes + CHECKSUM_BYTES
      await storeOf(stream).put(stream, { bytes, pieces: checked(head, state.pieces()), sealed: safe })
    } catch (cause) {
      if (!shards.owns(stream, stage)) return false
      this.#failed.add()
      logger.warn(
        { stream, error: (cause as NodeJS.ErrnoException).code ?? (cause as Error).name },
        'snapshot not written',
      )
      return false
    }
    this.#written.add()
    this.#newest.set(stream, { bytes, writtenMs })
    return shards.owns(stream, stage)
  }

  close(stream: string): void {
    this.#parts.shards.release(stream)
    this.#parts.memory?.load(stream, null)
    this.#newest.delete(stream)
  }
}

async function* checked(head: Uint8Array, state: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let crc = crc32(head)
  yield head
  for await (const piece of state) {
    crc = crc32(piece, crc)
    yield piece
  }
  yield snapshotTail(crc)
}
