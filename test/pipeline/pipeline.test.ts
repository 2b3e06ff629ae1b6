import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { pino } from 'pino'
import { KeyTable } from '../../src/columns/key-table.ts'
import { RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import type { DetectorStage, ScannerStage } from '../../src/columns/stage.ts'
import { SYSTEM_CLOCK } from '../../src/core/clock.ts'
import { TelltaleError } from '../../src/core/errors.ts'
import { DONE, type Outcome } from '../../src/core/outcome.ts'
import { limitsConfig } from '../../src/pipeline/config.ts'
import { Pipeline } from '../../src/pipeline/pipeline.ts'
import { Shards } from '../../src/pipeline/shards.ts'
import { Meter } from '../../src/telemetry/meter.ts'

const seen: number[] = []
const detectors = {
  observe: (b: RecordBatch) => void seen.push(b.offset),
  tick: () => {},
} as unknown as DetectorStage

function pipeline(limits: object = {}, decode: (b: RecordBatch) => Outcome = () => DONE) {
  seen.length = 0
  const logs: string[] = []
  const shards = new Shards(() => detectors)
  shards.of('otlp')
  const meter = new Meter()
  const scanner: ScannerStage = { *scan() {}, mask: (t) => t }
  const p = new Pipeline({
    decode,
    shards,
    scanner,
    emit: () => {},
    clock: SYSTEM_CLOCK,
    logger: pino({ base: null }, { write: (line: string) => void logs.push(line) }),
    meter,
    limits: limitsConfig.parse(limits),
  })
  return { p, logs, meter, shards, scanner }
}

function batch(offset: number, bytes = 10): RecordBatch {
  const b = new RecordBatch(new KeyTable(0))
  b.reset(SIGNAL_LOGS)
  b.append(new Uint8Array(bytes))
  b.offset = offset
  return b
}

test('batches are read in the order they came, and each is settled once', async () => {
  const { p } = pipeline()
  const settled: string[] = []
  for (let i = 0; i < 100; i++) p.submit(batch(i), 'otlp_proto', (o) => settled.push(`${i}:${o.kind}`))
  while (settled.length < 100) await nextTurn()
  assert.deepEqual(
    seen,
    Array.from({ length: 100 }, (_, i) => i),
  )
  assert.deepEqual(
    settled,
    seen.map((i) => `${i}:done`),
  )
})

test('while the state of a stream is read its batches wait, in order, and those of other streams go on', async () => {
  const { p, shards } = pipeline()
  let ticks = 0
  const other = { ...detectors, tick: () => ticks++ } as unknown as DetectorStage
  const both = new Map([
    ['otlp', shards.of('otlp')],
    ['kafka:t/0', other],
  ])
  shards.find = (stream) => both.get(stream)
  const letGo = [shards.hold(other), shards.hold(other)]
  const settled: string[] = []
  for (let i = 0; i < 10; i++) {
    const b = batch(i)
    b.stream = i % 2 === 0 ? 'otlp' : 'kafka:t/0'
    p.submit(b, 'otlp_proto', (o) => settled.push(`${i}:${o.kind}`))
  }
  while (settled.length < 5) await nextTurn()
  letGo[0]!()
  for (let i = 0; i < 5; i++) await nextTurn()
  assert.deepEqual(seen, [0, 2, 4, 6, 8], 'somebody reads it still')
  const stopped = p.stop(Date.now() + 10_000)
  letGo[1]!()
  await stopped
  assert.deepEqual(seen, [0, 2, 4, 6, 8, 1, 3, 5, 7, 9])
  assert.equal(new Set(settled).size, 10)
  assert.ok(settled.every((s) => s.endsWith(':done')))
})

test('time stands still for a state while it is read', () => {
  let ticks = 0
  const shards = new Shards(() => ({ tick: () => ticks++ }) as unknown as DetectorStage)
  const letGo = shards.hold(shards.of('a'))
  shards.of('b')
  shards.tick(1, () => {})
  assert.equal(ticks, 1)
  letGo()
  shards.tick(2, () => {})
  assert.equal(ticks, 3)
})

test('a full queue answers retry with the time to wait, and takes again once read', async () => {
  const { p, meter } = pipeline({ queueRequests: 2, retryAfter: '3s' })
  const outcomes: Outcome[] = []
  for (let i = 0; i < 3; i++) p.submit(batch(i), 'otlp_proto', (o) => outcomes.push(o))
  assert.equal(outcomes.length, 1)
  assert.ok(
    outcomes[0]?.kind === 'retry' && outcomes[0].afterMs === 3000 && outcomes[0].cause.code === 'QUEUE_FULL',
  )
  await nextTurn()
  await nextTurn()
  assert.equal(p.admit(1), null)
  assert.match(await meter.expose(), /telltale_refusals_total\{code="QUEUE_FULL"\} 1/)
})

test('bytes bound the queue too, but one large request always fits an empty one', async () => {
  const { p } = pipeline({ queueBytes: '1KiB' })
  const settled = new Promise((resolve) => p.submit(batch(0, 4096), 'otlp_proto', resolve))
  assert.equal(p.admit(1)?.kind, 'retry')
  await settled
})

test('a batch that takes many steps leaves the loop free, holds up the next one, and waits where its state is read', async () => {
  const { p, shards, scanner } = pipeline()
  const steps: string[] = []
  scanner.scan = function* (b) {
    for (let i = 0; i < 50; i++) {
      steps.push(`${b.offset}`)
      const until = performance.now() + 1
      while (performance.now() < until);
      yield
    }
  }
  const settled: number[] = []
  for (let i = 0; i < 2; i++) p.submit(batch(i), 'otlp_proto', () => settled.push(i))
  let turns = 0
  let letGo: (() => void) | null = null
  for (; settled.length === 0; turns++) {
    if (steps.length > 0) letGo ??= shards.hold(detectors)
    if (turns === 200) {
      assert.deepEqual(seen, [], 'its state is being read')
      letGo!()
    }
    await nextTurn()
  }
  assert.ok(turns > 200)
  assert.deepEqual(steps.slice(0, 50), Array(50).fill('0'))
  while (settled.length < 2) await nextTurn()
  assert.deepEqual(seen, [0, 1])
})

test('a stream that is given away while a batch of it is scanned is not observed', async () => {
  const { p, shards, scanner } = pipeline()
  scanner.scan = function* () {
    yield
    shards.release('otlp')
  }
  const outcome = await new Promise<Outcome>((resolve) => p.submit(batch(0), 'otlp_proto', resolve))
  assert.equal(outcome.kind, 'retry')
  assert.deepEqual(seen, [])
})

test('a throwing stage refuses that batch as INTERNAL, logs no payload, and the next one runs', async () => {
  const { p, logs } = pipeline({}, (b) => {
    if (b.offset === 0) throw new Error('payload: hunter2\n    payload hunter2')
    return DONE
  })
  const outcomes: Outcome[] = []
  p.submit(batch(0), 'otlp_proto', (o) => outcomes.push(o))
  p.submit(batch(1), 'otlp_proto', (o) => outcomes.push(o))
  while (outcomes.length < 2) await nextTurn()
  assert.ok(outcomes[0]?.kind === 'refused' && outcomes[0].cause.code === 'INTERNAL')
  assert.equal(outcomes[1]?.kind, 'done')
  assert.ok(logs.length === 1 && !logs[0]!.includes('hunter2'), logs.join())
})

test('a refused payload is counted by its code', async () => {
  const { p, meter } = pipeline({}, () => ({
    kind: 'refused',
    cause: new TelltaleError('BAD_PROTOBUF', 'x'),
  }))
  await new Promise((resolve) => p.submit(batch(0), 'otlp_proto', resolve))
  assert.match(await meter.expose(), /telltale_refusals_total\{code="BAD_PROTOBUF"\} 1/)
})

test('stopping reads what was taken, then refuses what comes; twice is the same', async () => {
  const { p } = pipeline()
  await p.start()
  const outcomes: Outcome[] = []
  for (let i = 0; i < 10; i++) p.submit(batch(i), 'otlp_proto', (o) => outcomes.push(o))
  await p.stop(Date.now() + 5000)
  assert.equal(outcomes.filter((o) => o.kind === 'done').length, 10)
  p.submit(batch(11), 'otlp_proto', (o) => outcomes.push(o))
  const last = outcomes.at(-1)
  assert.ok(last?.kind === 'retry' && last.cause.code === 'DRAINING')
  await p.stop(Date.now() + 5000)
})

test('records of a stream that was given away are not observed', async () => {
  const { p } = pipeline()
  const b = batch(0)
  b.stream = 'kafka:t/0'
  const outcome = await new Promise<Outcome>((resolve) => p.submit(b, 'otlp_proto', resolve))
  assert.equal(outcome.kind, 'retry')
  assert.deepEqual(seen, [])
})
