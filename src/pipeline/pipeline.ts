import type { RecordBatch } from '../columns/record-batch.ts'
import type { Decode, DetectorStage, Intake, PayloadFormat, ScannerStage } from '../columns/stage.ts'
import type { Clock } from '../core/clock.ts'
import type { Component } from '../core/component.ts'
import { type ErrorCode, TelltaleError } from '../core/errors.ts'
import type { FindingEmitter } from '../core/finding.ts'
import { DONE, type Outcome } from '../core/outcome.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Meter } from '../telemetry/meter.ts'
import type { LimitsConfig } from './config.ts'
import { PipelineMetrics } from './metrics.ts'
import type { Shards } from './shards.ts'
import type { Tap } from './tap.ts'

export interface PipelineParts {
  readonly decode: Decode
  readonly shards: Shards
  readonly scanner: ScannerStage
  readonly emit: FindingEmitter
  readonly clock: Clock
  readonly logger: Logger
  readonly meter: Meter
  readonly limits: LimitsConfig
  /** Shown what flows while somebody looks. */
  readonly tap?: Pick<Tap, 'listening' | 'see'>
}

interface Waiting {
  readonly batch: RecordBatch
  readonly format: PayloadFormat
  readonly settle: (outcome: Outcome) => void
  readonly wanted: (() => boolean) | undefined
}

/** The loop gives sockets a turn after this long; long enough that a turn's overhead does not show. */
const TURN_MS = 10
const TICK_MS = 250

/**
 * The functional core on one thread, behind a bounded queue:
 *
 *   submit -> [waiting, bounded] -> decode -> scan -> observe -> settle      tick (250 ms) -> close buckets
 *                  ^ aside, while a snapshot of their stream's state is taken
 *
 * A batch that throws is a defect: it is counted, refused as INTERNAL, and the next one runs.
 */
export class Pipeline implements Intake, Component {
  readonly #parts: PipelineParts
  readonly #metrics: PipelineMetrics
  readonly #queue: Waiting[] = []
  #head = 0
  #queuedBytes = 0
  /** Taken from the queue and put aside while the state they go into is being read; in order. */
  #aside: Waiting[] = []
  #scheduled = false
  #draining = false
  #timer: NodeJS.Timeout | null = null
  #whenIdle: (() => void) | null = null

