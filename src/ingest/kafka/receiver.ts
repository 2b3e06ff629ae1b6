import { setTimeout as sleep } from 'node:timers/promises'
import type { BatchPool } from '../../columns/batch-pool.ts'
import type { Intake, StreamStates } from '../../columns/stage.ts'
import type { Clock } from '../../core/clock.ts'
import type { Component } from '../../core/component.ts'
import type { ErrorCode } from '../../core/errors.ts'
import type { KafkaProducer } from '../../core/kafka-producer.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Meter } from '../../telemetry/meter.ts'
import type { KafkaConfig, KafkaTopic } from './config.ts'
import type { ConsumerHandlers, KafkaConsumer, KafkaMessage, TopicPartition } from './consumer.ts'
import { MessageBatches, type Unit } from './message-batches.ts'
import { KafkaMetrics } from './metrics.ts'
import { OwnedPartition, streamOf } from './partition.ts'

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

/** How long a full queue is waited for between two heartbeats. */
const WAIT_MS = 50

/**
 * A consumer group's messages into the pipeline, state and offset moving together:
 *
 *   assigned: load snapshot -> start at its offset        messages: cut -> submit -> settle -> next = offset + 1
 *   every so often, and when revoked: snapshot -> findings and dead letters durable -> store -> commit
 *
 * A committed offset never lies past the newest durable snapshot, and a snapshot brings its own offset: after a kill
 * the messages since then are observed again by the state that had not seen them, and give the same finding ids.
 */
export class KafkaReceiver implements Component, ConsumerHandlers {
  readonly #config: KafkaConfig
  readonly #deps: KafkaDeps
  readonly #metrics: KafkaMetrics
  readonly #owned = new Map<string, OwnedPartition>()
  readonly #batches = new Map<string, MessageBatches>()
  #timer: NodeJS.Timeout | null = null
  #saving: Promise<void> | null = null
  #started = false

  constructor(config: KafkaConfig, deps: KafkaDeps) {
    this.#config = config
    this.#deps = deps
    this.#metrics = new KafkaMetrics(deps.meter, () => this.#owned.values())
  }

  async start(): Promise<void> {
    this.#started = true
    await this.#deps.consumer.start(this)
    this.#timer = setInterval(() => void this.#saveAll(), this.#config.checkpointEvery)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    if (!this.#started) return
    this.#started = false
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#deps.consumer.stop()
  }

  async assigned(at: TopicPartition): Promise<number | null> {
    const stream = streamOf(at)
    const partition = new OwnedPartition(at, this.#topicOf(at.topic))
    this.#owned.set(stream, partition)
    const offset = await this.#deps.states.open(stream)
    if (offset !== null) partition.next = partition.saved = offset
    this.#deps.logger.info(
      { ...at, offset },
      offset === null ? 'partition assigned, cold' : 'partition assigned',
    )
    return offset
  }

