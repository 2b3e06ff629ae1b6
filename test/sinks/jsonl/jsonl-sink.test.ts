import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SYSTEM_CLOCK } from '../../../src/core/clock.ts'
import { DONE } from '../../../src/core/outcome.ts'
import { notification } from '../../../src/sinks/delivery/notify.ts'
import type { Notification } from '../../../src/sinks/delivery/sink.ts'
import { jsonlConfig } from '../../../src/sinks/jsonl/config.ts'
import { JsonlSink } from '../../../src/sinks/jsonl/sink.ts'
import { OpenFindings } from '../../../src/sinks/routing/open-findings.ts'
import { anomaly } from '../../support/findings.ts'
import { memoryLogger } from '../../support/silent-logger.ts'
import { scratchDir } from '../../support/sinks.ts'

const note = (...ns: number[]): Notification =>
  notification(
    { route: '0', group: {} },
    ns.map((n) => ({
      sequence: n,
      emittedMs: 0,
      finding: anomaly(n),
      event: 'firing' as const,
      previousSeverity: null,
    })),
  )

function sink(config: Record<string, unknown>, stdoutFd = 1): JsonlSink {
  const deps = {
    name: 'out',
    clock: SYSTEM_CLOCK,
    logger: memoryLogger(),
    publicUrl: undefined,
    open: new OpenFindings(),
    stdoutFd,
    kafka: () => assert.fail('no Kafka here'),
  }
  return new JsonlSink(jsonlConfig.parse({ type: 'jsonl', ...config }), deps)
}

const ids = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).id)

test('each finding is one line, as it is', async () => {
  const path = join(scratchDir(), 'sub', 'findings.jsonl')
  const s = sink({ path })
  assert.deepEqual(await s.send(note(1, 2)), DONE)
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8').split('\n')[0]!), anomaly(1))
  assert.deepEqual(ids(path), [anomaly(1).id, anomaly(2).id])
  await s.stop()
})

test('a file past its size is rotated, and no more are kept than asked for', async () => {
  const dir = scratchDir()
  const path = join(dir, 'f.jsonl')
  const s = sink({ path, maxBytes: '2000B', keep: 2, fsync: false })
  for (let n = 1; n <= 20; n++) assert.deepEqual(await s.send(note(n)), DONE)
  await s.stop()
  assert.deepEqual(readdirSync(dir).sort(), ['f.jsonl', 'f.jsonl.1', 'f.jsonl.2'])
  const kept = ['f.jsonl.2', 'f.jsonl.1', 'f.jsonl'].flatMap((name) => ids(join(dir, name)))
  assert.deepEqual(
    kept,
    Array.from({ length: kept.length }, (_, i) => anomaly(21 - kept.length + i).id),
  )
})

test('a line cut by a killed process does not run into the next one', async () => {
  const path = join(scratchDir(), 'f.jsonl')
  writeFileSync(path, '{"id":"cut of')
  const s = sink({ path })
  await s.send(note(1))
  await s.stop()
  assert.equal(JSON.parse(readFileSync(path, 'utf8').split('\n')[1]!).id, anomaly(1).id)
})

test('a file that was moved away is made anew', async () => {
  const path = join(scratchDir(), 'f.jsonl')
  const s = sink({ path })
  await s.send(note(1))
  renameSync(path, `${path}.moved`)
  await s.send(note(2))
  await s.stop()
  assert.deepEqual(ids(path), [anomaly(2).id])
  assert.deepEqual(ids(`${path}.moved`), [anomaly(1).id])
  appendFileSync(path, '')
})

test('a full disk is tried again later', {
  skip: existsSync('/dev/full') ? false : 'no /dev/full here',
}, async () => {
  const s = sink({ path: '/dev/full' })
  const outcome = await s.send(note(1))
  assert.equal(outcome.kind, 'retry')
  assert.match(outcome.kind === 'retry' ? outcome.cause.message : '', /ENOSPC/)
  await s.stop()
})
