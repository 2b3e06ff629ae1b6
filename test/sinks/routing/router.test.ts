import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Finding } from '../../../src/core/finding.ts'
import { routeConfig } from '../../../src/sinks/config.ts'
import { OpenFindings } from '../../../src/sinks/routing/open-findings.ts'
import { Router } from '../../../src/sinks/routing/router.ts'
import type { LogRecord } from '../../../src/sinks/spool/log-record.ts'
import { anomaly, resolved, secret } from '../../support/findings.ts'

const SINKS = [
  { name: 'file', updates: 'all' as const, sightingMs: 0 },
  { name: 'pager', updates: 'rise' as const, sightingMs: 0 },
]

function router(routes: Record<string, unknown>[], silenced: (f: Finding) => boolean = () => false): Router {
  return new Router({
    routes: routes.map((r) => routeConfig.parse(r)),
    sinks: SINKS,
    remember: 1000,
    silenced,
    open: new OpenFindings(),
  })
}

const both = { to: ['file', 'pager'] }
const sinksOf = (r: Router, f: Finding, nowMs = 0): string[] =>
  r.route(f, nowMs).targets.map((t) => `${t.sink}:${t.event}`)

test('the same finding state goes out once', () => {
  const r = router([both])
  assert.deepEqual(sinksOf(r, anomaly(1)), ['file:firing', 'pager:firing'])
  assert.equal(r.route(anomaly(1), 5).verdict, 'duplicate')
  assert.deepEqual(sinksOf(r, resolved(anomaly(1))), ['file:resolved', 'pager:resolved'])
  assert.equal(r.route(resolved(anomaly(1)), 6).verdict, 'duplicate')
  assert.equal(r.route(anomaly(1), 7).verdict, 'duplicate')
})

test('every update of a finding is told, though all carry the time it was detected, and none twice', () => {
  const r = router([both])
  r.route(anomaly(1), 0)
  const grown = (surprise: number): Finding => {
    const detectors = anomaly(1).detectors.map((d) => ({ ...d, surprise }))
    return { ...anomaly(1), state: 'update', detectors }
  }
  assert.deepEqual(sinksOf(r, grown(25)), ['file:update'])
  assert.deepEqual(sinksOf(r, grown(31)), ['file:update'])
  assert.equal(r.route(grown(25), 0).verdict, 'duplicate')
})

test('an update goes to those who keep a record, and to people when it gets worse', () => {
  const r = router([both])
  r.route(anomaly(1), 0)
  const update = { ...anomaly(1), state: 'update' as const }
  assert.deepEqual(sinksOf(r, { ...update, detectedMs: 5 }), ['file:update'])
  const worse = r.route({ ...update, detectedMs: 6, severity: 'critical' }, 0)
  assert.deepEqual(
    worse.targets.map((t) => [t.sink, t.previousSeverity]),
    [
      ['file', 'warning'],
      ['pager', 'warning'],
    ],
  )
})

test('a resolution goes only to those who heard of the finding', () => {
  const r = router([
    { to: ['pager'], match: { severity: ['critical'] }, continue: true },
    { to: ['file'], minSeverity: 'warning' },
  ])
  assert.deepEqual(sinksOf(r, anomaly(1, { severity: 'info' })), [])
  assert.deepEqual(sinksOf(r, resolved(anomaly(1))), [])
  assert.deepEqual(sinksOf(r, anomaly(2)), ['file:firing'])
  assert.deepEqual(sinksOf(r, resolved(anomaly(2))), ['file:resolved'])
})

test('a finding that rises over the minimum fires then', () => {
  const r = router([{ to: ['pager'], minSeverity: 'critical' }])
  assert.deepEqual(sinksOf(r, anomaly(1)), [])
  const worse: Finding = { ...anomaly(1), state: 'update', severity: 'critical', detectedMs: 9 }
  assert.deepEqual(sinksOf(r, worse), ['pager:firing'])
})

test('the first route that matches takes the finding unless it says to go on', () => {
  const match = { kind: ['secret'], labels: { 'service.name': 'pay*' } }
  const routes = [{ to: ['pager'], match }, { to: ['file'] }]
  assert.deepEqual(sinksOf(router(routes), secret(1)), ['pager:firing'])
  assert.deepEqual(sinksOf(router(routes), anomaly(1)), ['file:firing'])
  const on = [{ ...routes[0], continue: true }, routes[1]!]
  assert.deepEqual(sinksOf(router(on), secret(1)), ['pager:firing', 'file:firing'])
})

test('the same secret is told again only after the repeat interval', () => {
  const r = router([{ to: ['pager'], repeatInterval: '1h' }])
  const again = (n: number) => secret(n, { fingerprint: 'f'.repeat(32) })
  assert.equal(r.route(again(1), 0).verdict, 'accepted')
  assert.equal(r.route(again(2), 3_599_999).verdict, 'repeated')
  assert.equal(r.route(again(3), 3_600_000).verdict, 'accepted')
})

