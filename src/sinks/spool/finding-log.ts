import type { Logger } from '../../telemetry/logger.ts'
import { Backlog, type DropReason, type Entry } from './backlog.ts'
import { type LogRecord, parseLogRecord } from './log-record.ts'
import { type Recovery, readSpool } from './read-spool.ts'
import { HEADER_BYTES } from './record.ts'
import { Segments } from './segments.ts'
import { encodeWrite, Unwritten, type Write } from './unwritten.ts'

export interface FindingLogOptions {
  /** Folder of the segments; null keeps findings in memory only. */
  readonly dir: string | null
  /** Cap of all segments together; past it the oldest segment goes. */
  readonly maxBytes: number
  readonly segmentBytes: number
  /** Most findings held in memory; older ones are read back from disk when their turn comes. */
  readonly maxInMemory: number
  /** ms between fsyncs of what was written; `durable` does not wait for it. */
  readonly fsyncEveryMs: number
  readonly logger: Logger
  /** State of the router for the head of a segment, in pieces of JSON. */
  readonly checkpoint: () => Iterable<string>
  /** A finding left without being delivered to these sinks. */
  readonly onDropped: (sinks: readonly string[], why: DropReason) => void
  /** There is something new for this sink. */
  readonly onPending: (sink: string) => void
}

/** Bytes of findings that pay for one byte of a checkpoint. */
const HEADS_EARNED = 2

/**
 * Every accepted finding, once, in one log that all sinks read: append, deliver, acknowledge.
 *
 *   append ──> memory ──write──> [segment][segment][segment (newest)]
 *                │                   ^ read back when memory forgot
 *   sink A  <────┤   each sink acknowledges on its own; a segment goes when all its findings are acknowledged
 *   sink B  <────┘   and it is the oldest, so an acknowledgement never goes before its finding
 *
 * A write that fails (disk full) is tried again; meanwhile findings are delivered from memory.
 */
export class FindingLog {
  readonly #options: FindingLogOptions
  readonly #segments: Segments | null
  readonly #backlog: Backlog
  /** Not shown to the sinks yet: shown after the write, so that what was delivered is known after a crash. */
  #hidden: Entry[] = []
  readonly #unwritten = new Unwritten()
  #last = 0
  #dirty = false
  #flushing: Promise<void> | null = null
  #flushAsked = false
  #timer: NodeJS.Timeout | null = null
  #open = false
  /** Reason the last write failed (an errno code), or null. */
  writeError: string | null = null

  constructor(options: FindingLogOptions) {
    this.#options = options
    this.#segments = options.dir === null ? null : new Segments(options.dir)
    this.#backlog = new Backlog(options.maxInMemory, options.onDropped)
  }

