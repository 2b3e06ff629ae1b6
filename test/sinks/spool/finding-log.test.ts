import assert from 'node:assert/strict'
import {
  closeSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { FindingLog, type FindingLogOptions } from '../../../src/sinks/spool/finding-log.ts'
import type { LogRecord } from '../../../src/sinks/spool/log-record.ts'
import { anomaly } from '../../support/findings.ts'
import { memoryLogger } from '../../support/silent-logger.ts'
import { scratchDir } from '../../support/sinks.ts'

const target = (sink: string) => ({
  sink,
  route: '0',
  group: {},
  event: 'firing' as const,
  previousSeverity: null,
})
const record = (n: number, ...sinks: string[]): LogRecord => ({
  emittedMs: n,
  targets: sinks.map(target),
  finding: anomaly(n),
})

const logOptions = (dir: string | null): FindingLogOptions => ({
  dir,
  maxBytes: 1e6,
  segmentBytes: 1e5,
  maxInMemory: 100,
  fsyncEveryMs: 1000,
  logger: memoryLogger(),
  checkpoint: () => ['{}'],
  onDropped: () => {},
  onPending: () => {},
})

async function opened(dir: string | null, over: Partial<FindingLogOptions> = {}, sinks = ['a', 'b']) {
  const dropped: string[] = []
  const recovered: number[] = []
  const log = new FindingLog({
    ...logOptions(dir),
    onDropped: (names) => dropped.push(...names),
    ...over,
  })
  const found = await log.open(sinks, {
    onCheckpoint: () => {},
    onFinding: (r) => recovered.push(r.emittedMs),
  })
  return { log, dropped, recovered, found }
}

const waiting = async (log: FindingLog, sink: string): Promise<number[]> => {
  const numbers: number[] = []
  for (const sequence of [...log.pending(sink)]) numbers.push((await log.load(sequence))!.emittedMs)
  return numbers
}

test('what one sink delivered and another did not is still there for the other after a restart', async () => {
  const dir = scratchDir()
  const first = await opened(dir)
  for (let n = 1; n <= 5; n++) first.log.append(record(n, 'a', 'b'))
  await first.log.durable()
  first.log.acknowledge('a', [1, 2, 4])
  assert.equal(await first.log.close(), 0)
  const second = await opened(dir)
  assert.deepEqual(await waiting(second.log, 'a'), [3, 5])
  assert.deepEqual(await waiting(second.log, 'b'), [1, 2, 3, 4, 5])
  await second.log.close()
})

test('findings are shown to sinks only once they are written', async () => {
  const { log } = await opened(scratchDir())
  log.append(record(1, 'a'))
  assert.equal(log.pending('a').size, 0)
  await log.flush()
  assert.equal(log.pending('a').size, 1)
  await log.close()
})

test('durable resolves only after the disk or all sinks have everything', async () => {
  const { log } = await opened(null)
  log.append(record(1, 'a', 'b'))
  let resolved = false
  const done = log.durable().then(() => {
    resolved = true
  })
  await log.flush()
  log.acknowledge('a', [1])
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(resolved, false)
  log.acknowledge('b', [1])
  await done
  await log.close()
})

test('memory stays bounded: what it forgets is read back from disk', async () => {
  const { log, dropped } = await opened(scratchDir(), { maxInMemory: 3 }, ['a'])
  for (let n = 1; n <= 20; n++) {
    log.append(record(n, 'a'))
    await log.flush()
  }
  assert.deepEqual(
    await waiting(log, 'a'),
    Array.from({ length: 20 }, (_, i) => i + 1),
  )
  assert.deepEqual(dropped, [])
  await log.close()
})

test('past the cap the oldest findings go and are counted', async () => {
  const dir = scratchDir()
  const { log, dropped } = await opened(dir, { maxBytes: 40_000, segmentBytes: 10_000 }, ['a'])
  for (let n = 1; n <= 200; n++) {
    log.append(record(n, 'a'))
    await log.flush()
  }
  const left = await waiting(log, 'a')
  assert.equal(left.length + dropped.length, 200)
  assert.ok(dropped.length > 0)
  assert.equal(left.at(-1), 200)
  assert.ok(log.bytes <= 40_000 + 10_000, `${log.bytes} bytes`)
  const disk = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
  assert.equal(disk, log.bytes)
  await log.close()
})

test('segments go once everything in them is delivered', async () => {
  const dir = scratchDir()
  const { log } = await opened(dir, { segmentBytes: 5000 }, ['a'])
  for (let n = 1; n <= 100; n++) {
    log.append(record(n, 'a'))
    await log.flush()
    log.acknowledge('a', [n])
  }
  await log.flush()
  assert.ok(readdirSync(dir).length <= 2, readdirSync(dir).join())
  await log.close()
})

test('a checkpoint larger than a segment is written once for twice its bytes of findings, not with each of them', async () => {
  const piece = JSON.stringify('x'.repeat(1000))
  let made = 0
  const checkpoint = () => {
    made++
    return Array.from({ length: 20 }, () => piece)
  }
  const dir = scratchDir()
  const { log } = await opened(dir, { segmentBytes: 2000, checkpoint }, ['a'])
  for (let n = 1; n <= 200; n++) {
    log.append(record(n, 'a'))
    await log.flush()
  }
  const written = 200 * JSON.stringify(record(1, 'a')).length
  assert.ok(made >= 2 && made <= 2 + written / (2 * 20_000), `${made} checkpoints for ${written} bytes`)
  await log.close()
  const pieces: string[] = []
  const second = new FindingLog({ ...logOptions(dir), checkpoint })
  await second.open(['a'], { onCheckpoint: (text) => pieces.push(text), onFinding: () => {} })
  assert.ok(pieces.length >= 20 && pieces.every((p) => p === piece))
  assert.equal(second.pending('a').size, 200)
  await second.close()
})

test('a checkpoint that cannot be written loses no finding and writes none twice', async () => {
  const dir = scratchDir()
  let broken = false
  const checkpoint = function* () {
    yield '{}'
    if (broken) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
  }
  const { log } = await opened(dir, { segmentBytes: 1000, checkpoint }, ['a'])
  broken = true
  for (let n = 1; n <= 10; n++) {
    log.append(record(n, 'a'))
    await log.flush()
  }
  assert.equal(log.writeError, 'ENOSPC')
  assert.equal(readdirSync(dir).length, 1)
  assert.ok(log.bytes < 12 * JSON.stringify(record(1, 'a')).length, `${log.bytes} bytes`)
  broken = false
  log.append(record(11, 'a'))
  await log.flush()
  assert.equal(log.writeError, null)
  log.acknowledge('a', [...log.pending('a')])
  await log.flush()
  assert.equal(readdirSync(dir).length, 1, 'a segment with nothing undelivered is kept')
  await log.close()
})

test('without a disk the oldest go when memory is full, and a waiter is not left waiting for them', async () => {
  const { log, dropped } = await opened(null, { maxInMemory: 4 }, ['a'])
  log.append(record(1, 'a'))
  const done = log.durable()
  for (let n = 2; n <= 5; n++) log.append(record(n, 'a'))
  await done
  assert.deepEqual(dropped, ['a'])
  await log.flush()
  assert.deepEqual(await waiting(log, 'a'), [2, 3, 4, 5])
  await log.close()
})

test('a spool cut at every byte gives back every finding whose record is whole, and goes on', async () => {
  const dir = scratchDir()
  const first = await opened(dir, {}, ['a'])
  for (let n = 1; n <= 3; n++) {
    first.log.append(record(n, 'a'))
    await first.log.flush()
  }
  await first.log.close()
  const name = readdirSync(dir)[0]!
  const whole = readFileSync(join(dir, name))
  let best = 0
  for (let cut = whole.length; cut >= 0; cut -= cut > 60 ? 7 : 1) {
    const copy = scratchDir()
    writeFileSync(join(copy, name), whole.subarray(0, cut))
    const second = await opened(copy, {}, ['a'])
    const left = await waiting(second.log, 'a')
    assert.deepEqual(left, [1, 2, 3].slice(0, left.length), `cut at ${cut}`)
    best = Math.max(best, left.length)
    second.log.append(record(9, 'a'))
    await second.log.durable()
    await second.log.close()
    const third = await opened(copy, {}, ['a'])
    assert.deepEqual(await waiting(third.log, 'a'), [...left, 9], `after a cut at ${cut}`)
    await third.log.close()
  }
  assert.equal(best, 3)
})

test('a spool file of noise is left out and never stops a start', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (noise, withMagic) => {
      const dir = scratchDir()
      const head = withMagic ? Buffer.from('TTSPOOL1') : Buffer.alloc(0)
      writeFileSync(join(dir, '000000000007.spool'), Buffer.concat([head, noise]))
      const { log } = await opened(dir, {}, ['a'])
      log.append(record(1, 'a'))
      await log.durable()
      assert.deepEqual(await waiting(log, 'a'), [1])
      await log.close()
    }),
    { numRuns: 40 },
  )
})

test('a record damaged while it waits is dropped and counted, the others are delivered', async () => {
  const dir = scratchDir()
  const { log, dropped } = await opened(dir, { maxInMemory: 1 }, ['a'])
  for (let n = 1; n <= 3; n++) log.append(record(n, 'a'))
  await log.flush()
  log.append(record(4, 'a'))
  await log.flush()
  const fd = openSync(join(dir, readdirSync(dir)[0]!), 'r+')
  ftruncateSync(fd, 60)
  closeSync(fd)
  const [first] = [...log.pending('a')]
  assert.equal(await log.load(first!), null)
  assert.ok(dropped.length >= 1)
  await log.close()
})

test('findings for an output that is configured no more are told of at the start', async () => {
  const dir = scratchDir()
  const first = await opened(dir)
  first.log.append(record(1, 'b'))
  await first.log.close()
  const second = await opened(dir, {}, ['a'])
  assert.equal(second.found.orphans, 1)
  assert.deepEqual(second.recovered, [1])
  await second.log.close()
})
