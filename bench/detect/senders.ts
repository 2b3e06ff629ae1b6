import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import { seededRandom } from '../../src/core/clock.ts'
import type { AnomalyFinding, Finding } from '../../src/core/finding.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors } from '../../src/detectors/engine.ts'
import { RowWriter } from '../../src/ingest/file/row-writer.ts'
import { exponential } from './generate.ts'

/** One service behind several senders, each with an exporter of its own that gathers rows and sends them at intervals. */
export interface Senders {
  readonly senders: number
  /** Time between two batches of a sender; 0 sends every row at once, up to `jitterMs` late. */
  readonly flushMs: number
  readonly jitterMs: number
  readonly perS: number
  readonly hours: number
  /** The rate is multiplied by this from `surgeAtMs` for two minutes. */
  readonly surge: number
  readonly seed: number
}

export const SENDERS_START_MS = 1.76e12
export const SURGE_FOR_MS = 120_000
export const surgeAtMs = (load: Senders): number => SENDERS_START_MS + (load.hours - 0.1) * 3_600_000

/** Live, as OTLP arrives: a batch a request, a tick after each. @returns what opened */
export function runSenders(load: Senders): AnomalyFinding[] {
  let now = 0
  const random = seededRandom(load.seed)
  const keys = new KeyTable(1)
  const detectors = createDetectors(detectorsConfig.parse({}), { keys, clock: { nowMs: () => now } })
  const batch = new RecordBatch(keys)
  batch.stream = 'otlp'
  const writer = new RowWriter()
  const found: AnomalyFinding[] = []
  const emit = (f: Finding): void => {
    if (f.kind === 'anomaly' && f.state === 'open') found.push(f)
  }
  const from = surgeAtMs(load)
  const gapMs = (atMs: number): number => {
    const factor = atMs > from && atMs < from + SURGE_FOR_MS ? load.surge : 1
    return (exponential(random) * 1000 * load.senders) / (load.perS * factor)
  }
  const begin = (): void => {
    batch.reset(SIGNAL_LOGS)
    writer.begin(batch)
    const name = writer.appendText('checkout')
    nameEnd = batch.bytesEnd
    nameAt = name
  }
  let nameAt = 0
  let nameEnd = 0
  const put = (timeMs: number): void => {
    writer.startRow(writer.service(nameAt, nameEnd), timeMs)
    writer.severity(9)
    writer.endRow()
  }
  const endMs = SENDERS_START_MS + load.hours * 3_600_000
  if (load.flushMs === 0) {
    // one event process; what is on the way waits in a small heap by arrival
    const onTheWay: { at: number; timeMs: number }[] = []
    let t = SENDERS_START_MS
    while (t < endMs) {
      t += gapMs(t) / load.senders
      onTheWay.push({ at: t + 5 + load.jitterMs * random(), timeMs: t })
      onTheWay.sort((a, b) => a.at - b.at)
      while (onTheWay.length > 0 && onTheWay[0]!.at <= t) {
        const one = onTheWay.shift()!
        now = one.at
        begin()
        put(one.timeMs)
        detectors.observe(batch, emit)
      }
      detectors.tick(t, emit)
    }
    return found
  }
  const all = Array.from({ length: load.senders }, () => ({
    flushAtMs: SENDERS_START_MS + random() * load.flushMs,
    eventMs: SENDERS_START_MS + gapMs(0),
  }))
  for (;;) {
    const next = all.reduce((a, b) => (b.flushAtMs < a.flushAtMs ? b : a))
    if (next.flushAtMs > endMs) return found
    now = next.flushAtMs + 20
    begin()
    for (; next.eventMs < next.flushAtMs; next.eventMs += gapMs(next.eventMs)) put(next.eventMs)
    if (batch.count > 0) detectors.observe(batch, emit)
    detectors.tick(now, emit)
    next.flushAtMs += load.flushMs * (0.98 + random() * 0.04)
  }
}
