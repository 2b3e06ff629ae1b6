import { join } from 'node:path'
import { conditions, type Standing } from './app/conditions.ts'
import { kafkaParts, usesKafka } from './app/kafka-parts.ts'
import { LiveRules } from './app/live-rules.ts'
import { Reloader, type ReloadResult } from './app/reload.ts'
import { SwappableScanner, SwappableSinks } from './app/swap.ts'
import { BatchPool } from './columns/batch-pool.ts'
import { KeyTable } from './columns/key-table.ts'
import type { Clock, Random } from './core/clock.ts'
import type { Component } from './core/component.ts'
import type { Finding, FindingEmitter } from './core/finding.ts'
import { VERSION } from './core/version.ts'
import { createDetectors } from './detectors/engine.ts'
import { Gateway } from './ingest/gateway/gateway.ts'
import { KafkaReceiver } from './ingest/kafka/receiver.ts'
import { decodeOtlp } from './ingest/otlp/decode/decode-otlp.ts'
import { OtlpGrpcReceiver } from './ingest/otlp/grpc/receiver.ts'
import { OtlpHttpReceiver } from './ingest/otlp/http/receiver.ts'
import { Checkpoints } from './pipeline/checkpoints.ts'
import { addDetectorMetrics } from './pipeline/detector-metrics.ts'
import { FindingLog } from './pipeline/finding-log.ts'
import { Pipeline } from './pipeline/pipeline.ts'
import { Shards } from './pipeline/shards.ts'
import { SnapshottedStates } from './pipeline/stream-states.ts'
import { Tap } from './pipeline/tap.ts'
import type { RootConfig } from './registry.ts'
import { createScanner } from './scanner/create-scanner.ts'
import { Sightings } from './scanner/fold.ts'
import { classifyName, NAME_NONE } from './scanner/name-grammar.ts'
import { allowInForce, rulesInForce } from './scanner/rules-in-force.ts'
import { AdminServer } from './server/admin-server.ts'
import { Feedback } from './sinks/feedback/feedback.ts'
import { feedbackView } from './sinks/feedback/feedback-view.ts'
import { JsonFile } from './sinks/feedback/json-file.ts'
import { Silences } from './sinks/feedback/silences.ts'
import { createSinks } from './sinks/sinks.ts'
import { BlobFiles } from './state/blob-files.ts'
import { defaultDataDir } from './state/data-dir.ts'
import { DataDirLock } from './state/data-dir-lock.ts'
import { loadInstanceKey } from './state/instance-key.ts'
import type { Logger } from './telemetry/logger.ts'
import { Meter } from './telemetry/meter.ts'
import { addProcessMetrics } from './telemetry/process-metrics.ts'

export interface AppSettings {
  readonly config: RootConfig
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads the configuration again, for a hot reload. @throws TelltaleError CONFIG_INVALID, CONFIG_UNREADABLE */
  readonly reload?: () => RootConfig
  /** Where its metrics go; its own when left out. */
  readonly meter?: Meter
  /** Sees every finding before the sinks do; for the demo and tests. */
  readonly onFinding?: FindingEmitter
}

/** A running daemon. */
export interface App {
  /** `host:port` of what listens, null where a receiver is off. */
  readonly addresses: { readonly http: string | null; readonly grpc: string | null; readonly admin: string }
  /** Validates the configuration and puts in force what can change while running. @throws TelltaleError */
  reload(): Promise<ReloadResult>
  /** Drains within the configured deadline; twice is the same. @returns findings neither delivered nor on disk */
  stop(): Promise<{ readonly lost: number }>
}

const OTLP_STREAM = 'otlp'
/** Shown for the whole value of an attribute whose name says that it is a secret. */
const NAMED_MASK = '********'
/** Two a partition are under way at once; this many are kept for the next. */
const KAFKA_IDLE_BATCHES = 32
/** Time of the whole drain kept for handing findings over after input has ended. */
const FLUSH_SHARE = 0.5
/** Time the old sinks have to hand over on a reload; the rest stays in the spool for the new ones. */
const RELOAD_DRAIN_MS = 2000

