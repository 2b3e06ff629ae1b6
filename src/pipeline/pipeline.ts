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
  /** What is left to do with it, once it was begun. */
  steps: Generator<void, Outcome> | null
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
    this.#queue.push({ batch, format, settle, wanted, steps: null })
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
      if (next.steps === null) {
        if (this.#isHeld(next.batch.stream)) {
          this.#head += 1
          this.#aside.push(next)
          continue
        }
        this.#queuedBytes -= next.batch.payloadEnd
        next.steps = this.#process(next)
      }
      const step = next.steps.next()
      if (step.done === true) {
        this.#head += 1
        next.settle(step.value)
      } else if (this.#isHeld(next.batch.stream)) break
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

  #isHeld(stream: string): boolean {
    const shard = this.#parts.shards.find(stream)
    return shard !== undefined && this.#parts.shards.isHeld(shard)
  }

  /** The stage a batch goes into, undefined when its stream is not ours or it is not wanted any more. */
  #shardOf({ batch, wanted }: Waiting): DetectorStage | undefined {
    return wanted?.() === false ? undefined : this.#parts.shards.find(batch.stream)
  }

  /** One step for nearly every batch; more where the scanner has much to do. Then the world may have changed. */
  *#process(waiting: Waiting): Generator<void, Outcome> {
    const { batch, format } = waiting
    const { decode, scanner, emit } = this.#parts
    const metrics = this.#metrics
    try {
      if (this.#shardOf(waiting) === undefined) return this.#notOurs()
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
      let begun = t1
      let scanMs = 0
      for (const _ of scanner.scan(batch, emit)) {
        scanMs += performance.now() - begun
        yield
        begun = performance.now()
      }
      while (this.#isHeld(batch.stream)) yield
      const shard = this.#shardOf(waiting)
      if (shard === undefined) return this.#notOurs()
      const t2 = performance.now()
      metrics.scanSeconds.observe((scanMs + t2 - begun) / 1000)
      shard.observe(batch, emit)
      metrics.observeSeconds.observe((performance.now() - t2) / 1000)
      if (this.#parts.tap?.listening === true) this.#parts.tap.see(batch, this.#parts.clock.nowMs())
      return outcome
    } catch (cause) {
      this.#defect(cause, 'a batch hit a defect')
      return { kind: 'refused', cause: new TelltaleError('INTERNAL', 'internal error') }
    }
  }

  #notOurs(): Outcome {
    return this.#retry('DRAINING', 'the stream is no longer ours')
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
