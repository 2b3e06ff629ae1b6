import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Finding } from '../../src/core/finding.ts'
import { anomaly, resolved } from '../support/findings.ts'
import { HttpReceiver } from '../support/http-receiver.ts'
import { inMs, metric, scratchDir, sinksOf } from '../support/sinks.ts'

const never = new AbortController().signal
const told = (receiver: HttpReceiver): string[] =>
  receiver.received.flatMap(({ body }) =>
    JSON.parse(body).findings.map(({ finding }: { finding: Finding }) => `${finding.id} ${finding.state}`),
  )

test('a receiver that is down loses nothing, and hears everything once, in order, when it is back', async () => {
  const receiver = await new HttpReceiver().start()
  await receiver.stop()
  const outputs = { hook: { type: 'webhook', url: receiver.url } }
  const { sinks, meter } = sinksOf({ outputs }, { dataDir: scratchDir() })
  await sinks.start(never)
  for (let n = 1; n <= 50; n++) sinks.emit(anomaly(n))
  for (let n = 1; n <= 50; n++) sinks.emit(resolved(anomaly(n)))
  await receiver.until(() => !sinks.health()[0]!.healthy)
  await sinks.durable()
  assert.equal(sinks.health()[0]!.pending, 100)
  await receiver.start()
  await receiver.until(() => sinks.health()[0]!.pending === 0)
  const all = told(receiver)
  assert.equal(all.length, 100)
  assert.equal(new Set(all).size, 100)
  for (let n = 1; n <= 50; n++) {
    const { id } = anomaly(n)
    assert.ok(all.indexOf(`${id} open`) < all.indexOf(`${id} resolved`))
  }
  assert.equal(sinks.health()[0]!.healthy, true)
  assert.equal(await metric(meter, 'telltale_sink_findings_total{sink="hook",outcome="delivered"}'), 100)
  await sinks.stop(inMs(1000))
  await receiver.stop()
})

test('a dead receiver holds up no other sink and no stop', async () => {
  const path = join(scratchDir(), 'f.jsonl')
  const dead = { type: 'webhook', url: 'http://127.0.0.1:9/' }
  const { sinks } = sinksOf({ outputs: { dead, file: { type: 'jsonl', path } } }, { dataDir: scratchDir() })
  await sinks.start(never)
  for (let n = 1; n <= 10; n++) sinks.emit(anomaly(n))
  assert.deepEqual(await sinks.flush(inMs(5000)), { lost: 0 })
  await sinks.stop(inMs(5000))
  assert.equal(readFileSync(path, 'utf8').trimEnd().split('\n').length, 10)
})

test('a receiver that hangs is a failure after the timeout', async () => {
  const receiver = await new HttpReceiver().start()
  receiver.answer = () => 'hang'
  const { sinks } = sinksOf({ outputs: { hook: { type: 'webhook', url: receiver.url, timeout: '50ms' } } })
  await sinks.start(never)
  sinks.emit(anomaly(1))
  await receiver.until(() => /timeout/.test(sinks.health()[0]!.reason ?? ''))
  receiver.answer = () => ({ status: 204 })
  await receiver.until(() => sinks.health()[0]!.healthy)
  await sinks.stop(inMs(1000))
  await receiver.stop()
})

test('the one finding a receiver refuses is given up, its neighbours arrive', async () => {
  const receiver = await new HttpReceiver().start()
  const bad = anomaly(3).id
  receiver.answer = ({ body }) => ({ status: body.includes(bad) ? 400 : 200 })
  const { sinks, meter } = sinksOf({
    outputs: { hook: { type: 'webhook', url: receiver.url } },
    routes: [{ to: ['hook'], groupBy: ['kind'], groupWait: '20ms' }],
  })
  await sinks.start(never)
  for (let n = 1; n <= 6; n++) sinks.emit(anomaly(n))
  await receiver.until(() => sinks.health()[0]!.pending === 0 && receiver.received.length > 1)
  assert.equal(await metric(meter, 'telltale_sink_findings_total{sink="hook",outcome="delivered"}'), 5)
  assert.equal(await metric(meter, 'telltale_sink_findings_total{sink="hook",outcome="refused"}'), 1)
  await sinks.stop(inMs(1000))
  await receiver.stop()
})

test('what waits too long is given up and counted', async () => {
  const retry = { initial: '10ms', max: '20ms', giveUpAfter: '100ms' }
  const outputs = { hook: { type: 'webhook', url: 'http://127.0.0.1:9/' } }
  const { sinks, meter } = sinksOf({ outputs, retry }, { dataDir: scratchDir() })
  await sinks.start(never)
  sinks.emit(anomaly(1))
  await new HttpReceiver().until(() => !sinks.health()[0]!.healthy && sinks.health()[0]!.pending === 0)
  assert.equal(await metric(meter, 'telltale_sink_findings_total{sink="hook",outcome="expired"}'), 1)
  await sinks.stop(inMs(100))
})