  /**
   * Reads what an earlier process left and starts a new segment. Rejects when the folder cannot be used.
   * @returns bytes that were no whole record, and findings that were meant for a sink that is configured no more
   */
  async open(
    sinks: readonly string[],
    recovery: Recovery,
  ): Promise<{ damagedBytes: number; orphans: number }> {
    for (const sink of sinks) this.#backlog.addSink(sink)
    this.#open = true
    const segments = this.#segments
    if (segments === null) return { damagedBytes: 0, orphans: 0 }
    const { last, damagedBytes, orphans } = await readSpool(segments, this.#backlog, recovery)
    this.#last = last
    await segments.roll(this.#last, this.#options.checkpoint())
    await this.#removeDone()
    await this.#enforceCap()
    this.#timer = setInterval(() => this.#tick(), this.#options.fsyncEveryMs)
    this.#timer.unref()
    return { damagedBytes, orphans }
  }

  get bytes(): number {
    return this.#segments?.bytes ?? 0
  }

  /** Findings neither delivered nor fsynced. */
  get unsafe(): number {
    return this.#backlog.durability.size
  }

  /** Sequences this sink has to deliver, oldest first. */
  pending(sink: string): ReadonlySet<number> {
    return this.#backlog.pending(sink)
  }

  /** Takes a finding; synchronous, never throws. */
  append(record: LogRecord): void {
    const waiting = this.#backlog.sinksOf(record)
    if (waiting.size === 0) return
    const entry = this.#backlog.add(++this.#last, record, waiting)
    this.#hidden.push(entry)
    if (this.#segments !== null) this.#unwritten.add(entry)
    this.#backlog.boundMemory()
    this.#scheduleFlush()
  }

  /** @returns the record, or null when it was dropped or cannot be read back */
  async load(sequence: number): Promise<LogRecord | null> {
    const entry = this.#backlog.get(sequence)
    if (entry === undefined) return null
    if (entry.record !== null) return entry.record
    const text = await this.#segments!.read(entry.segment!, entry.start, entry.end).catch(() => null)
    const record = text === null ? null : parseLogRecord(text)
    if (record === null) this.#backlog.drop(entry, 'damaged')
    return record
  }

  /** The sink is done with these, delivered or not. */
  acknowledge(sink: string, sequences: readonly number[]): void {
    if (sequences.length === 0 || !this.#backlog.hasSink(sink)) return
    this.#backlog.acknowledge(sink, sequences)
    if (this.#segments === null) return
    this.#unwritten.acknowledge(sink, sequences)
    this.#scheduleFlush()
  }

  /** Resolves when everything appended so far is delivered to all its sinks or fsynced. */
  durable(): Promise<void> {
    const done = this.#backlog.durability.until(this.#last)
    if (this.#backlog.durability.size > 0) void this.flush()
    return done
  }

  /** Writes and fsyncs what there is; a failure is kept in `writeError` and tried again later. */
  async flush(): Promise<void> {
    if (!this.#open) return
    await this.#flushOnce()
    await this.#sync()
  }

  /** @returns findings that are neither delivered nor on disk */
  async close(): Promise<number> {
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.flush()
    this.#open = false
    await this.#segments?.close()
    return this.#backlog.durability.size
  }

  #scheduleFlush(): void {
    if (this.#flushAsked || !this.#open) return
    this.#flushAsked = true
    setImmediate(() => {
      this.#flushAsked = false
      void this.#flushOnce()
    })
  }

  /** One flush at a time; a second caller waits for the first, then flushes what came meanwhile. */
  async #flushOnce(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing
    if (!this.#open) return
    this.#flushing = this.#write().finally(() => {
      this.#flushing = null
    })
    await this.#flushing
  }

  async #write(): Promise<void> {
    if (this.#segments === null) return this.#publish()
    const write = this.#unwritten.take()
    if (write === null) return
    const hidden = this.#hidden.splice(0)
    // Taken before anything is awaited: it must not know a finding that is not in the log before it.
    const checkpoint = this.#isFull(this.#segments) ? this.#options.checkpoint() : null
    try {
      await this.#append(this.#segments, write)
      this.#publish(hidden)
      if (checkpoint !== null) await this.#segments.roll(this.#last, checkpoint)
      this.writeError = null
    } catch (error) {
      this.#failed(error)
    }
    this.#publish(hidden)
    this.#backlog.boundMemory()
    await this.#removeDone()
    await this.#enforceCap()
  }

  /**
   * Whether the newest segment has taken so much since its checkpoint that another is due. A checkpoint larger than
   * `segmentBytes` has to be earned by as many bytes of findings: else, with thousands of findings open, each finding
   * would cost a checkpoint.
   */
  #isFull(segments: Segments): boolean {
    const { bytes, headBytes } = segments.active
    const { segmentBytes, maxBytes } = this.#options
    const earned = Math.min(HEADS_EARNED * headBytes, maxBytes / 4)
    return bytes - headBytes >= Math.max(segmentBytes, earned)
  }

  /** Throws when the disk does not take them; they are unwritten again then. */
  async #append(segments: Segments, write: Write): Promise<void> {
    const records = encodeWrite(write, this.#last)
    let at: number
    try {
      at = await segments.append(records)
    } catch (error) {
      this.#unwritten.putBack(write)
      throw error
    }
    this.#dirty = true
    for (const [i, entry] of write.entries.entries()) {
      entry.start = at + HEADER_BYTES
      at += records[i]!.length
      entry.end = at
      if (this.#backlog.get(entry.sequence) === undefined) continue // dropped meanwhile
      entry.segment = segments.active
      segments.active.live++
    }
  }

  /** Shows findings to their sinks, and takes them from the list. */
  #publish(hidden = this.#hidden): void {
    const woken = new Set<string>()
    for (const entry of hidden.splice(0)) {
      this.#backlog.show(entry)
      for (const sink of entry.waiting) woken.add(sink)
    }
    for (const sink of woken) this.#options.onPending(sink)
  }

  async #sync(): Promise<void> {
    if (!this.#dirty || this.#segments === null) return
    const written = this.#backlog.durability.all().filter((s) => this.#backlog.get(s)?.segment !== null)
    this.#dirty = false
    try {
      await this.#segments.sync()
      this.#backlog.durability.safe(written)
    } catch (error) {
      this.#dirty = true
      this.#failed(error)
    }
  }

  #tick(): void {
    if (this.#dirty || !this.#unwritten.empty) void this.flush()
  }

  #failed(error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    if (this.writeError !== code) {
      this.#options.logger.error(
        { error: code },
        'the spool cannot be written; findings are delivered from memory until it can',
      )
    }
    this.writeError = code
  }

  async #removeDone(): Promise<void> {
    const segments = this.#segments!
    while (segments.list.length > 1 && segments.list[0]!.live === 0) await segments.removeOldest()
  }

  async #enforceCap(): Promise<void> {
    const segments = this.#segments!
    while (segments.list.length > 1 && segments.bytes > this.#options.maxBytes) {
      this.#backlog.dropSegment(segments.list[0]!)
      await segments.removeOldest()
    }
  }
}
