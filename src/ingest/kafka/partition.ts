import type { KafkaTopic } from './config.ts'
import type { TopicPartition } from './consumer.ts'

/** A partition that is ours now. A new object at each assignment, so that what is late can tell. */
export class OwnedPartition {
  readonly at: TopicPartition
  readonly topic: KafkaTopic
  /** Name of the stream, as findings and snapshots carry it. */
  readonly stream: string
  /** Offset after the newest message observed; -1 before the start is known. */
  next = -1
  /** What the newest checkpoint has seen. */
  saved = -1
  /** Newest offset on the broker. */
  high = -1
  paused = false
  /** False once nothing more may be observed: revoked, lost, stopping, or a batch before could not be read. */
  taking = true
  /** Everything that came to the broker before this has been observed; ms since epoch. */
  observedMs = Number.NEGATIVE_INFINITY
  /** How long messages are on their way, from their timestamp to us, of late. */
  delayMs = 0
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

  /**
   * A message came that was sent after we had read everything. Silence is not believed for as long as messages are
   * usually on their way, which covers clocks that differ, too.
   */
  noteDelay(timestampMs: number, nowMs: number): void {
    if (timestampMs < this.observedMs - this.delayMs) return
    const delayMs = Math.min(MAX_DELAY_MS, Math.max(0, nowMs - timestampMs))
    this.delayMs = Math.max(delayMs, this.delayMs * DELAY_FADE)
  }
}

const MAX_DELAY_MS = 60_000
const DELAY_FADE = 0.98

export const streamOf = (at: TopicPartition): string => `kafka:${at.topic}/${at.partition}`
