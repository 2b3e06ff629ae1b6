import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors } from '../../src/detectors/engine.ts'
import { decodeOtlp } from '../../src/ingest/otlp/decode/decode-otlp.ts'
import { Shards } from '../../src/pipeline/shards.ts'
import { SnapshottedStates } from '../../src/pipeline/stream-states.ts'
import { BlobFiles } from '../../src/state/blob-files.ts'
import { decodeSnapshot } from '../../src/state/snapshot-format.ts'
import { Meter } from '../../src/telemetry/meter.ts'
import { encodeProto } from '../support/payload.ts'

/** What checkpoints to a file cost by series held: turns of the loop, waiting, bytes, and memory while one is written. */

export interface SnapshotCost {
  readonly series: number
  readonly bytes: number
  readonly bytesPerSeries: number
  /** Longest turn of the loop during a checkpoint, ms; median of the runs, as all of these. */
  readonly pauseMs: number
  /** How long the stream waits, ms. */
  readonly heldMs: number
  /** That over the time it takes to copy as many bytes. */
  readonly heldOverCopy: number
  readonly restoreMs: number
  /** Resident memory while a checkpoint is written over that before. */
  readonly residentRatio: number
}

const STREAM = 'kafka:t/0'
const RUNS = 5
const PER_BATCH = 4000
const ROUTES = 100
const ROUNDS = 2
const START_MS = Date.UTC(2026, 0, 1)
const limits = { rowsMax: 262_144, attrsMax: 4_194_304, depthMax: 16 }
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })

/** Records of series [from, from + n). */
function requestOf(from: number, n: number, timeMs: number) {
  const resourceLogs = []
  for (let s = from; s < from + n; s += ROUTES) {
    const logRecords = Array.from({ length: Math.min(ROUTES, from + n - s) }, (_, r) => ({
      timeUnixNano: `${timeMs}000000`,
      observedTimeUnixNano: `${timeMs}000000`,
      severityNumber: 9,
      severityText: 'INFO',
      body: { stringValue: 'done' },
      attributes: [text('http.route', `/route/${r}`), text('client.address', `10.0.0.${r}`)],
      traceId: '',
      spanId: '',
      flags: 0,
    }))
    const resource = { attributes: [text('service.name', `service-${s / ROUTES}`)] }
    resourceLogs.push({ resource, scopeLogs: [{ scope: { name: '', version: '' }, logRecords }] })
  }
  return { resourceLogs }
}

const median = (of: number[]): number => of.sort((a, b) => a - b)[of.length >> 1]!

export async function snapshotCost(wanted: number): Promise<SnapshotCost> {
  const keys = new KeyTable(7)
  const clock = { nowMs: () => START_MS + 3_600_000 }
  const profiles = [
    {
      name: 'series',
      signals: ['logs'],
      series: ['service.name', 'http.route'],
      subject: ['client.address'],
    },
  ]
  const config = detectorsConfig.parse({ maxSeries: wanted, profiles })
  const detectors = createDetectors(config, { keys, clock })
  const batch = new RecordBatch(keys)
  for (let round = 0; round < ROUNDS; round++) {
    for (let from = 0; from < wanted; from += PER_BATCH) {
      batch.reset(SIGNAL_LOGS)
      batch.receivedMs = clock.nowMs()
      const request = requestOf(from, Math.min(PER_BATCH, wanted - from), START_MS + round * 1000)
      batch.append(encodeProto(request))
      decodeOtlp(batch, 'otlp_proto', limits)
      detectors.observe(batch, () => {})
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'telltale-snapshot-'))
  const store = new BlobFiles(folder)
  const shards = new Shards(() => detectors)
  shards.of(STREAM)
  const states = new SnapshottedStates({
    shards,
    storeOf: () => store,
    durable: async () => {},
    clock,
    logger: pino({ level: 'silent' }),
    meter: new Meter(),
  })
  const pauses: number[] = []
  const holds: number[] = []
  const copies: number[] = []
  const ratios: number[] = []
  for (let i = 0; i < RUNS; i++) {
    globalThis.gc?.()
    const before = process.memoryUsage.rss()
    const t0 = performance.now()
    shards.onLetGo = () => void holds.push(performance.now() - t0)
    const written = states.checkpoint(STREAM, i)
    let [pauseMs, turnMs, peak] = [performance.now() - t0, performance.now(), 0]
    let running = true
    const turn = () => {
      pauseMs = Math.max(pauseMs, performance.now() - turnMs)
      peak = Math.max(peak, process.memoryUsage.rss())
      turnMs = performance.now()
      if (running) setImmediate(turn)
    }
    setImmediate(turn)
    if (!(await written)) throw new Error('not written')
    running = false
    pauses.push(pauseMs)
    ratios.push(peak / before)
    const state = detectors.snapshot()
    const t1 = performance.now()
    new Uint8Array(state.length).set(state)
    copies.push(performance.now() - t1)
  }
  const again = createDetectors(config, { keys, clock })
  const t2 = performance.now()
  let bytes = 0
  for await (const value of store.get(STREAM)) {
    bytes = value.length
    again.restore(decodeSnapshot(Buffer.from(value.buffer, value.byteOffset, value.byteLength)).state)
    break
  }
  const restoreMs = performance.now() - t2
  rmSync(folder, { recursive: true })
  const { series } = detectors.status()
  const pauseMs = median(pauses)
  return {
    series,
    bytes,
    bytesPerSeries: Math.round(bytes / series),
    pauseMs,
    heldMs: median(holds),
    heldOverCopy: median(holds) / median(copies),
    restoreMs,
    residentRatio: median(ratios),
  }
}

if (import.meta.main) {
  for (const wanted of [1_000, 10_000, 100_000]) {
    const c = await snapshotCost(wanted)
    process.stdout.write(
      `${c.series} series: longest turn ${c.pauseMs.toFixed(1)} ms, stream held ${c.heldMs.toFixed(0)} ms (${c.heldOverCopy.toFixed(1)} copies of it), restored in ${c.restoreMs.toFixed(0)} ms, ${(c.bytes / 1e6).toFixed(1)} MB, ${c.bytesPerSeries} B a series, resident memory times ${c.residentRatio.toFixed(2)}\n`,
    )
  }
}
