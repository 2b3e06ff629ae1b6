import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Random } from '../core/clock.ts'
import type { Component } from '../core/component.ts'
import { TelltaleError } from '../core/errors.ts'
import type { Finding, FindingEmitter } from '../core/finding.ts'
import type { KafkaProducer } from '../core/kafka-producer.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Meter } from '../telemetry/meter.ts'
import type { SinksConfig } from './config.ts'
import { Lane } from './delivery/lane.ts'
import type { Sink } from './delivery/sink.ts'
import { SinkMetrics } from './delivery/sink-metrics.ts'
import { makeSink, routedSink } from './make-sink.ts'
import { effectiveRoutes } from './routing/default-route.ts'
import { OpenFindings } from './routing/open-findings.ts'
import { Router } from './routing/router.ts'
import { FindingLog } from './spool/finding-log.ts'

export interface SinksOptions {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly meter: Meter
  /** Folder for the spool (`DATADIR/spool`); null keeps findings in memory only. */
  readonly dataDir: string | null
  /** Whether somebody silenced this finding; nobody by default. */
  readonly silenced?: (finding: Finding, nowMs: number) => boolean
  /** Producer for outputs of type `kafka`, asked for at each send. */
  readonly kafka?: () => KafkaProducer
  /** Descriptor of standard output; another one in tests. */
  readonly stdoutFd?: number
}

/** Something an operator should know; `/readyz` and `/api/v1` show it. Names no address. */
export interface SinkCondition {
  readonly sink: string
  readonly healthy: boolean
  /** Error code and message, or null. */
  readonly reason: string | null
  readonly sinceMs: number | null
  readonly pending: number
}

export interface Sinks extends Component {
  /** Takes a finding; returns at once, never throws. */
  readonly emit: FindingEmitter
  /** Takes a finding that another instance has told, and tells it no more: only what becomes of it. */
  readonly adopt: FindingEmitter
  health(): SinkCondition[]
  /** Resolves when everything emitted so far is delivered or fsynced in the spool. */
  durable(): Promise<void>
  /** Waits for delivery until the deadline. @returns findings neither delivered nor on disk */
  flush(deadlineMs: number): Promise<{ lost: number }>
}

/** Emits before `start` wait here, at most this many. */
const MAX_EARLY = 10_000
const SWEEP_MS = 60_000

/**
 * Findings on their way out.
 *
 *   emit ─> router (duplicate? silenced? which route? too many?) ─> log (memory, disk) ─> a lane per sink ─> receiver
 */