/**
 * The composition root: makes every part and connects them. Downstream starts first, upstream stops first:
 *
 *   start: sinks -> pipeline -> state -> admin -> gateway -> receivers
 *   stop: receivers -> gateway -> pipeline -> state -> sinks -> admin
 *
 * @throws TelltaleError DATA_DIR_LOCKED, LISTEN_FAILED, CONFIG_UNREADABLE, STATE_DAMAGED; what had started is stopped again
 */
export async function startApp(settings: AppSettings): Promise<App> {
  const { config, env } = settings
  const dataDir = config.dataDir ?? defaultDataDir(env)
  const lock = await DataDirLock.take(dataDir)
  try {
    return await startLocked(settings, dataDir, lock)
  } catch (cause) {
    lock.release()
    throw cause
  }
}

async function startLocked(settings: AppSettings, dataDir: string, lock: DataDirLock): Promise<App> {
  const { config, clock, random, logger, env } = settings
  const key = loadInstanceKey(dataDir, config.instanceKeyFile)
  const meter = settings.meter ?? new Meter()
  const releaseProcessMetrics = addProcessMetrics(meter, VERSION)

  const keys = new KeyTable(key.hashSeed)
  const pool = new BatchPool(keys, config.ingest.kafka.enabled ? KAFKA_IDLE_BATCHES : undefined)
  const files = new BlobFiles(join(dataDir, 'state'))
  const kafka = usesKafka(config) ? await kafkaParts(config, logger, files) : null
  const sinkProducer = kafka === null ? {} : { kafka: () => kafka.producer }
  const feedback = new Feedback(new JsonFile(join(dataDir, 'feedback.json')))
  const silences = new Silences(new JsonFile(join(dataDir, 'silences.json')))
  await Promise.all([feedback.load(), silences.load()])
  const silenced = (finding: Finding, nowMs: number) => silences.covers(finding, nowMs)
  const makeSinks = (from: RootConfig) =>
    createSinks(from.sinks, { clock, random, logger, meter, dataDir, silenced, ...sinkProducer })
  const sinks = new SwappableSinks(makeSinks(config))
  const findings = new FindingLog(config.admin.recentFindings, meter, clock)
  const emit = findings.tee((finding) => {
    settings.onFinding?.(finding)
    sinks.emit(finding)
  })
  const { fingerprintKey } = key
  const sightings = new Sightings()
  let scanned = config
  const liveRules = new LiveRules({
    folder: config.scanner.rulesDir,
    env,
    logger,
    meter,
    onChange: () => scanner.replace(makeScanner(scanned)),
  })
  const makeScanner = (from: RootConfig) => {
    scanned = from
    const { rules, allow } = liveRules.current
    const inForce = { rules: rulesInForce(from.scanner, rules), allow: allowInForce(from.scanner, allow) }
    return createScanner(from.scanner, { fingerprintKey, ...inForce, clock, meter, sightings })
  }
  const scanner = new SwappableScanner(makeScanner(config))
  const mask = (text: string) => scanner.mask(text)
  const tolerance = (fingerprint: string) => feedback.factorOf(fingerprint)
  const shards = new Shards((stream) =>
    createDetectors(config.detectors, { keys, clock, mask, tolerance, gapless: stream !== OTLP_STREAM }),
  )
  shards.of(OTLP_STREAM)
  addDetectorMetrics(meter, shards)
  const named = (name: string, value: string) =>
    classifyName(name) === NAME_NONE ? scanner.mask(value) : NAMED_MASK
  const tap = new Tap({ text: mask, attribute: named }, random, keys.reserve('service.name', 0))
  const { rowsPerBatch, attributesPerBatch, depth } = config.limits
  const limits = { rowsMax: rowsPerBatch, attrsMax: attributesPerBatch, depthMax: depth }
  const pipeline = new Pipeline({
    decode: (batch, format) => decodeOtlp(batch, format, limits),
    shards,
    scanner,
    emit,
    clock,
    logger,
    meter,
    limits: config.limits,
    tap,
  })
  const storeOf = (stream: string) => (stream === OTLP_STREAM ? files : (kafka?.store ?? files))
  const durable = () => sinks.current.durable()
  const adopt = (finding: Finding) => sinks.current.adopt(finding)
  const states = new SnapshottedStates({
    shards,
    memory: sightings,
    adopt,
    storeOf,
    durable,
    clock,
    logger,
    meter,
  })
  const checkpoints = new Checkpoints(config.state, OTLP_STREAM, states)

  const gatewayProducer = kafka?.gatewayProducer ?? null
  const gateway =
    gatewayProducer === null
      ? null
      : new Gateway(config.gateway, { producer: gatewayProducer, clock, logger, meter })
  const deps = { pool, clock, logger, meter }
  const otlpDeps = { ...deps, intake: gateway ?? pipeline }
  const http = config.ingest.otlp.http.enabled ? new OtlpHttpReceiver(config.ingest.otlp, otlpDeps) : null
  const grpc = config.ingest.otlp.grpc.enabled ? new OtlpGrpcReceiver(config.ingest.otlp, otlpDeps) : null
  const kafkaReceiver =
    kafka === null || kafka.consumer === null
      ? null
      : new KafkaReceiver(config.ingest.kafka, {
          ...deps,
          intake: pipeline,
          consumer: kafka.consumer,
          producer: kafka.producer,
          states,
        })
  const reloader = new Reloader(config, {
    load: settings.reload ?? (() => config),
    apply: {
      scanner: (next) => scanner.replace(makeScanner(next)),
      sinks: (next) => sinks.replace(makeSinks(next), clock.nowMs() + RELOAD_DRAIN_MS),
      log: (next) => {
        logger.level = next.log.level
      },
    },
    clock,
    logger,
    meter,
  })
  let phase: Standing['phase'] = 'starting'
  const admin = new AdminServer({
    config: config.admin,
    meter,
    conditions: () =>
      conditions({
        phase,
        warming: shards.status().warming,
        sinks: sinks.current.health(),
        broker: kafkaReceiver?.trouble() ?? null,
      }),
    view: {
      findings: (filter) => findings.list(filter),
      finding: (id) => findings.get(id),
      profiles: () => ({ ...shards.status(), bands: shards.bands() }),
      series: (limit) => shards.survey(limit),
    },
    tap,
    reload: () => reloader.reload(),
    feedback: feedbackView({ feedback, silences, clock, finding: (id) => findings.get(id) }),
  })

  const downstreamFirst: Component[] = [sinks, pipeline, checkpoints, liveRules, admin]
  if (gateway !== null) downstreamFirst.push(gateway)
  if (http !== null) downstreamFirst.push(http)
  if (grpc !== null) downstreamFirst.push(grpc)
  if (kafkaReceiver !== null) downstreamFirst.push(kafkaReceiver)
  const started: Component[] = []
  const abort = new AbortController()
  try {
    for (const part of downstreamFirst) {
      await part.start(abort.signal)
      started.push(part)
    }
  } catch (cause) {
    for (const part of started.reverse()) await part.stop(clock.nowMs())
    releaseProcessMetrics()
    throw cause
  }

  phase = 'running'

  const stop = async (): Promise<{ lost: number }> => {
    phase = 'draining'
    const nowMs = clock.nowMs()
    const deadlineMs = nowMs + config.limits.drainDeadline
    const inputUntilMs = nowMs + config.limits.drainDeadline * (1 - FLUSH_SHARE)
    await Promise.all([http?.stop(inputUntilMs), grpc?.stop(inputUntilMs), kafkaReceiver?.stop(inputUntilMs)])
    await gateway?.stop(inputUntilMs)
    await pipeline.stop(inputUntilMs)
    await checkpoints.stop()
    const flushed = await sinks.current.flush(deadlineMs)
    await sinks.stop(deadlineMs)
    await kafka?.stop()
    await admin.stop()
    abort.abort()
    releaseProcessMetrics()
    lock.release()
    return flushed
  }
  let stopped: Promise<{ lost: number }> | null = null
  return {
    addresses: { http: textOf(http), grpc: textOf(grpc), admin: admin.address },
    reload: () => reloader.reload(),
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

function textOf(receiver: OtlpHttpReceiver | OtlpGrpcReceiver | null): string | null {
  const at = receiver?.address() ?? null
  if (at === null) return null
  return at.address.includes(':') ? `[${at.address}]:${at.port}` : `${at.address}:${at.port}`
}
