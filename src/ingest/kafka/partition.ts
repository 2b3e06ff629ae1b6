import type { KafkaTopic } from './config.ts'
import type { TopicPartition } from './consumer.ts'

/** A partition that is ours now. A new object at each assignment, so that what is late can tell. */
export class OwnedPartition {
  readonly at: TopicPartition
  readonly topic: KafkaTopic
  /** Name of the stream, as findings and snapshots carry it. */
  readonly stream: string
  /** Offset after the newest message observed; -1 before the first. */
  next = -1
  /** What the newest checkpoint has seen. */
  saved = -1
  /** Newest offset on the broker. */
  high = -1
  paused = false
  /** Dead letters not yet acknowledged by the broker; a checkpoint waits for them. */
  readonly letters = new Set<Promise<void>>()

  constructor(at: TopicPartition, topic: KafkaTopic) {
    this.at = at
    this.topic = topic
    this.stream = streamOf(at)
  }

  get lag(): number {
    return this.high < 0 || this.next < 0 ? 0 : Math.max(0, this.high - this.next)
  }
}

export const streamOf = (at: TopicPartition): string => `kafka:${at.topic}/${at.partition}`