test('findings emitted before the start are kept, and emit never throws', async () => {
  const path = join(scratchDir(), 'f.jsonl')
  const { sinks } = sinksOf({ outputs: { file: { type: 'jsonl', path } } })
  sinks.emit(anomaly(1))
  sinks.emit({} as Finding)
  await sinks.start(never)
  sinks.emit(null as unknown as Finding)
  await sinks.stop(inMs(1000))
  await sinks.stop(inMs(1000))
  sinks.emit(anomaly(2))
  const ids = readFileSync(path, 'utf8').trimEnd().split('\n')
  assert.ok(ids.some((line) => JSON.parse(line).id === anomaly(1).id))
})

test('a stop before a start does nothing', async () => {
  const { sinks } = sinksOf({})
  await sinks.stop(inMs(10))
})

test('an open finding is told again after the repeat interval', async () => {
  const receiver = await new HttpReceiver().start()
  const { sinks } = sinksOf({
    outputs: { hook: { type: 'webhook', url: receiver.url } },
    routes: [{ to: ['hook'], repeatInterval: '100ms' }],
  })
  await sinks.start(never)
  sinks.emit(anomaly(1))
  const events = () => receiver.received.map(({ body }) => JSON.parse(body).findings[0].event)
  await receiver.until(() => events().includes('reminder'))
  sinks.emit(resolved(anomaly(1)))
  await receiver.until(() => events().includes('resolved'))
  const count = receiver.received.length
  await new Promise((resolve) => setTimeout(resolve, 1300))
  assert.equal(receiver.received.length, count)
  await sinks.stop(inMs(1000))
  await receiver.stop()
})

test('an open finding without news is told as resolved in the end', async () => {
  let nowMs = 1_800_000_000_000
  const path = join(scratchDir(), 'f.jsonl')
  const clock = { nowMs: () => nowMs }
  const dataDir = scratchDir()
  const config = { outputs: { file: { type: 'jsonl', path } }, openExpiry: '1h' }
  const first = sinksOf(config, { clock, dataDir })
  await first.sinks.start(never)
  first.sinks.emit(anomaly(1))
  await first.sinks.stop(nowMs + 1)
  nowMs += 3_600_001
  const second = sinksOf(config, { clock, dataDir })
  await second.sinks.start(never)
  await new HttpReceiver().until(() => readFileSync(path, 'utf8').includes('"resolved"'))
  await second.sinks.stop(nowMs + 1)
})

test('killed again and again, it loses nothing that it called durable and repeats nothing it told', async () => {
  const receiver = await new HttpReceiver().start()
  const dataDir = scratchDir()
  const child = join(import.meta.dirname, '../support/spool-child.ts')
  let safe = 0
  for (let round = 0; round < 3; round++) {
    // Overlapping numbers: a replay after the kill says again what was said before.
    const from = Math.max(1, safe - 10)
    const args = ['--conditions=telltale-source', '--no-warnings', child, dataDir, receiver.url]
    const proc = spawn(process.execPath, [...args, String(from), String(from + 400)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const goal = safe + 40
    await new Promise<void>((resolve) => {
      proc.stdout.on('data', (chunk: Buffer) => {
        for (const [, n] of chunk.toString().matchAll(/durable (\d+)/g)) safe = Math.max(safe, Number(n))
        if (safe >= goal) proc.kill('SIGKILL')
      })
      proc.on('close', () => resolve())
    })
  }
  const { sinks } = sinksOf({ outputs: { hook: { type: 'webhook', url: receiver.url } } }, { dataDir })
  await sinks.start(never)
  await receiver.until(() => sinks.health()[0]!.pending === 0)
  await sinks.stop(inMs(1000))
  await receiver.stop()
  const all = told(receiver)
  const seen = new Set(all)
  for (let n = 1; n <= safe; n++) {
    assert.ok(seen.has(`${anomaly(n).id} open`), `finding ${n} of ${safe}`)
    if (n % 2 === 0) assert.ok(seen.has(`${anomaly(n).id} resolved`), `end of finding ${n}`)
  }
  // At least once: only what was on the wire at a kill may come again, at most one round's sends in flight each time.
  assert.ok(all.length - seen.size <= 3 * 8, `${all.length - seen.size} repeats`)
})

test('a spool that cannot be written delivers from memory and says so', {
  skip: existsSync('/dev/full') ? false : 'no /dev/full here',
}, async () => {
  const dataDir = scratchDir()
  mkdirSync(join(dataDir, 'spool'))
  const receiver = await new HttpReceiver().start()
  const { sinks, logger } = sinksOf(
    { outputs: { hook: { type: 'webhook', url: receiver.url } }, spool: { segmentBytes: '1KiB' } },
    { dataDir },
  )
  await sinks.start(never)
  // The next segment cannot be made: its name leads to a full device.
  symlinkSync('/dev/full', join(dataDir, 'spool', '000000000002.spool'))
  for (let n = 1; n <= 10; n++) {
    sinks.emit(anomaly(n))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await receiver.until(() => told(receiver).length === 10)
  await sinks.durable()
  assert.ok(logger.lines.some((line) => line.includes('the spool cannot be written')))
  await sinks.stop(inMs(1000))
  await receiver.stop()
})
