import { setTimeout as sleep } from 'node:timers/promises'
import type { BatchPool } from '../../columns/batch-pool.ts'
import type { Intake, OpenedState, StreamStates } from '../../columns/stage.ts'
import type { Clock } from '../../core/clock.ts'
import type { Component } from '../../core/component.ts'
import type { KafkaProducer } from '../../core/kafka-producer.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Meter } from '../../telemetry/meter.ts'
import type { KafkaConfig, KafkaTopic } from './config.ts'
import type { Bounds, ConsumerHandlers, KafkaConsumer, KafkaMessage, TopicPartition } from './consumer.ts'
import { DeadLetters } from './dead-letters.ts'
import { MessageBatches, type Unit } from './message-batches.ts'
import { KafkaMetrics } from './metrics.ts'
import { OwnedPartition, streamOf } from './partition.ts'
import { startOffset } from './start-offset.ts'

export interface KafkaDeps {
  readonly consumer: KafkaConsumer
  /** For dead letters; null counts and skips them. */
  readonly producer: KafkaProducer | null
  readonly intake: Intake
  readonly states: StreamStates
  readonly pool: BatchPool
  readonly clock: Clock
  readonly logger: Logger
  readonly meter: Meter
}

/**
 * Units of one partition in the queue at once. More only means more batches in memory: with a fetch of 20 in the queue,
 * making batches and collecting them took half of the time that decoding, scanning and detecting took.
 */
const UNITS_AHEAD = 2
/** How long a full queue is waited for between two heartbeats. */
const WAIT_MS = 50
/** How often the ends of the partitions are asked for: lag, silence, and logs that became shorter. */
const ENDS_EVERY_MS = 500
const BOUNDS_RETRY_MS = 500
/** Brokers that do not answer for this long are a condition people should see. */
const QUIET_MS = 10_000

/**
 * A consumer group's messages into the pipeline, state and offset moving together:
 *
 *   assigned: load snapshot -> start at its offset        messages: cut -> submit -> settle -> next = offset + 1
 *   every so often, and when revoked: snapshot -> findings and dead letters durable -> store -> commit
 *
 * A committed offset never lies past the newest durable snapshot, and a snapshot brings its own offset: after a kill
 * the messages since then are observed again by the state that had not seen them, and give the same finding ids.
 * Whatever a member that lost its partitions still writes is such a pair, too: older, never wrong.
 */
export class KafkaReceiver implements Component, ConsumerHandlers {
  readonly #config: KafkaConfig
  readonly #deps: KafkaDeps
  readonly #metrics: KafkaMetrics
  readonly #deadLetters: DeadLetters
  readonly #owned = new Map<string, OwnedPartition>()
  readonly #batches = new Map<string, MessageBatches>()
  #saveTimer: NodeJS.Timeout | null = null
  #endsTimer: NodeJS.Timeout | null = null
  #saving: Promise<void> | null = null
  #started = false
  /** When the brokers last answered, ms since epoch. */
  #answeredMs = 0

  constructor(config: KafkaConfig, deps: KafkaDeps) {
    this.#config = config
    this.#deps = deps
    this.#metrics = new KafkaMetrics(deps.meter, () => this.#owned.values())
    this.#deadLetters = new DeadLetters(config.deadLetterTopic, deps.producer, this.#metrics, deps.logger)
  }

  async start(): Promise<void> {
    this.#started = true
    this.#answeredMs = this.#deps.clock.nowMs()
    this.#deps.consumer.start(this)
    this.#saveTimer = setInterval(() => void this.#saveAll(), this.#config.checkpointEvery)
    this.#saveTimer.unref()
    this.#askEndsLater()
  }

