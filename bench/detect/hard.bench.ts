/**
 * Streams of the making of the given `hard`, by seed: windows found, delay and false alarms, by kind of anomaly.
 * usage: npm run bench:hard [-- SEEDS [FIRST] [-v]]
 */
import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import type { AnomalyFinding, Finding } from '../../src/core/finding.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors } from '../../src/detectors/engine.ts'
import { appendRow } from '../../test/support/row-builder.ts'
import { writeRows } from '../support/results.ts'
import { DAY_MS } from './generate.ts'
import { GIVEN_KINDS, type HardStream, type HardWindow, hardStream, KINDS, SERVICES } from './hard-stream.ts'

const GRACE_MS = 60_000
/** A false alarm up to this long after a window is one of its end. */
const AFTER_MS = 1_800_000
const verbose = process.argv.includes('-v')
const [seedsText, firstText] = process.argv.slice(2).filter((arg) => !arg.startsWith('-'))
/** Seeds from here on are reported and never looked at; constants are chosen on those below. */
const REPORTED = 2001
const seeds = Number(seedsText ?? 15)
const first = Number(firstText ?? REPORTED)
const median = (x: readonly number[]): number =>
  x.length === 0 ? Number.NaN : [...x].sort((a, b) => a - b)[Math.floor((x.length - 1) / 2)]!

function findingsOf(stream: HardStream): AnomalyFinding[] {
  const keys = new KeyTable(1)
  const detectors = createDetectors(detectorsConfig.parse({}), { keys, clock: null })
  const batch = new RecordBatch(keys)
  batch.stream = 'hard'
  const found: AnomalyFinding[] = []
  const emit = (finding: Finding): void => {
    if (finding.kind === 'anomaly' && finding.state === 'open') found.push(finding)
  }
  batch.reset(SIGNAL_LOGS)
  stream.rows(({ timeMs, service, value, error, subject }) => {
    appendRow(batch, {
      timeMs,
      severity: error ? 17 : 9,
      attrs: {
        'service.name': `s${service}`,
        'client.address': `c${subject}`,
        duration_ms: value,
        'http.response.status_code': error ? 500 : 200,
      },
    })
    if (batch.count < 500) return
    detectors.observe(batch, emit)
    batch.reset(SIGNAL_LOGS)
  })
  detectors.observe(batch, emit)
  return found
}

interface Tally {
  windows: number
  delays: number[]
}
const byKind = new Map<string, Tally>(Object.keys(KINDS).map((kind) => [kind, { windows: 0, delays: [] }]))
const alarmsBy = new Map<string, number>()
let alarms = 0
let days = 0
const perSeed: { found: number; windows: number; medianSeconds: number; falseAlarms: number }[] = []

const within = (f: AnomalyFinding, w: HardWindow): boolean =>
  f.series['service.name'] === `s${w.service}` &&
  f.detectedMs >= w.startMs &&
  f.detectedMs <= w.endMs + GRACE_MS

/** What the stream was at when a false alarm came. */
function phaseOf(stream: HardStream, f: AnomalyFinding): string {
  const minutes = (f.detectedMs - stream.startMs) / 60_000
  if (minutes < 60) return 'first hour'
  const before = stream.windows.find(
    (w) =>
      f.series['service.name'] === `s${w.service}` &&
      f.detectedMs > w.endMs &&
      f.detectedMs < w.endMs + AFTER_MS,
  )
  if (before !== undefined) return `after ${before.kind}`
  return minutes < 720 ? 'half a day' : 'else'
}

const leadOf = (f: AnomalyFinding): string => {
  const { name, observed, expected } = f.detectors[0]!
  return `${name}${observed < expected ? '-' : '+'}`
}

for (let seed = first; seed < first + seeds; seed++) {
  const stream = hardStream(seed)
  const found = findingsOf(stream)
  const delays: number[] = []
  let windows = 0
  for (const w of stream.windows) {
    const hit = found.find((f) => within(f, w))
    const tally = byKind.get(w.kind)!
    const given = Object.keys(KINDS).indexOf(w.kind) < GIVEN_KINDS
    tally.windows++
    if (given) windows++
    if (hit === undefined) continue
    const delay = (hit.detectedMs - w.startMs) / 1000
    tally.delays.push(delay)
    if (given) delays.push(delay)
    if (verbose) console.log(`  ${w.kind} ${delay.toFixed(0)} s ${hit.summary} [${hit.detectors[0]!.name}]`)
  }
  let last = new Map<string, number>()
  let wrong = 0
  for (const f of found) {
    if (stream.windows.some((w) => within(f, w))) continue
    const service = f.series['service.name']!
    const since = f.detectedMs - (last.get(service) ?? 0)
    last = last.set(service, f.detectedMs)
    if (since < GRACE_MS) continue
    wrong++
    const why = `${phaseOf(stream, f)} ${leadOf(f)}`
    alarmsBy.set(why, (alarmsBy.get(why) ?? 0) + 1)
    if (verbose)
      console.log(
        `  FALSE at ${((f.detectedMs - stream.startMs) / 3.6e6).toFixed(2)} h (${why}): ${f.summary}`,
      )
  }
  alarms += wrong
  days += ((stream.endMs - stream.startMs) / DAY_MS) * SERVICES
  perSeed.push({ found: delays.length, windows, medianSeconds: median(delays), falseAlarms: wrong })
  console.log(
    `seed ${seed}: ${delays.length} of ${windows}, median ${median(delays).toFixed(1)} s, ${wrong} false alarms`,
  )
}
for (const [kind, { windows, delays }] of byKind)
  console.log(
    `${kind.padEnd(14)} ${delays.length} of ${windows}, median ${median(delays).toFixed(1)} s, longest ${Math.max(...delays).toFixed(0)} s`,
  )
const total = perSeed.reduce((sum, s) => sum + s.windows, 0)
const hits = perSeed.reduce((sum, s) => sum + s.found, 0)
const middle = median(perSeed.map((s) => s.medianSeconds))
console.log(
  `all: ${hits} of ${total}, median of medians ${middle.toFixed(1)} s, ${(alarms / days).toFixed(2)} false alarms per service-day (${[...alarmsBy].map(([k, n]) => `${k} ${n}`).join(', ')})`,
)
if (seeds >= 10 && first === REPORTED)
  writeRows('hard', {
    seeds,
    windows: total,
    found: hits,
    medianSeconds: middle,
    falseAlarmsPerServiceDay: Number((alarms / days).toFixed(3)),
    falseAlarmsBy: Object.fromEntries([...alarmsBy].sort((a, b) => b[1] - a[1])),
    kinds: Object.fromEntries(
      [...byKind].map(([kind, t]) => [
        kind,
        { windows: t.windows, found: t.delays.length, medianSeconds: Number(median(t.delays).toFixed(1)) },
      ]),
    ),
  })