export function createSinks(config: SinksConfig, options: SinksOptions): Sinks {
  const { clock, random, logger, meter, dataDir } = options
  const metrics = new SinkMetrics(meter)
  const open = new OpenFindings()
  const sinks = new Map<string, Sink>()
  const kafka =
    options.kafka ??
    (() => {
      throw new TelltaleError('SINK_FAILED', 'there is no Kafka producer')
    })
  for (const [name, output] of Object.entries(config.outputs)) {
    const stdoutFd = options.stdoutFd ?? 1
    const deps = { name, clock, logger, publicUrl: config.publicUrl, open, stdoutFd, kafka }
    sinks.set(name, makeSink(output, deps))
  }
  const router = new Router({
    routes: effectiveRoutes(config),
    sinks: [...sinks].map(([name, sink]) => routedSink(name, config.outputs[name]!, sink)),
    remember: config.remember,
    silenced: options.silenced ?? (() => false),
    open,
  })
  const lanes = new Map<string, Lane>()
  const log = new FindingLog({
    dir: dataDir === null ? null : join(dataDir, 'spool'),
    maxBytes: config.spool.maxBytes,
    segmentBytes: Math.min(config.spool.segmentBytes, config.spool.maxBytes / 4),
    maxInMemory: config.spool.maxInMemory,
    fsyncEveryMs: config.spool.fsyncEvery,
    logger,
    checkpoint: () => router.checkpoint(),
    onDropped: (names, why) => {
      for (const name of names) metrics.finding(name, why)
      if (names.length > 0) sayDropped()
    },
    onPending: (name) => lanes.get(name)?.wake(),
  })
  for (const [name, sink] of sinks) {
    const { type } = config.outputs[name]!
    const groupWaitMs = (route: string) => router.routeConfig(route)?.groupWait ?? 0
    const repeatMs = (route: string) => router.routeConfig(route)?.repeatInterval ?? 0
    const { retry } = config
    lanes.set(
      name,
      new Lane({ name, type, sink, log, open, retry, groupWaitMs, repeatMs, clock, random, logger, metrics }),
    )
  }
  metrics.watch(
    [...lanes.values()].map((lane) => ({
      name: lane.name,
      type: lane.type,
      pending: () => lane.pending(),
      up: () => lane.failing === null,
      lastSuccessMs: () => lane.lastSuccessMs,
    })),
    () => log.bytes,
    config.spool.maxBytes,
  )

  let phase: 'created' | 'running' | 'stopped' = 'created'
  const early: Finding[] = []
  let sweep: NodeJS.Timeout | null = null
  let droppedSaidMs = 0
  let stopping: Promise<void> | null = null

  function sayDropped(): void {
    if (clock.nowMs() - droppedSaidMs < SWEEP_MS) return
    droppedSaidMs = clock.nowMs()
    logger.error(
      { code: 'SPOOL_FULL' },
      'findings are dropped undelivered; telltale_sink_findings_total counts them',
    )
  }

  function accept(finding: Finding): void {
    const nowMs = clock.nowMs()
    const { verdict, targets } = router.route(finding, nowMs)
    metrics.routed(verdict)
    if (verdict === 'accepted') log.append({ emittedMs: nowMs, targets, finding })
  }

  const emit: FindingEmitter = (finding) => {
    try {
      if (phase === 'running') accept(finding)
      else if (phase === 'created' && early.length < MAX_EARLY) early.push(finding)
    } catch (error) {
      logger.error({ error: (error as Error).name }, 'a finding could not be routed')
    }
  }

  /** What has been open without news for too long is told as resolved, so that no alert stays for ever. */
  function expireOpen(): void {
    const nowMs = clock.nowMs()
    for (const finding of open.expire(nowMs, nowMs - config.openExpiry)) {
      emit({ ...finding, state: 'resolved', endMs: finding.detectedMs })
    }
  }

  const working = (): boolean => [...lanes.values()].some((l) => l.pending() > 0 && l.failing === null)

  async function flush(deadlineMs: number): Promise<{ lost: number }> {
    await log.flush()
    // A lane whose receiver is down is not waited for: what it has is in the spool.
    while (working() && clock.nowMs() < deadlineMs) await sleep(5)
    await log.flush()
    return { lost: log.unsafe }
  }

  async function shutDown(deadlineMs: number): Promise<void> {
    const started = phase === 'running'
    phase = 'stopped'
    if (sweep !== null) clearInterval(sweep)
    if (started) await flush(deadlineMs)
    await Promise.all([...lanes.values()].map((lane) => lane.stop()))
    const lost = started ? await log.close() : early.length
    if (lost > 0) logger.error({ findings: lost }, 'findings were neither delivered nor spooled and are lost')
    await Promise.all([...sinks.values()].map((sink) => sink.stop()))
  }

  return {
    emit,
    adopt: (finding) => router.adopt(finding, clock.nowMs()),
    async start() {
      if (phase !== 'created') return
      await Promise.all([...sinks.values()].map((sink) => sink.start()))
      const { damagedBytes, orphans } = await log.open([...sinks.keys()], {
        onCheckpoint: (text) => router.restore(text),
        onFinding: (record) => router.recover(record),
      })
      if (damagedBytes > 0) {
        logger.warn({ bytes: damagedBytes }, 'the end of a spool file was torn or damaged and is left out')
      }
      if (orphans > 0) {
        logger.warn({ findings: orphans }, 'the spool held findings for an output that is configured no more')
      }
      phase = 'running'
      expireOpen()
      for (const finding of early.splice(0)) emit(finding)
      for (const lane of lanes.values()) lane.start()
      sweep = setInterval(expireOpen, SWEEP_MS)
      sweep.unref()
    },
    stop(deadlineMs) {
      stopping ??= shutDown(deadlineMs)
      return stopping
    },
    health: () => [
      ...[...lanes.values()].map((lane) => ({
        sink: lane.name,
        healthy: lane.failing === null,
        reason: lane.failing === null ? null : `${lane.failing.code}: ${lane.failing.message}`,
        sinceMs: lane.failing === null ? null : lane.failingSinceMs,
        pending: lane.pending(),
      })),
      ...spoolCondition(log),
    ],
    durable: () => log.durable(),
    flush,
  }
}

/** The spool shows among the sinks only while it cannot be written. */
function spoolCondition(log: FindingLog): SinkCondition[] {
  if (log.writeError === null) return []
  const reason = `the spool cannot be written: ${log.writeError}`
  return [{ sink: 'spool', healthy: false, reason, sinceMs: null, pending: log.unsafe }]
}
