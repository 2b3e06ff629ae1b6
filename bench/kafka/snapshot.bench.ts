import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors } from '../../src/detectors/engine.ts'
import { decodeOtlp } from '../../src/ingest/otlp/decode/decode-otlp.ts'
import { encodeSnapshot } from '../../src/state/snapshot-format.ts'
import { encodeProto, logsRequest } from '../support/payload.ts'

/** `npm run bench:snapshot`: what a checkpoint stops the loop for, and its size, by series held. */

const limits = { rowsMax: 262_144, attrsMax: 4_194_304, depthMax: 16 }
const RUNS = 5
for (const wanted of [1_000, 10_000, 100_000]) {
  const keys = new KeyTable(7)
  const clock = { nowMs: () => Date.UTC(2026, 0, 1) + 3_600_000 }
  const profiles = [{ name: 'series', signals: ['logs'], series: ['service.name', 'http.route'] }]
  const detectors = createDetectors(detectorsConfig.parse({ maxSeries: wanted, profiles }), { keys, clock })
  const batch = new RecordBatch(keys)
  for (let i = 0; detectors.status().series < wanted * 0.98 && i < 400; i++) {
    const shape = {
      seed: i,
      records: 4000,
      resources: 200,
      series: wanted,
      secrets: 0,
      startMs: Date.UTC(2026, 0, 1) + i * 100,
    }
    batch.reset(SIGNAL_LOGS)
    batch.receivedMs = clock.nowMs()
    batch.append(encodeProto(logsRequest(shape)))
    decodeOtlp(batch, 'otlp_proto', limits)
    detectors.observe(batch, () => {})
  }
  const took: number[] = []
  let bytes = 0
  for (let i = 0; i < RUNS; i++) {
    const t0 = performance.now()
    const state = detectors.snapshot()
    took.push(performance.now() - t0)
    bytes = encodeSnapshot({
      stream: 'kafka:t/0',
      offset: i,
      writtenMs: 0,
      state,
      memory: new Uint8Array(0),
    }).length
  }
  took.sort((a, b) => a - b)
  const { series } = detectors.status()
  process.stdout.write(
    `${series} series: pause ${took[RUNS >> 1]!.toFixed(1)} ms (median of ${RUNS}), ${(bytes / 1e6).toFixed(2)} MB, ${Math.round(bytes / series)} B a series\n`,
  )
}