  constructor(parts: PipelineParts) {
    this.#parts = parts
    this.#metrics = new PipelineMetrics(parts.meter)
    parts.shards.onLetGo = () => this.#takeUp()
    parts.meter.gauge('telltale_queue_requests', 'Requests waiting to be decoded.', () => this.#waiting)
    parts.meter.gauge('telltale_queue_bytes', 'Payload bytes waiting to be decoded.', () => this.#queuedBytes)
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
    this.#timer.unref()
  }

  /** Reads what is waiting until the deadline; requests left then are answered DRAINING and logged as a count. */
  async stop(deadlineMs: number): Promise<void> {
    this.#draining = true
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    if (this.#waiting === 0) return
    const leftMs = Math.max(0, deadlineMs - this.#parts.clock.nowMs())
    await new Promise<void>((resolve) => {
      const timeout = setTimeout(resolve, leftMs)
      this.#whenIdle = () => {
        clearTimeout(timeout)
        resolve()
      }
    })
    const left = [...this.#aside.splice(0), ...this.#queue.splice(this.#head)]
    if (left.length === 0) return
    this.#parts.logger.warn(
      { requests: left.length },
      'drain deadline passed: requests not read, senders are told to retry',
    )
    for (const { settle } of left) settle(this.#retry('DRAINING', 'stopping'))
  }

  admit(payloadBytes: number): Outcome | null {
    if (this.#draining) return this.#retry('DRAINING', 'stopping')
    const { queueRequests, queueBytes } = this.#parts.limits
    const full =
      this.#waiting >= queueRequests || (this.#waiting > 0 && this.#queuedBytes + payloadBytes > queueBytes)
    return full ? this.#retry('QUEUE_FULL', 'the queue is full') : null
  }

  submit(
    batch: RecordBatch,
    format: PayloadFormat,
    settle: (outcome: Outcome) => void,
    wanted?: () => boolean,
  ): void {
    const refused = this.admit(batch.payloadEnd)
    if (refused !== null) {
      settle(refused)
      return
    }
    this.#queue.push({ batch, format, settle, wanted })
    this.#queuedBytes += batch.payloadEnd
    this.#schedule()
  }

  get #waiting(): number {
    return this.#queue.length - this.#head + this.#aside.length
  }

  /** What was put aside comes before what waits; where its state is still being read, it is put aside again. */
  #takeUp(): void {
    if (this.#aside.length === 0) return
    this.#queue.splice(this.#head, 0, ...this.#aside.splice(0))
    this.#schedule()
  }

  #retry(code: ErrorCode, message: string): Outcome {
    this.#metrics.refusals.with(code).add()
    return { kind: 'retry', afterMs: this.#parts.limits.retryAfter, cause: new TelltaleError(code, message) }
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#scheduled = false
    const until = performance.now() + TURN_MS
    while (this.#head < this.#queue.length) {
      const next = this.#queue[this.#head]!
      this.#head += 1
      const shard = this.#parts.shards.find(next.batch.stream)
      if (shard !== undefined && this.#parts.shards.isHeld(shard)) {
        this.#aside.push(next)
        continue
      }
      this.#queuedBytes -= next.batch.payloadEnd
      next.settle(this.#process(next, shard))
      if (performance.now() > until) break
    }
    // settled entries are dropped together: shift() would move the rest every time
    if (this.#head > 64 || this.#head === this.#queue.length) {
      this.#queue.splice(0, this.#head)
      this.#head = 0
    }
    if (this.#head < this.#queue.length) this.#schedule()
    else if (this.#aside.length === 0) this.#whenIdle?.()
  }

  /** @param shard of the batch's stream, undefined when that is not ours */
  #process({ batch, format, wanted }: Waiting, shard: DetectorStage | undefined): Outcome {
    const { decode, scanner, emit } = this.#parts
    const metrics = this.#metrics
    try {
      if (shard === undefined || wanted?.() === false)
        return this.#retry('DRAINING', 'the stream is no longer ours')
      const t0 = performance.now()
      const outcome = format === 'rows' ? DONE : decode(batch, format)
      const t1 = performance.now()
      metrics.decodeSeconds.observe((t1 - t0) / 1000)
      metrics.rejected.add(batch.rejected)
      metrics.deep.add(batch.deep)
      if (outcome.kind !== 'done') {
        metrics.refusals.with(outcome.cause.code).add()
        return outcome
      }
      metrics.rows[batch.signal]!.add(batch.count)
      metrics.batches[batch.signal]!.add()
      metrics.bytes[batch.signal]!.add(batch.payloadEnd)
      scanner.scan(batch, emit)
      const t2 = performance.now()
      metrics.scanSeconds.observe((t2 - t1) / 1000)
      shard.observe(batch, emit)
      metrics.observeSeconds.observe((performance.now() - t2) / 1000)
      if (this.#parts.tap?.listening === true) this.#parts.tap.see(batch, this.#parts.clock.nowMs())
      return outcome
    } catch (cause) {
      this.#defect(cause, 'a batch hit a defect')
      return { kind: 'refused', cause: new TelltaleError('INTERNAL', 'internal error') }
    }
  }

  #tick(): void {
    const { shards, clock, emit } = this.#parts
    try {
      shards.tick(clock.nowMs(), emit)
    } catch (cause) {
      this.#defect(cause, 'the detector timer hit a defect')
    }
  }

  /** An error's message may quote payload, so only its name and place are logged. */
  #defect(cause: unknown, message: string): void {
    this.#metrics.refusals.with('INTERNAL').add()
    const error = cause instanceof Error ? cause.name : 'unknown'
    const frames =
      cause instanceof Error ? (cause.stack ?? '').split('\n').filter((l) => l.startsWith('    at ')) : []
    this.#parts.logger.error({ error, where: frames.slice(0, 3).map((l) => l.trim()) }, message)
  }
}
