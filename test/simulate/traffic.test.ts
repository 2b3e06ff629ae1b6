import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { CREDENTIAL_KINDS } from '../../src/simulate/credentials.ts'
import type { LogEvent, MetricEvent, SimEvent, SpanEvent } from '../../src/simulate/event.ts'
import { PRESET_NAMES, PRESETS, type Scenario } from '../../src/simulate/scenario.ts'
import { SimTraffic } from '../../src/simulate/traffic.ts'

const START_MS = Date.UTC(2026, 0, 5, 9)

function play(scenario: Scenario, seed = 1): { traffic: SimTraffic; events: SimEvent[] } {
  const traffic = new SimTraffic(scenario, seed, START_MS)
  const events: SimEvent[] = []
  while (Number.isFinite(traffic.nextMs)) events.push(...traffic.take())
  return { traffic, events }
}

const short = (name: keyof typeof PRESETS): Scenario => ({
  ...PRESETS[name],
  durationMs: 100_000,
  perSecond: 60,
})
const logsOf = (events: readonly SimEvent[]): LogEvent[] => events.filter((e) => e.signal === 'logs')
const during = <T extends SimEvent>(events: readonly T[], service: string, from: number, to: number): T[] =>
  events.filter(
    (e) =>
      e.instance.service === service && e.timeMs >= START_MS + from * 1000 && e.timeMs < START_MS + to * 1000,
  )
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

test('the same scenario, seed and start give the same events, another seed does not', () => {
  for (const name of PRESET_NAMES) {
    const scenario = { ...short(name), durationMs: 20_000 }
    assert.deepEqual(play(scenario, 4), play(scenario, 4), name)
  }
  assert.notDeepEqual(play(short('normal'), 4).events, play(short('normal'), 5).events)
})

test('an attack leaves the normal traffic as it was', () => {
  const calm = new Set(logsOf(play(short('normal')).events).map((e) => `${e.traceId} ${e.body}`))
  const attacked = new Set(
    logsOf(play(short('credential-stuffing')).events).map((e) => `${e.traceId} ${e.body}`),
  )
  for (const record of calm) assert.ok(attacked.has(record))
  assert.ok(attacked.size > calm.size)
})

test('logs come in time order and at the rate asked for', () => {
  const { events } = play(short('normal'))
  const logs = logsOf(events)
  assert.ok(logs.length > 5500 && logs.length < 6500, `${logs.length} logs`)
  for (let i = 1; i < logs.length; i++) assert.ok(logs[i]!.timeMs >= logs[i - 1]!.timeMs)
})

test('a server span and its log share trace, and durations are log-normal about the route median', () => {
  const { events } = play(short('normal'))
  const spans = events.filter((e): e is SpanEvent => e.signal === 'spans' && e.kind === 'server')
  const logs = new Map(logsOf(events).map((e) => [e.spanId, e]))
  for (const span of spans) assert.equal(logs.get(span.spanId)?.traceId, span.traceId)
  const login = spans
    .filter((s) => s.attributes['http.route'] === '/login')
    .map((s) => s.timeMs - s.startMs)
    .sort((a, b) => a - b)
  const median = login[login.length >> 1]!
  assert.ok(median > 50 && median < 75, `median of /login is ${median} ms`)
})

test('credential stuffing brings many refusals from many addresses in its window only', () => {
  const { events } = play(short('credential-stuffing'))
  const refused = (from: number, to: number): LogEvent[] =>
    during(logsOf(events), 'auth', from, to).filter((e) => e.attributes['http.response.status_code'] === 401)
  const [before, inside, after] = [refused(40, 60), refused(60, 80), refused(80, 100)]
  assert.ok(inside.length > 20 * before.length && inside.length > 20 * after.length)
  assert.ok(new Set(inside.map((e) => e.attributes['client.address'])).size > inside.length * 0.8)
})

test('an injection raises server errors of the search', () => {
  const { events } = play(short('sql-injection'))
  const errors = (from: number, to: number): number =>
    during(logsOf(events), 'catalog', from, to).filter((e) => e.severity >= 17).length
  assert.ok(errors(60, 80) > 10 * (errors(0, 60) / 3 + 1))
})

