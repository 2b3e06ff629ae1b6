import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SimSignal } from '../../src/simulate/event.ts'
import type { Output, Sent } from '../../src/simulate/output.ts'
import { PRESETS } from '../../src/simulate/scenario.ts'
import { Simulation, type SimulationOptions } from '../../src/simulate/simulation.ts'
import { SimTraffic } from '../../src/simulate/traffic.ts'

/** Answers by script, then accepts. */
class ScriptedOutput implements Output {
  readonly format = 'json'
  readonly target = 'a test'
  readonly taken: { signal: SimSignal; text: string; atMs: number }[] = []
  readonly #script: Sent[]
  constructor(script: Sent[] = []) {
    this.#script = script
  }
  async send(signal: SimSignal, request: Uint8Array): Promise<Sent> {
    const answer = this.#script.shift() ?? { kind: 'accepted', rejected: 0 }
    if (answer.kind === 'accepted') {
      this.taken.push({ signal, text: Buffer.from(request).toString(), atMs: Date.now() })
    }
    return answer
  }
  async close(): Promise<void> {}
}

const OPTIONS: SimulationOptions = {
  signals: ['logs', 'spans', 'metrics'],
  batchMax: 50,
  concurrency: 1,
  speed: Number.POSITIVE_INFINITY,
  pacedFromMs: 0,
  patienceMs: 10_000,
}
const traffic = (durationMs = 5000): SimTraffic =>
  new SimTraffic({ ...PRESETS.normal, durationMs }, 2, Date.now())
const play = async (output: Output, options: Partial<SimulationOptions> = {}, events = traffic()) => {
  const simulation = new Simulation(events, output, { ...OPTIONS, ...options })
  const finished = await simulation.run(new AbortController().signal)
  return { finished, progress: simulation.progress }
}

test('a retryable answer loses nothing: the same request goes out again', async () => {
  const calm = new ScriptedOutput()
  const busy = new ScriptedOutput([
    { kind: 'retry', afterMs: 5, reason: 'HTTP 503' },
    { kind: 'retry', afterMs: null, reason: 'HTTP 429' },
  ])
  const events = { ...PRESETS.normal, durationMs: 5000 }
  await play(calm, { signals: ['logs'] }, new SimTraffic(events, 2, 0))
  const { progress } = await play(busy, { signals: ['logs'] }, new SimTraffic(events, 2, 0))
  assert.equal(progress.retries, 2)
  assert.deepEqual(
    busy.taken.map((t) => t.text),
    calm.taken.map((t) => t.text),
  )
})

test('Retry-After holds back the next attempt', async () => {
  const startedMs = Date.now()
  const output = new ScriptedOutput([{ kind: 'retry', afterMs: 300, reason: 'HTTP 503' }])
  await play(output, { signals: ['logs'] })
  assert.ok(output.taken[0]!.atMs - startedMs >= 290)
})

test('refused and partly rejected records are counted and not sent again', async () => {
  const output = new ScriptedOutput([
    { kind: 'refused', reason: 'HTTP 400' },
    { kind: 'accepted', rejected: 3 },
  ])
  const { progress, finished } = await play(output, { signals: ['logs'] })
  assert.equal(finished, true)
  assert.equal(progress.lastReason, 'HTTP 400')
  assert.ok(progress.rejected > 3 && progress.rejected <= 56, `${progress.rejected}`)
})

test('a receiver that never accepts ends the run instead of hanging it', async () => {
  const never: Output = {
    format: 'json',
    target: 'nobody',
    send: async () => ({ kind: 'retry', afterMs: 1, reason: 'ECONNREFUSED' }),
    close: async () => {},
  }
  const { finished, progress } = await play(never, { patienceMs: 50 })
  assert.equal(finished, false)
  assert.equal(progress.accepted, 0)
})

test('only the signals asked for are sent', async () => {
  const output = new ScriptedOutput()
  await play(output, { signals: ['spans'] })
  assert.deepEqual(new Set(output.taken.map((t) => t.signal)), new Set(['spans']))
})

test('live traffic keeps to the clock and what is backfilled does not', async () => {
  const output = new ScriptedOutput()
  const startMs = Date.now() - 60_000
  const events = new SimTraffic({ ...PRESETS.normal, durationMs: 60_700 }, 2, startMs)
  await play(output, { speed: 1, pacedFromMs: startMs + 60_000, signals: ['logs'] }, events)
  const last = output.taken.at(-1)!
  assert.ok(last.atMs >= startMs + 60_500, 'the end was not sent before its time')
  assert.ok(output.taken[0]!.atMs < startMs + 60_500, 'the past was sent at once')
})

test('no signal lags the others in event time', async () => {
  const output = new ScriptedOutput()
  await play(output, {}, traffic(120_000))
  const newest = new Map<SimSignal, number>()
  for (const { signal, text } of output.taken) {
    const nanos = [...text.matchAll(/"(?:timeUnixNano|endTimeUnixNano)":"(\d+)"/g)].map((m) => Number(m[1]))
    newest.set(signal, Math.max(...nanos) / 1e6)
    if (newest.size < 3) continue
    const times = [...newest.values()]
    // metrics come every five seconds, an instance at a time
    assert.ok(Math.max(...times) - Math.min(...times) < 7000, `${signal} is apart`)
  }
  assert.equal(newest.size, 3)
})
