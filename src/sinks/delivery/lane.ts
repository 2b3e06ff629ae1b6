import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Random } from '../../core/clock.ts'
import { TelltaleError } from '../../core/errors.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { OpenFindings } from '../routing/open-findings.ts'
import type { FindingLog } from '../spool/finding-log.ts'
import { backoffMs } from './backoff.ts'
import { groupItems, itemFor, notification } from './notify.ts'
import { dueItems } from './reminders.ts'
import type { Item, Notification, Sink } from './sink.ts'
import type { SinkMetrics, SinkOutcome } from './sink-metrics.ts'

export interface LaneOptions {
  readonly name: string
  readonly type: string
  readonly sink: Sink
  readonly log: FindingLog
  readonly open: OpenFindings
  readonly retry: { readonly initial: number; readonly max: number; readonly giveUpAfter: number }
  /** ms a first finding of this route waits for others of its group */
  readonly groupWaitMs: (route: string) => number
  /** ms between reminders of this route; 0 for none */
  readonly repeatMs: (route: string) => number
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: SinkMetrics
}

/** Findings looked at in one round, and sends at once when groups are sent apart. */
const ROUND = 256
const PARALLEL = 4
/** How often an idle lane looks for reminders that are due, ms. */
const LOOK_MS = 1000
/** Refusals are said at most this often, ms; the counter has them all. */
const SAY_MS = 10_000

/** One sink's own loop: takes what waits for it, sends, retries, acknowledges. Its troubles stay its own. */
export class Lane {
  readonly name: string
  readonly type: string
  readonly #o: LaneOptions
  readonly #abort = new AbortController()
  #wake: (() => void) | null = null
  #running: Promise<void> | null = null
  #failures = 0
  #refusalSaidMs = Number.NEGATIVE_INFINITY
  /** Code of the last failure, or null when the last send succeeded. */
  failing: TelltaleError | null = null
  failingSinceMs = 0
  lastSuccessMs = 0

  constructor(options: LaneOptions) {
    this.#o = options
    this.name = options.name
    this.type = options.type
  }

  start(): void {
    this.#running ??= this.#run()
  }

  wake(): void {
    this.#wake?.()
  }

  pending(): number {
    return this.#o.log.pending(this.name).size
  }

  /** Ends the loop at once; what was not acknowledged stays in the log. */
  async stop(): Promise<void> {
    this.#abort.abort()
    this.wake()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      try {
        if (!(await this.#round())) await this.#idle()
      } catch (error) {
        // A defect in a sink must not end its lane: say so and go on after a pause.
        this.#o.logger.error({ sink: this.name, error: (error as Error).name }, 'a sink failed unexpectedly')
        await this.#pause(this.#o.retry.initial)
      }
    }
  }

  /** @returns false when there was nothing to do */
  async #round(): Promise<boolean> {
    const { log, sink } = this.#o
    const items = await this.#take()
    if (items.length === 0) {
      const due = dueItems(this.#o.open, this.name, sink.traits, this.#o.repeatMs, this.#o.clock.nowMs())
      if (due.length === 0 || this.pending() > 0) return this.pending() > 0
      await this.#each(groupItems(due, sink.traits.maxItems, sink.traits.mixesGroups), (n) => this.#remind(n))
      return true
    }
    const first = items[0]!
    const waitMs = this.#o.groupWaitMs(first.key.route) - (this.#o.clock.nowMs() - first.emittedMs)
    const grouped = Object.keys(first.key.group).length > 0
    if (grouped && waitMs > 0 && log.pending(this.name).size < ROUND) {
      await this.#pause(waitMs)
      return true
    }
    const notifications = groupItems(items, sink.traits.maxItems, sink.traits.mixesGroups)
    await this.#each(notifications, (n) => this.#deliver(n))
    return true
  }

  async #take(): Promise<(Item & { key: { route: string; group: Readonly<Record<string, string>> } })[]> {
    const items = []
    const sequences: number[] = []
    for (const sequence of this.#o.log.pending(this.name)) {
      if (sequences.length === ROUND) break
      sequences.push(sequence)
    }
    for (const sequence of sequences) {
      const record = await this.#o.log.load(sequence)
      const item = record === null ? null : itemFor(this.name, { sequence, record })
      if (item !== null) items.push(item)
      else if (record !== null) this.#o.log.acknowledge(this.name, [sequence])
    }
    return items
  }

