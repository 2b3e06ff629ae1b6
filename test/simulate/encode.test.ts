import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeRequests } from '../../src/simulate/encode.ts'
import type { SimEvent, SimSignal } from '../../src/simulate/event.ts'
import { PRESETS } from '../../src/simulate/scenario.ts'
import { SimTraffic } from '../../src/simulate/traffic.ts'

function eventsOf(signal: SimSignal): SimEvent[] {
  const traffic = new SimTraffic(
    { ...PRESETS.mixed, durationMs: 20_000, leaksPerMinute: 20 },
    3,
    1_760_000_000_000,
  )
  const events: SimEvent[] = []
  while (Number.isFinite(traffic.nextMs)) events.push(...traffic.take().filter((e) => e.signal === signal))
  return events
}

interface Keyed {
  key: string
  value: Record<string, unknown>
}
const parse = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString('utf8'))
const keys = (attributes: readonly Keyed[]): Set<string> => new Set(attributes.map((a) => a.key))

test('logs carry resource, time, severity and semantic-convention attributes', () => {
  const events = eventsOf('logs')
  const [request] = encodeRequests('logs', events, 'json').map(parse)
  const services = new Set<string>()
  let records = 0
  for (const { resource, scopeLogs } of request.resourceLogs) {
    const name = resource.attributes.find((a: Keyed) => a.key === 'service.name').value.stringValue
    services.add(name)
    for (const key of ['service.version', 'service.instance.id', 'host.name']) {
      assert.ok(keys(resource.attributes).has(key), key)
    }
    for (const record of scopeLogs[0].logRecords) {
      records++
      assert.ok(Number(record.timeUnixNano) >= 1_760_000_000_000 * 1e6)
      assert.ok([9, 13, 17].includes(record.severityNumber))
      if (name === 'auth' && keys(record.attributes).has('http.route')) {
        for (const key of [
          'http.request.method',
          'http.response.status_code',
          'client.address',
          'url.path',
        ]) {
          assert.ok(keys(record.attributes).has(key), key)
        }
      }
    }
  }
  assert.equal(records, events.length)
  assert.equal(services.size, 8)
})

test('spans end after they start and metrics take one request an instance', () => {
  const spans = encodeRequests('spans', eventsOf('spans'), 'json').map(parse)
  for (const { scopeSpans } of spans[0].resourceSpans) {
    for (const span of scopeSpans[0].spans) {
      assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano))
      assert.match(span.traceId, /^[0-9a-f]{32}$/)
    }
  }
  const events = eventsOf('metrics')
  const metrics = encodeRequests('metrics', events, 'json').map(parse)
  assert.equal(metrics.length, events.length)
  const names = new Set<string>()
  for (const { resourceMetrics } of metrics) {
    for (const metric of resourceMetrics[0].scopeMetrics[0].metrics) names.add(metric.name)
  }
  assert.deepEqual([...names].sort(), [
    'http.server.request.duration',
    'process.cpu.utilization',
    'process.memory.usage',
  ])
})

test('protobuf and JSON are made of the same events', () => {
  for (const signal of ['logs', 'spans', 'metrics'] as const) {
    const events = eventsOf(signal)
    assert.equal(
      encodeRequests(signal, events, 'protobuf').length,
      encodeRequests(signal, events, 'json').length,
    )
    for (const bytes of encodeRequests(signal, events, 'protobuf')) assert.equal(bytes[0], 0x0a)
  }
})
