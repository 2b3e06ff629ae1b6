import { z } from 'zod'
import { duration } from '../config/scalars.ts'
import type { Clock } from '../core/clock.ts'
import type { Component } from '../core/component.ts'
import type { SnapshotStore } from '../state/snapshot-files.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Counter, CounterFamily, Meter } from '../telemetry/meter.ts'
import type { Shards } from './shards.ts'

export const stateConfig = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .meta({ description: 'Keep what the detectors learned across restarts.' }),
    every: duration()
      .prefault('60s')
      .meta({ description: 'How often a snapshot is written; also on drain.' }),
  })
  .meta({ description: 'Snapshots of detector state, under dataDir.' })

export interface CheckpointParts {
  readonly config: z.output<typeof stateConfig>
  readonly shards: Shards
  readonly store: SnapshotStore
  readonly clock: Clock
  readonly logger: Logger
  readonly meter: Meter
}

/** Keeps the state of a stream that has no offsets (OTLP) across restarts: at start, every so often, on drain. */
export class Checkpoints implements Component {
  readonly #parts: CheckpointParts
  readonly #stream: string
  readonly #written: Counter
  readonly #failed: Counter
  readonly #skipped: CounterFamily
  #timer: NodeJS.Timeout | null = null
  #saving: Promise<void> | null = null
  #started = false
  #lastBytes = 0
  #lastMs = 0

  constructor(stream: string, parts: CheckpointParts) {
    this.#stream = stream
    this.#parts = parts
    const { meter } = parts
    this.#written = meter.counter('telltale_snapshots_written_total', 'Snapshots made durable.')
    this.#failed = meter.counter('telltale_snapshots_failed_total', 'Snapshots that could not be written.')
    this.#skipped = meter.counterFamily(
      'telltale_snapshots_skipped_total',
      'Snapshots passed over at start, by reason.',
      ['code'],
    )
    meter.gauge('telltale_snapshot_bytes', 'Size of the newest snapshot.', () => this.#lastBytes)
    meter.gauge(
      'telltale_snapshot_timestamp_seconds',
      'When the newest snapshot was written.',
      () => this.#lastMs / 1000,
    )
  }

  async start(): Promise<void> {
    const { config, shards, store, logger } = this.#parts
    if (!config.enabled) return
    const stage = shards.of(this.#stream)
    const loaded = await store.load(
      this.#stream,
      (snapshot) => stage.restore(snapshot.state),
      (why) => {
        this.#skipped.with(why.code).add()
        logger.warn(
          { code: why.code, stream: this.#stream },
          `${why.message}; trying an older one or starting cold`,
        )
      },
    )
    if (loaded !== null)
      logger.info(
        { stream: this.#stream, bytes: loaded.state.length, writtenMs: loaded.writtenMs },
        'state restored',
      )
    this.#started = true
    this.#timer = setInterval(() => void this.save(), config.every)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    if (!this.#started) return
    this.#started = false
    await this.#saving
    await this.save()
  }

  /** Writes a snapshot; a failure is logged and counted, never thrown. One at a time. */
  save(): Promise<void> {
    this.#saving ??= this.#save().finally(() => {
      this.#saving = null
    })
    return this.#saving
  }

  async #save(): Promise<void> {
    const { shards, store, clock, logger } = this.#parts
    const state = shards.of(this.#stream).snapshot()
    const writtenMs = clock.nowMs()
    try {
      await store.save({ stream: this.#stream, offset: 0, writtenMs, state })
      this.#written.add()
      this.#lastBytes = state.length
      this.#lastMs = writtenMs
    } catch (cause) {
      this.#failed.add()
      logger.warn({ error: (cause as Error).message }, 'snapshot not written')
    }
  }
}