  async #each(notifications: readonly Notification[], deliver: (n: Notification) => Promise<void>) {
    const queue = [...notifications]
    const worker = async () => {
      for (let n = queue.shift(); n !== undefined; n = queue.shift()) await deliver(n)
    }
    await Promise.all(Array.from({ length: Math.min(PARALLEL, queue.length) }, worker))
  }

  /** Sends until it is delivered, refused, expired, or the lane stops. */
  async #deliver(whole: Notification): Promise<void> {
    let n = whole
    for (let attempt = 1; !this.#abort.signal.aborted; attempt++) {
      n = this.#withoutExpired(n)
      if (n.items.length === 0) return
      const outcome = await this.#send(n)
      if (outcome.kind === 'done') return this.#delivered(n)
      if (outcome.kind === 'refused') return this.#refused(n, outcome.cause)
      const waitMs = Math.max(outcome.afterMs, backoffMs(this.#o.retry, attempt, this.#o.random))
      await this.#pause(Math.min(waitMs, Math.max(this.#o.retry.max, 300_000)))
    }
  }

  /** Reminders are not spooled: one that fails is due again at once. */
  async #remind(n: Notification): Promise<void> {
    const outcome = await this.#send(n)
    if (outcome.kind === 'done') return this.#told(n)
    await this.#pause(backoffMs(this.#o.retry, Math.max(1, this.#failures), this.#o.random))
  }

  async #send(n: Notification): Promise<Outcome> {
    let outcome: Outcome
    try {
      outcome = await this.#o.sink.send(n, this.#abort.signal)
    } catch (error) {
      const cause = new TelltaleError('INTERNAL', `the sink threw ${(error as Error).name}`)
      outcome = { kind: 'retry', afterMs: 0, cause }
    }
    if (this.#abort.signal.aborted && outcome.kind !== 'done') return outcome
    this.#o.metrics.attempt(this.name, outcome.kind)
    const nowMs = this.#o.clock.nowMs()
    if (outcome.kind === 'done') {
      if (this.failing !== null) this.#o.logger.info({ sink: this.name }, 'the receiver of findings is back')
      this.failing = null
      this.#failures = 0
      this.lastSuccessMs = nowMs
    } else if (outcome.kind === 'retry') {
      this.#failures++
      if (this.failing === null) {
        this.failingSinceMs = nowMs
        const { code, message } = outcome.cause
        this.#o.logger.warn({ sink: this.name, code, reason: message }, 'findings wait for their receiver')
      }
      this.failing = outcome.cause
    }
    return outcome
  }

  #delivered(n: Notification): void {
    const nowMs = this.#o.clock.nowMs()
    for (const item of n.items) this.#o.metrics.delivered(this.name, nowMs - item.emittedMs)
    this.#told(n)
    this.#acknowledge(n.items)
  }

  #told(n: Notification): void {
    const nowMs = this.#o.clock.nowMs()
    for (const { finding } of n.items) {
      const told = this.#o.open.get(finding.id)?.told.find((t) => t.sink === this.name)
      if (told !== undefined) told.atMs = nowMs
    }
  }

  /** The receiver will not take it as it is: look for the one finding it does not take, and give up only that one. */
  async #refused(n: Notification, cause: TelltaleError): Promise<void> {
    if (n.items.length > 1) {
      const half = n.items.length >> 1
      await this.#deliver(notification(n, n.items.slice(0, half)))
      await this.#deliver(notification(n, n.items.slice(half)))
      return
    }
    const nowMs = this.#o.clock.nowMs()
    if (nowMs - this.#refusalSaidMs >= SAY_MS) {
      this.#refusalSaidMs = nowMs
      this.#o.logger.error(
        { sink: this.name, code: cause.code, reason: cause.message, finding: n.items[0]!.finding.id },
        'a receiver refused a finding; it is given up',
      )
    }
    this.#giveUp(n.items, 'refused')
  }

  #withoutExpired(n: Notification): Notification {
    const sinceMs = this.#o.clock.nowMs() - this.#o.retry.giveUpAfter
    const expired = n.items.filter((item) => item.emittedMs < sinceMs)
    if (expired.length === 0) return n
    this.#o.logger.error({ sink: this.name, findings: expired.length }, 'findings expired undelivered')
    this.#giveUp(expired, 'expired')
    return notification(
      n,
      n.items.filter((item) => item.emittedMs >= sinceMs),
    )
  }

  #giveUp(items: readonly Item[], outcome: SinkOutcome): void {
    this.#o.metrics.finding(this.name, outcome, items.length)
    this.#acknowledge(items)
  }

  #acknowledge(items: readonly Item[]): void {
    this.#o.log.acknowledge(
      this.name,
      items.map((item) => item.sequence),
    )
  }

  async #idle(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = setTimeout(resolve, LOOK_MS)
      if (this.#abort.signal.aborted || this.pending() > 0) resolve()
    })
    clearTimeout(timer)
    this.#wake = null
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#abort.signal }).catch(() => {})
  }
}