  async revoked(all: readonly TopicPartition[]): Promise<void> {
    this.#metrics.rebalances.add()
    const given = all.map((at) => this.#owned.get(streamOf(at))).filter((p) => p !== undefined)
    await Promise.all(
      given.map(async (partition) => {
        await this.#save(partition) // its snapshot is taken before anything is awaited
        if (this.#owned.get(partition.stream) !== partition) return
        this.#owned.delete(partition.stream)
        this.#deps.states.close(partition.stream)
      }),
    )
  }

  highWatermark(at: TopicPartition, offset: number): void {
    const partition = this.#owned.get(streamOf(at))
    if (partition !== undefined) partition.high = offset
  }

  async messages(
    at: TopicPartition,
    messages: readonly KafkaMessage[],
    alive: () => Promise<void>,
  ): Promise<void> {
    const partition = this.#owned.get(streamOf(at))
    if (partition === undefined) return
    const fresh = messages.filter((m) => m.offset >= partition.next)
    this.#metrics.messages.with(at.topic).add(fresh.length)
    this.#metrics.bytes.with(at.topic).add(fresh.reduce((n, m) => n + (m.value?.length ?? 0), 0))
    const nowMs = this.#deps.clock.nowMs()
    const settled: Promise<void>[] = []
    for (const unit of this.#batchesOf(partition.topic).cut(partition.stream, fresh, nowMs)) {
      if (unit.kind === 'bad') {
        await Promise.all(settled) // `next` must not pass what is still in the queue
        this.#deadLetter(partition, unit.message, 'BAD_JSON')
        partition.next = unit.message.offset + 1
      } else if (await this.#room(partition, unit, alive)) settled.push(this.#submit(partition, unit))
      else break
    }
    await Promise.all(settled)
  }

  /** Waits until the queue takes the unit. @returns false when the partition is no longer ours */
  async #room(partition: OwnedPartition, unit: Unit, alive: () => Promise<void>): Promise<boolean> {
    const { intake, pool } = this.#deps
    while (intake.admit(unit.batch.payloadEnd) !== null) {
      if (!partition.paused) this.#metrics.pauses.add()
      partition.paused = true
      await sleep(WAIT_MS)
      await alive()
      if (this.#owned.get(partition.stream) !== partition || !this.#started) break
    }
    partition.paused = false
    const ours = this.#owned.get(partition.stream) === partition
    if (!ours) pool.give(unit.batch)
    return ours
  }

  #submit(partition: OwnedPartition, unit: Unit): Promise<void> {
    return new Promise((resolve) => {
      this.#deps.intake.submit(unit.batch, unit.format, (outcome) => {
        this.#settle(partition, unit, outcome)
        this.#deps.pool.give(unit.batch)
        resolve()
      })
    })
  }

  /** Called in the turn in which the detectors observed the unit, so state and `next` never differ. */
  #settle(partition: OwnedPartition, unit: Unit, outcome: Outcome): void {
    if (outcome.kind === 'retry') return // stopping, or no longer ours: whoever reads next starts before it
    if (outcome.kind === 'refused')
      for (const m of unit.messages) this.#deadLetter(partition, m, outcome.cause.code)
    partition.next = unit.messages.at(-1)!.offset + 1
  }

  #deadLetter(partition: OwnedPartition, message: KafkaMessage, code: ErrorCode): void {
    const { producer, logger } = this.#deps
    const { deadLetterTopic } = this.#config
    const { topic } = partition.at
    if (deadLetterTopic === undefined || producer === null) {
      this.#metrics.undecodable.with(topic, code, 'skipped').add()
      return
    }
    const headers = {
      ...message.headers,
      'telltale.error.code': code,
      'telltale.source.topic': topic,
      'telltale.source.partition': String(partition.at.partition),
      'telltale.source.offset': String(message.offset),
    }
    const key = message.key === null ? null : Buffer.from(message.key).toString('latin1')
    const letter = producer.send([{ topic: deadLetterTopic, key, value: message.value, headers }]).then(
      () => this.#metrics.undecodable.with(topic, code, 'dead-letter').add(),
      () => {
        this.#metrics.undecodable.with(topic, code, 'lost').add()
        logger.warn(
          { ...partition.at, offset: message.offset, code },
          'dead letter not written; the message is in its topic',
        )
      },
    )
    partition.letters.add(letter)
    void letter.then(() => partition.letters.delete(letter))
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
    if (offset < 0 || offset === partition.saved) return
    const saving = states.checkpoint(partition.stream, offset)
    await Promise.all(partition.letters)
    if (!(await saving) || this.#owned.get(partition.stream) !== partition) return
    partition.saved = offset
    try {
      await consumer.commit(partition.at, offset)
      this.#metrics.commits.with('done').add()
    } catch (cause) {
      // the snapshot carries the offset; the group's own only matters to a cold start and to lag shown elsewhere
      this.#metrics.commits.with('failed').add()
      logger.debug(
        { ...partition.at, error: (cause as { type?: string }).type ?? (cause as Error).name },
        'offset not committed',
      )
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
    return (
      this.#config.topics.find((t) => t.topic === name) ?? {
        topic: name,
        signal: 'logs',
        encoding: 'otlp_proto',
        fields: {},
      }
    )
  }
}
