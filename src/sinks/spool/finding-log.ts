import type { Logger } from '../../telemetry/logger.ts'
import { Durability } from './durability.ts'
import { type LogRecord, parseLogRecord } from './log-record.ts'
import { ACKNOWLEDGED, CHECKPOINT, encodeRecord, FINDING, HEADER_BYTES } from './record.ts'
import { type Segment, Segments } from './segments.ts'

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
  readonly onDropped: (sinks: readonly string[], why: 'overflow' | 'damaged') => void
  /** There is something new for this sink. */
  readonly onPending: (sink: string) => void
}

/** What reading an old spool tells the router, in the order it was written. */
export interface Recovery {
  onCheckpoint(text: string): void
  onFinding(record: LogRecord): void
}

interface Entry {
  readonly sequence: number
  /** null when memory was full and forgot it; it is on disk then. */
  record: LogRecord | null
  /** Sinks that have not delivered it. */
  readonly waiting: Set<string>
  segment: Segment | null
  /** Byte range of the payload in the segment. */
  start: number
  end: number
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
  readonly #durability = new Durability()
  readonly #entries = new Map<number, Entry>()
  /** Sequences in memory, oldest first. */
  readonly #inMemory = new Set<number>()
  readonly #pending = new Map<string, Set<number>>()
  /** Not shown to the sinks yet: shown after the write, so that what was delivered is known after a crash. */
  #hidden: Entry[] = []
  #unwritten: Entry[] = []
  #acknowledgements = new Map<string, number[]>()
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
  }

  /**
   * Reads what an earlier process left and starts a new segment. Rejects when the folder cannot be used.
   * @returns bytes that were no whole record, and findings that were meant for a sink that is configured no more
   */
  async open(
    sinks: readonly string[],
    recovery: Recovery,
  ): Promise<{ damagedBytes: number; orphans: number }> {
    for (const sink of sinks) this.#pending.set(sink, new Set())
    this.#open = true
    const segments = this.#segments
    if (segments === null) return { damagedBytes: 0, orphans: 0 }
    const unknown = new Set<number>()
    const damagedBytes = await segments.recover((segment, raw, bytes) => {
      this.#last = Math.max(this.#last, raw.sequence)
      const text = bytes.toString('utf8', raw.start, raw.end)
      if (raw.type === CHECKPOINT) recovery.onCheckpoint(text)
      else if (raw.type === ACKNOWLEDGED) this.#recoverAcknowledged(text, unknown)
      else if (raw.type === FINDING) {
        const record = parseLogRecord(text)
        if (record === null) return
        recovery.onFinding(record)
        const waiting = this.#known(record)
        if (waiting.size < record.targets.length) unknown.add(raw.sequence)
        if (waiting.size === 0) return
        segment.live++
        const { sequence, start, end } = raw
        this.#entries.set(sequence, { sequence, record: null, waiting, segment, start, end })
        for (const sink of waiting) this.#pending.get(sink)!.add(sequence)
      }
    })
    await segments.roll(this.#last, this.#options.checkpoint())
    await this.#removeDone()
    await this.#enforceCap()
    this.#timer = setInterval(() => this.#tick(), this.#options.fsyncEveryMs)
    this.#timer.unref()
    return { damagedBytes, orphans: unknown.size }
  }

  get bytes(): number {
    return this.#segments?.bytes ?? 0
  }

  /** Findings neither delivered nor fsynced. */
  get unsafe(): number {
    return this.#durability.size
  }

  /** Sequences this sink has to deliver, oldest first. */
  pending(sink: string): ReadonlySet<number> {
    return this.#pending.get(sink) ?? new Set()
  }

  /** Takes a finding; synchronous, never throws. */
  append(record: LogRecord): void {
    const waiting = this.#known(record)
    if (waiting.size === 0) return
    const sequence = ++this.#last
    const entry: Entry = { sequence, record, waiting, segment: null, start: 0, end: 0 }
    this.#entries.set(sequence, entry)
    this.#inMemory.add(sequence)
    this.#durability.add(sequence)
    this.#hidden.push(entry)
    if (this.#segments !== null) this.#unwritten.push(entry)
    this.#boundMemory()
    this.#scheduleFlush()
  }

  /** @returns the record, or null when it was dropped or cannot be read back */
  async load(sequence: number): Promise<LogRecord | null> {
    const entry = this.#entries.get(sequence)
    if (entry === undefined) return null
    if (entry.record !== null) return entry.record
    const text = await this.#segments!.read(entry.segment!, entry.start, entry.end).catch(() => null)
    const record = text === null ? null : parseLogRecord(text)
    if (record === null) this.#drop(entry, 'damaged')
    return record
  }

  /** The sink is done with these, delivered or not. */
  acknowledge(sink: string, sequences: readonly number[]): void {
    const pending = this.#pending.get(sink)
    if (pending === undefined || sequences.length === 0) return
    for (const sequence of sequences) {
      pending.delete(sequence)
      const entry = this.#entries.get(sequence)
      if (entry === undefined) continue
      entry.waiting.delete(sink)
      if (entry.waiting.size === 0) this.#forget(entry)
    }
    if (this.#segments === null) return
    const known = this.#acknowledgements.get(sink)
    if (known === undefined) this.#acknowledgements.set(sink, [...sequences])
    else known.push(...sequences)
    this.#scheduleFlush()
  }

  /** Resolves when everything appended so far is delivered to all its sinks or fsynced. */
  durable(): Promise<void> {
    const done = this.#durability.until(this.#last)
    if (this.#durability.size > 0) void this.flush()
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
    return this.#durability.size
  }

  #known(record: LogRecord): Set<string> {
    return new Set(record.targets.map((t) => t.sink).filter((s) => this.#pending.has(s)))
  }

  #recoverAcknowledged(text: string, unknown: Set<number>): void {
    let parsed: unknown
    try {
      parsed = JSON.parse(text)
    } catch {
      return
    }
    if (parsed === null || typeof parsed !== 'object') return
    for (const [sink, sequences] of Object.entries(parsed)) {
      if (!Array.isArray(sequences)) continue
      for (const sequence of sequences as unknown[]) {
        if (typeof sequence !== 'number') continue
        if (!this.#pending.has(sink)) unknown.delete(sequence)
        const entry = this.#entries.get(sequence)
        if (entry === undefined || !entry.waiting.delete(sink)) continue
        this.#pending.get(sink)?.delete(sequence)
        if (entry.waiting.size === 0) this.#forget(entry)
      }
    }
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
    const entries = this.#unwritten.filter((e) => e.waiting.size > 0)
    const acknowledgements = this.#acknowledgements
    this.#unwritten = []
    this.#acknowledgements = new Map()
    if (entries.length === 0 && acknowledgements.size === 0) return
    const hidden = this.#hidden.splice(0)
    // Taken before anything is awaited: it must not know a finding that is not in the log before it.
    const checkpoint = this.#isFull(this.#segments) ? this.#options.checkpoint() : null
    try {
      await this.#append(this.#segments, entries, acknowledgements)
      this.#publish(hidden)
      if (checkpoint !== null) await this.#segments.roll(this.#last, checkpoint)
      this.writeError = null
    } catch (error) {
      this.#failed(error)
    }
    this.#publish(hidden)
    this.#boundMemory()
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
  async #append(
    segments: Segments,
    entries: readonly Entry[],
    acknowledgements: ReadonlyMap<string, number[]>,
  ): Promise<void> {
    const records = entries.map((e) => encodeRecord(FINDING, e.sequence, JSON.stringify(e.record)))
    if (acknowledgements.size > 0) {
      const text = JSON.stringify(Object.fromEntries(acknowledgements))
      records.push(encodeRecord(ACKNOWLEDGED, this.#last, text))
    }
    let at: number
    try {
      at = await segments.append(records)
    } catch (error) {
      this.#unwritten = [...entries, ...this.#unwritten]
      for (const [sink, sequences] of acknowledgements) {
        this.#acknowledgements.set(sink, [...sequences, ...(this.#acknowledgements.get(sink) ?? [])])
      }
      throw error
    }
    this.#dirty = true
    for (const [i, entry] of entries.entries()) {
      entry.start = at + HEADER_BYTES
      at += records[i]!.length
      entry.end = at
      if (!this.#entries.has(entry.sequence)) continue
      entry.segment = segments.active
      segments.active.live++
    }
  }

  /** Shows findings to their sinks, and takes them from the list. */
  #publish(hidden = this.#hidden): void {
    const woken = new Set<string>()
    for (const entry of hidden.splice(0)) {
      for (const sink of entry.waiting) {
        this.#pending.get(sink)!.add(entry.sequence)
        woken.add(sink)
      }
    }
    for (const sink of woken) this.#options.onPending(sink)
  }

  async #sync(): Promise<void> {
    if (!this.#dirty || this.#segments === null) return
    const written = this.#durability.all().filter((s) => this.#entries.get(s)?.segment !== null)
    this.#dirty = false
    try {
      await this.#segments.sync()
      this.#durability.safe(written)
    } catch (error) {
      this.#dirty = true
      this.#failed(error)
    }
  }

  #tick(): void {
    if (this.#dirty || this.#unwritten.length > 0 || this.#acknowledgements.size > 0) void this.flush()
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

  #boundMemory(): void {
    while (this.#inMemory.size > this.#options.maxInMemory) {
      const oldest = this.#inMemory.values().next().value!
      this.#inMemory.delete(oldest)
      const entry = this.#entries.get(oldest)!
      if (entry.segment !== null) entry.record = null
      else this.#drop(entry, 'overflow')
    }
  }

  #drop(entry: Entry, why: 'overflow' | 'damaged'): void {
    const sinks = [...entry.waiting]
    for (const sink of sinks) this.#pending.get(sink)?.delete(entry.sequence)
    entry.waiting.clear()
    this.#forget(entry)
    this.#options.onDropped(sinks, why)
  }

  #forget(entry: Entry): void {
    if (!this.#entries.delete(entry.sequence)) return
    this.#inMemory.delete(entry.sequence)
    this.#durability.safe([entry.sequence])
    if (entry.segment !== null) entry.segment.live--
  }

  async #removeDone(): Promise<void> {
    const segments = this.#segments!
    while (segments.list.length > 1 && segments.list[0]!.live === 0) await segments.removeOldest()
  }

  async #enforceCap(): Promise<void> {
    const segments = this.#segments!
    while (segments.list.length > 1 && segments.bytes > this.#options.maxBytes) {
      const oldest = segments.list[0]!
      for (const entry of [...this.#entries.values()]) {
        if (entry.segment === oldest) this.#drop(entry, 'overflow')
      }
      await segments.removeOldest()
    }
  }
}