  /** What is wrong with the brokers, or null. Names no address. */
  trouble(): string | null {
    if (!this.#started || this.#deps.clock.nowMs() - this.#answeredMs < QUIET_MS) return null
    if (this.#owned.size > 0) return 'the brokers do not answer'
    return 'no partition is assigned: the brokers do not answer, or other members have all of them'
  }

  async stop(deadlineMs: number): Promise<void> {
    if (!this.#started) return
    this.#started = false
    if (this.#saveTimer !== null) clearInterval(this.#saveTimer)
    if (this.#endsTimer !== null) clearTimeout(this.#endsTimer)
    await this.#deps.consumer.stop(deadlineMs)
  }

  async assigned(at: TopicPartition): Promise<number | null> {
    const { states, consumer, logger } = this.#deps
    this.#answeredMs = this.#deps.clock.nowMs()
    const partition = new OwnedPartition(at, this.#topicOf(at.topic))
    const { stream } = partition
    this.#owned.set(stream, partition)
    const state = await states.open(stream)
    states.observedUntil(stream, Number.NEGATIVE_INFINITY)
    const bounds = await this.#boundsOf(partition)
    if (bounds === null) return null
    const start = this.#startOf(state, bounds)
    partition.next = start.offset
    partition.high = bounds.high
    if (start.why === 'resumed') partition.saved = start.offset
    this.#metrics.starts.with(at.topic, start.why).add()
    this.#metrics.missed.with(at.topic).add(start.missed)
    const facts = { ...at, offset: start.offset, why: start.why, state: state === null ? 'cold' : 'kept' }
    if (start.why === 'expired' || start.why === 'recreated') {
      logger.warn(
        { ...facts, missed: start.missed },
        'the log does not hold what comes next; reading on from its beginning',
      )
    } else logger.info(facts, 'partition assigned')
    // or a kill before the first checkpoint would begin at the end of the log again, past what was read by then
    if (bounds.committed === null) await consumer.commit(at, start.offset).catch(() => {})
    return this.#owns(partition) ? start.offset : null
  }

  async revoked(all: readonly TopicPartition[]): Promise<void> {
    this.#metrics.rebalances.add()
    const given = all.map((at) => this.#owned.get(streamOf(at))).filter((p) => p !== undefined)
    await Promise.all(
      given.map(async (partition) => {
        const saving = this.#save(partition) // its snapshot is taken before anything is awaited
        partition.taking = false
        await saving
        if (this.#owns(partition)) this.#release(partition)
      }),
    )
  }

  lost(all: readonly TopicPartition[]): void {
    this.#metrics.rebalances.add()
    for (const at of all) {
      const partition = this.#owned.get(streamOf(at))
      if (partition !== undefined) this.#release(partition)
    }
  }

  async messages(
    at: TopicPartition,
    messages: readonly KafkaMessage[],
    alive: () => Promise<void>,
  ): Promise<void> {
    const partition = this.#owned.get(streamOf(at))
    if (partition === undefined || partition.next < 0) return
    const fresh = messages.filter((m) => m.offset >= partition.next)
    if (fresh.length === 0) return
    const nowMs = this.#deps.clock.nowMs()
    partition.noteDelay(fresh.at(-1)!.timestampMs, nowMs)
    this.#metrics.messages.with(at.topic).add(fresh.length)
    this.#metrics.bytes.with(at.topic).add(fresh.reduce((n, m) => n + (m.value?.length ?? 0), 0))
    const settled: Promise<void>[] = []
    for (const unit of this.#batchesOf(partition.topic).cut(partition.stream, fresh, nowMs)) {
      if (unit.kind === 'batch') {
        if (!(await this.#submit(partition, unit, alive, settled))) break
        if (settled.length >= UNITS_AHEAD) await settled.shift()
        continue
      }
      await Promise.all(settled) // `next` must not pass what is still in the queue
      if (!partition.taking) break
      if (unit.kind === 'bad') {
        this.#deadLetters.add(partition, unit.message, 'BAD_JSON')
        await this.#deadLetters.room(partition)
        if (!partition.taking) break
      }
      partition.next = unit.message.offset + 1
    }
    await Promise.all(settled)
    await this.#deadLetters.room(partition)
  }

  passed(at: TopicPartition, next: number): void {
    const partition = this.#owned.get(streamOf(at))
    if (partition?.taking === true && partition.next >= 0 && next > partition.next) partition.next = next
  }

  /** Waits until the queue takes the unit. @returns false when the partition is no longer ours */
  async #submit(
    partition: OwnedPartition,
    unit: Unit,
    alive: () => Promise<void>,
    settled: Promise<void>[],
  ): Promise<boolean> {
    try {
      while (partition.taking) {
        const done = this.#trySubmit(partition, unit)
        if (done !== null) {
          settled.push(done)
          return true
        }
        if (!partition.paused) this.#metrics.pauses.add()
        partition.paused = true
        await sleep(WAIT_MS)
        await alive()
      }
    } finally {
      partition.paused = false
    }
    this.#deps.pool.give(unit.batch)
    return false
  }

  /** @returns null when the queue is full: the unit is still ours to submit */
  #trySubmit(partition: OwnedPartition, unit: Unit): Promise<void> | null {
    let submitting = true
    let full = false
    const done = new Promise<void>((resolve) => {
      this.#deps.intake.submit(
        unit.batch,
        unit.format,
        (outcome) => {
          full = submitting && outcome.kind === 'retry'
          if (!full) {
            this.#settle(partition, unit, outcome)
            this.#deps.pool.give(unit.batch)
          }
          resolve()
        },
        () => partition.taking,
      )
    })
    submitting = false
    return full ? null : done
  }

  /** Called in the turn in which the detectors observed the unit, so state and `next` never differ. */
  #settle(partition: OwnedPartition, unit: Unit, outcome: Outcome): void {
    // not observed: what comes after must not be either, and whoever reads next starts before it
    if (outcome.kind === 'retry') partition.taking = false
    if (!partition.taking) return
    if (outcome.kind === 'refused')
      for (const m of unit.messages) this.#deadLetters.add(partition, m, outcome.cause.code)
    partition.next = unit.messages.at(-1)!.offset + 1
  }

  #owns(partition: OwnedPartition): boolean {
    return this.#owned.get(partition.stream) === partition
  }

  #release(partition: OwnedPartition): void {
    partition.taking = false
    this.#owned.delete(partition.stream)
    this.#deps.states.close(partition.stream)
  }

  /** @returns null when the partition went away meanwhile */
  async #boundsOf(partition: OwnedPartition): Promise<Bounds | null> {
    while (this.#owns(partition) && this.#started) {
      try {
        return await this.#deps.consumer.bounds(partition.at)
      } catch {
        await sleep(BOUNDS_RETRY_MS) // the client says what is wrong with its connections
      }
    }
    return null
  }

  #startOf(state: OpenedState | null, bounds: Bounds) {
    const { snapshotTopic, startFrom } = this.#config
    const shared = snapshotTopic !== undefined || state?.newest === false
    return startOffset({ ...bounds, snapshot: state?.offset ?? null, shared, startFrom })
  }

  #askEndsLater(): void {
    if (!this.#started) return
    this.#endsTimer = setTimeout(() => {
      void this.#askEnds()
        .catch(() => {}) // no answer: time of the streams stands still meanwhile
        .finally(() => this.#askEndsLater())
    }, ENDS_EVERY_MS)
    this.#endsTimer.unref()
  }

  async #askEnds(): Promise<void> {
    const { consumer, clock, states, logger } = this.#deps
    const asked = [...this.#owned.values()].filter((p) => p.taking && p.next >= 0)
    if (asked.length === 0) return
    const askedMs = clock.nowMs()
    const nexts = asked.map((p) => p.next) // while the answer is under way the log grows, and is read
    const ends = await consumer.ends(asked.map((p) => p.at))
    if (ends.some((end) => end !== null)) this.#answeredMs = clock.nowMs()
    asked.forEach((partition, i) => {
      const high = ends[i] ?? null
      if (high === null || !partition.taking) return
      partition.high = high
      if (partition.next === high) {
        partition.observedMs = askedMs - partition.delayMs
        states.observedUntil(partition.stream, partition.observedMs)
      } else if (partition.next > high && partition.next === nexts[i]) {
        // the topic was made anew, or a broker lost its end: what is there now has not been observed
        partition.next = 0
        partition.saved = -1
        this.#metrics.starts.with(partition.at.topic, 'recreated').add()
        logger.warn(
          { ...partition.at, high },
          'the log became shorter than what was read; reading it from its beginning',
        )
        consumer.seek(partition.at, 0)
      }
    })
  }

  /** One round at a time. */
  #saveAll(): Promise<void> {
    this.#saving ??= (async () => {
      for (const partition of [...this.#owned.values()]) await this.#save(partition)
    })().finally(() => {
      this.#saving = null
    })
    return this.#saving
  }