test('a port scan touches hundreds of ports from one address', () => {
  const { traffic, events } = play(short('port-scan'))
  assert.deepEqual(
    traffic.windows.map((w) => [w.kind, w.service, w.startMs - START_MS, w.endMs - START_MS]),
    [['port-scan', 'edge-proxy', 60_000, 80_000]],
  )
  const refused = during(logsOf(events), 'edge-proxy', 60, 80).filter((e) => e.body.startsWith('refused'))
  assert.ok(new Set(refused.map((e) => e.attributes['server.port'])).size > 400)
  assert.ok(new Set(refused.map((e) => e.attributes['client.address'])).size < 10)
})

test('an outage is silence in all three signals of its service and of no other', () => {
  const { events } = play(short('outage'))
  for (const signal of ['logs', 'spans', 'metrics'] as const) {
    const ours = events.filter((e) => e.signal === signal)
    assert.equal(during(ours, 'payments', 60, 80).length, 0, signal)
    assert.ok(during(ours, 'payments', 0, 60).length > 0, signal)
    assert.ok(during(ours, 'checkout', 60, 80).length > 0, signal)
  }
})

test('a CPU spike slows requests and shows in the gauge, a memory leak climbs', () => {
  const gauge = (
    events: readonly SimEvent[],
    service: string,
    name: string,
    from: number,
    to: number,
  ): number =>
    mean(
      during(events, service, from, to)
        .filter((e): e is MetricEvent => e.signal === 'metrics')
        .flatMap((e) => e.points)
        .filter((p) => p.name === name)
        .map((p) => (p.type === 'histogram' ? Number.NaN : p.value)),
    )
  const spike = play(short('cpu-spike')).events
  const slow = (from: number, to: number): number =>
    mean(
      during(spike, 'catalog', from, to)
        .filter((e): e is SpanEvent => e.signal === 'spans')
        .map((e) => e.timeMs - e.startMs),
    )
  assert.ok(slow(60, 80) > 2 * slow(0, 60))
  const cpu = 'process.cpu.utilization'
  assert.ok(gauge(spike, 'catalog', cpu, 60, 80) > gauge(spike, 'catalog', cpu, 0, 60) + 0.4)
  const leak = play(short('memory-leak')).events
  const memory = 'process.memory.usage'
  assert.ok(gauge(leak, 'checkout', memory, 75, 80) > 1.8 * gauge(leak, 'checkout', memory, 0, 60))
})

test('metrics of requests add up to the requests', () => {
  const { events } = play(short('normal'))
  const spans = events.filter((e) => e.signal === 'spans' && e.kind === 'server')
  const counted = events
    .filter((e): e is MetricEvent => e.signal === 'metrics')
    .flatMap((e) => e.points)
    .reduce((sum, p) => sum + (p.type === 'histogram' ? p.counts.reduce((a, b) => a + b, 0) : 0), 0)
  // those after the last collection are not reported yet
  assert.ok(counted <= spans.length && counted > spans.length * 0.85, `${counted} of ${spans.length}`)
})

test('every leaked credential is in the truth, by digest, and in its record', () => {
  const { traffic, events } = play({ ...short('leak'), leaksPerMinute: 60 })
  assert.ok(traffic.leaks.length > 50)
  assert.equal(new Set(traffic.leaks.map((l) => l.kind)).size, CREDENTIAL_KINDS.length)
  for (const leak of traffic.leaks) {
    const record = logsOf(events).find((e) => e.timeMs === leak.timeMs && e.instance.service === leak.service)
    assert.ok(record !== undefined, leak.kind)
    const text = leak.place === 'body' ? record.body : String(record.attributes[leak.place])
    const pieces = text.split(/[\s,@]|(?<=[:=])/)
    const found = pieces.some((piece) => createHash('sha256').update(piece).digest('hex') === leak.sha256)
    assert.ok(found, `${leak.kind} in ${leak.place}`)
    assert.ok(!JSON.stringify(leak).includes(text), 'the truth holds no clear text')
  }
})
