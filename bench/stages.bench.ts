import { KeyTable } from '../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../src/columns/record-batch.ts'
import { detectorsConfig } from '../src/detectors/config.ts'
import { createDetectors } from '../src/detectors/engine.ts'
import { decodeOtlp } from '../src/ingest/otlp/decode/decode-otlp.ts'
import { builtinRules } from '../src/scanner/builtin-rules.ts'
import { scannerConfig } from '../src/scanner/config.ts'
import { createScanner } from '../src/scanner/create-scanner.ts'
import { livePayload } from './e2e/live-payload.ts'

/**
 * What a log record costs in each stage of the daemon, in CPU time, over the requests of `bench:e2e` (protobuf, 512
 * records of nine attributes, 10,000 series): decode, scan, observe. The stages follow one another on each request, as
 * they do in the daemon, so each finds the caches as the one before left them. Compare the ratios to decode.
 *
 *   npm run bench:stages -- [ROUNDS] [--only scan|observe] [--secrets SHARE]
 */
const REQUESTS = 64
const RECORDS = 512
const rounds = /^\d+$/.test(process.argv[2] ?? '') ? Number(process.argv[2]) : 15
const option = (name: string): string | undefined =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined
const only = option('--only')
/** Share of records that hold a secret; 0 tells what ordinary ones cost. */
const secrets = Number(option('--secrets') ?? 0.005)

const STAGES = ['decode', 'scan', 'observe'] as const
type Stage = (typeof STAGES)[number]

const payloads = Array.from({ length: REQUESTS }, (_, i) =>
  livePayload({ seed: i + 1, records: RECORDS, series: 10_000, secrets }, 'protobuf'),
)
const keys = new KeyTable(1)
let nowMs = Date.UTC(2026, 0, 1)
const clock = { nowMs: () => nowMs }
const scanner = createScanner(scannerConfig.parse({}), {
  fingerprintKey: new Uint8Array(32),
  rules: builtinRules(),
  clock,
})
const detectors = createDetectors(detectorsConfig.parse({}), { keys, clock })
const batch = new RecordBatch(keys, 'linear')
const limits = { rowsMax: 1e6, attrsMax: 1e7, depthMax: 16 }
let findings = 0
const emit = (): void => {
  findings++
}

const run: Record<Stage, () => void> = {
  decode: () => {
    decodeOtlp(batch, 'otlp_proto', limits)
    if (batch.count !== RECORDS) throw new Error('a record is missing')
  },
  scan: () => {
    for (const _ of scanner.scan(batch, emit));
  },
  observe: () => detectors.observe(batch, emit),
}
const stages = STAGES.filter((stage) => only === undefined || stage === 'decode' || stage === only)

const cpuMicros = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Microseconds a record by stage, one figure a round. */
const figures = new Map(stages.map((stage) => [stage, [] as number[]]))
for (let round = 0; round < rounds; round++) {
  const micros = new Map(stages.map((stage) => [stage, 0]))
  for (const payload of payloads) {
    nowMs += 5
    payload.stamp(nowMs - RECORDS)
    batch.reset(SIGNAL_LOGS)
    batch.receivedMs = nowMs
    batch.offset = nowMs
    batch.append(payload.bytes)
    for (const stage of stages) {
      const before = cpuMicros()
      run[stage]()
      micros.set(stage, micros.get(stage)! + cpuMicros() - before)
    }
  }
  if (stages.includes('observe')) detectors.tick(nowMs, emit)
  // the first round compiles
  if (round > 0)
    for (const stage of stages) figures.get(stage)!.push(micros.get(stage)! / (REQUESTS * RECORDS))
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!
const ratioOf = (stage: Stage): number =>
  median(figures.get(stage)!.map((value, round) => value / figures.get('decode')![round]!))

console.log(`${REQUESTS} requests of ${RECORDS} logs, ${rounds} rounds, ${findings} findings`)
for (const stage of stages)
  console.log(
    `${stage.padEnd(8)} ${median(figures.get(stage)!).toFixed(2)} us a record   ${ratioOf(stage).toFixed(2)} of decode`,
  )