  async #save(partition: OwnedPartition): Promise<void> {
    const { states, consumer, logger } = this.#deps
    const offset = partition.next
    // one that was given away and came back has a new state by now, which does not go with this offset
    if (!this.#owns(partition) || offset < 0 || offset === partition.saved) return
    const saving = states.checkpoint(partition.stream, offset)
    await Promise.all(partition.letters)
    if (!(await saving) || !this.#owns(partition)) return
    partition.saved = offset
    try {
      await consumer.commit(partition.at, offset)
      this.#metrics.commits.with('done').add()
    } catch (cause) {
      // the snapshot carries the offset; the group's own only matters to a cold start and to lag shown elsewhere
      this.#metrics.commits.with('failed').add()
      const error = (cause as { type?: string }).type ?? (cause as Error).name
      logger.debug({ ...partition.at, error }, 'offset not committed')
    }
  }

  #batchesOf(topic: KafkaTopic): MessageBatches {
    const known = this.#batches.get(topic.topic)
    if (known !== undefined) return known
    const made = new MessageBatches(topic, this.#deps.pool)
    this.#batches.set(topic.topic, made)
    return made
  }

  #topicOf(name: string): KafkaTopic {
    const fallback = { topic: name, signal: 'logs', encoding: 'otlp_proto', fields: {} } as const
    return this.#config.topics.find((t) => t.topic === name) ?? fallback
  }
}