test('a noisy service is limited and hides no other', () => {
  const r = router([{ to: ['pager'], rateLimit: { findings: 2, per: '1m' } }])
  const of = (n: number, service: string) => anomaly(n, { series: { 'service.name': service } })
  const verdicts = [1, 2, 3].map((n) => r.route(of(n, 'noisy'), 0).verdict)
  assert.deepEqual(verdicts, ['accepted', 'accepted', 'rate_limited'])
  assert.equal(r.route(of(4, 'quiet'), 0).verdict, 'accepted')
  assert.equal(r.route(of(5, 'noisy'), 30_000).verdict, 'accepted')
  assert.equal(r.route(resolved(of(3, 'noisy')), 30_000).verdict, 'unrouted')
})

test('what is silenced is told when the silence ends and news comes', () => {
  let silent = true
  const r = router([both], () => silent)
  assert.equal(r.route(anomaly(1), 0).verdict, 'silenced')
  silent = false
  const update: Finding = { ...anomaly(1), state: 'update', detectedMs: 9 }
  assert.deepEqual(sinksOf(r, update), ['file:firing', 'pager:firing'])
})

test('grouping labels come with the target', () => {
  const r = router([{ to: ['pager'], groupBy: ['service.name', 'kind'] }])
  assert.deepEqual(r.route(anomaly(1), 0).targets[0]!.group, { 'service.name': 'checkout', kind: 'anomaly' })
})

test('a router that went on from a checkpoint and the log after it decides as if it had never stopped', () => {
  const step = fc.record({
    n: fc.integer({ min: 1, max: 5 }),
    what: fc.constantFrom('open', 'update', 'resolved', 'secret'),
    severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
  })
  const routes = [{ to: ['pager'], minSeverity: 'warning', continue: true }, { to: ['file'] }]
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      fc.nat(30),
      fc.nat(30),
      (steps, checkpointAt, restartAt) => {
        const findings: Finding[] = steps.map(({ n, what, severity }, i) => {
          if (what === 'secret') return secret(100 + i, { severity, fingerprint: String(n) })
          if (what === 'resolved') return resolved(anomaly(n, { severity }))
          return anomaly(n, { severity, state: what === 'open' ? 'open' : 'update', detectedMs: i })
        })
        const straight = router(routes)
        const expected = findings.map((f, i) => straight.route(f, i))
        let current = router(routes)
        let checkpoint: Iterable<string> = []
        let written: LogRecord[] = []
        for (const [i, f] of findings.entries()) {
          if (i === checkpointAt) {
            checkpoint = current.checkpoint()
            written = []
          }
          if (i === restartAt) {
            current = router(routes)
            for (const piece of checkpoint) current.restore(piece)
            for (const record of written) current.recover(record)
          }
          const got = current.route(f, i)
          // News that nobody was told of is not in the log, so what changed since may be put in other words.
          const plain = (t: typeof got) => [t.verdict, t.targets.map((x) => [x.sink, x.event])]
          assert.deepEqual(plain(got), plain(expected[i]!))
          if (got.verdict === 'accepted') written.push({ emittedMs: i, targets: got.targets, finding: f })
        }
      },
    ),
  )
})

test('a checkpoint of thousands of findings comes in small pieces, and says what was known when it was asked for', () => {
  const routes = [{ to: ['file'], rateLimit: { findings: 100_000 } }]
  const first = router(routes)
  for (let n = 1; n <= 3000; n++) first.route(anomaly(n), n)
  const checkpoint = first.checkpoint()
  first.route(resolved(anomaly(1)), 3001)
  const pieces = [...checkpoint]
  assert.ok(pieces.length > 10)
  for (const piece of pieces) assert.ok(piece.length < 256 * 1024, `a piece of ${piece.length}`)
  const second = router(routes)
  for (const piece of pieces) second.restore(piece)
  assert.equal(second.open.size, 3000)
  assert.equal(second.route(resolved(anomaly(1)), 3001).verdict, 'accepted')
})

test('a checkpoint torn at any piece takes nothing from what the log before it said', () => {
  const records: LogRecord[] = []
  const first = router([both])
  const steps = [anomaly(1), anomaly(2), resolved(anomaly(1)), anomaly(3), secret(9)]
  for (const [i, finding] of steps.entries()) {
    records.push({ emittedMs: i, targets: first.route(finding, i).targets, finding })
  }
  const pieces = [...first.checkpoint()]
  for (let whole = 0; whole <= pieces.length; whole++) {
    const second = router([both])
    for (const record of records) second.recover(record)
    for (const piece of pieces.slice(0, whole)) second.restore(piece)
    assert.deepEqual([...second.open.values()].map((o) => o.finding.id).sort(), [
      anomaly(2).id,
      anomaly(3).id,
    ])
    for (const finding of steps) assert.equal(second.route(finding, 10).verdict, 'duplicate')
  }
})

test('a checkpoint of the first format is read', () => {
  const told = [{ sink: 'file', route: '0', group: {}, atMs: 0 }]
  const open = [{ f: anomaly(1), t: told, n: 0, u: null }]
  const r = router([both])
  r.restore(JSON.stringify({ version: 1, recent: [`${anomaly(1).id}o`], sightings: [], open }))
  assert.equal(r.route(anomaly(1), 1).verdict, 'duplicate')
  assert.deepEqual(sinksOf(r, resolved(anomaly(1))), ['file:resolved'])
})
